"""A request for a table, out of a sentence: "a table for two tonight at half past seven under
Rossi at Da Mario".

Pure: what day it is comes along. What is missing is told as questions, and an answer to one
question is read in its light.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from servizio.errors import BookingError
from servizio.language.calendar_words import SaidDay, day_in
from servizio.language.clock_words import number_at, part_of_day, words_of
from servizio.language.party_words import party_in
from servizio.language.place_names import PlaceNames
from servizio.language.said_name import name_answered, name_in
from servizio.language.wanted_time import WantedTime, wanted_time
from servizio.shop.reservation import (
    LARGEST_PARTY,
    Place,
    ReservationRequest,
    Seating,
    room_around,
)
from servizio.shop.reservation_texts import day_text, time_text

FURTHEST = timedelta(days=366)
"""How far ahead a table is asked for."""
_QUARTER = 15
"""Minutes to which "in two hours" is rounded up."""
_INSIDE = frozenset({"inside", "indoors", "indoor"})
_OUTSIDE = frozenset({"outside", "outdoors", "outdoor", "terrace", "patio", "garden", "alfresco"})
_NOT = frozenset({"no", "not", "without", "dont", "never"})
_NEEDS: Mapping[tuple[str, ...], str] = {
    ("high", "chair"): "a high chair", ("highchair",): "a high chair",
    ("booster", "seat"): "a booster seat", ("wheelchair",): "room for a wheelchair",
    ("stroller",): "room for a stroller", ("pram",): "room for a stroller",
    ("birthday",): "it is a birthday", ("anniversary",): "it is an anniversary",
    ("vegetarian",): "one of us is vegetarian", ("vegan",): "one of us is vegan",
    ("celiac",): "one of us cannot eat gluten", ("coeliac",): "one of us cannot eat gluten",
    ("gluten",): "one of us cannot eat gluten", ("nut", "allergy"): "one of us has a nut allergy",
    ("nuts",): "one of us has a nut allergy", ("peanut",): "one of us has a peanut allergy",
    ("peanuts",): "one of us has a peanut allergy", ("quiet",): "a quiet table, please",
    ("window",): "a table by the window, please", ("dog",): "we bring a dog",
    ("shellfish",): "one of us has a shellfish allergy",
}  # fmt: skip


class Ask(StrEnum):
    """What may be missing of a request."""

    PLACE = "place"
    PARTY = "party"
    DAY = "day"
    TIME = "time"
    NAME = "name"


QUESTIONS: Mapping[Ask, str] = {
    Ask.PLACE: "Which restaurant?",
    Ask.PARTY: "For how many people?",
    Ask.DAY: "For which day?",
    Ask.TIME: "At what time?",
    Ask.NAME: "Under what name?",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A request as far as it is known."""

    place: str = ""
    party: int = 0
    day: date | None = None
    time: WantedTime | None = None
    name: str = ""
    seatings: frozenset[Seating] = frozenset({Seating.INSIDE})
    needs: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[Ask, ...]:
        """What has to be asked, in order."""
        known = {
            Ask.PLACE: bool(self.place),
            Ask.PARTY: bool(self.party),
            Ask.DAY: self.day is not None,
            Ask.TIME: self.time is not None,
            Ask.NAME: bool(self.name),
        }
        return tuple(ask for ask, is_known in known.items() if not is_known)


class RequestReader:
    """Reads requests against an address book, at a given moment."""

    def __init__(self, places: Sequence[Place], now: datetime, name: str = "") -> None:
        """`now` with the time zone of the places; `name`: under which tables are reserved where
        the request says none."""
        if now.tzinfo is None:
            raise ValueError("a moment without a time zone")
        self._names = PlaceNames(places)
        self._now = now
        self._name = name

    def place(self, name: str) -> Place:
        """The place of this name in the address book. Raises `BookingError`."""
        return self._names.named(name)

    def read(self, text: str) -> Draft:
        """What a whole request says. Raises `BookingError` for what cannot be asked for."""
        words = words_of(text)
        draft = Draft(name=name_in(text) or self._name)
        found = self._names.find(words)
        if found is not None:
            place, start, end = found
            draft = replace(draft, place=place.name)
            words = [*words[:start], ",", *words[end:]]
        return self._checked(self._with_time(self._with_party(draft, words), words))

    def answer(self, draft: Draft, ask: Ask, text: str) -> Draft:
        """The draft with the answer to one question; as it was where that says nothing of it.

        Raises `BookingError` for what cannot be asked for.
        """
        words = words_of(text)
        match ask:
            case Ask.PLACE:
                found = self._names.find(words)
                said = [word for word in words if word.isalnum()]
                if found is None and not said:
                    return draft
                place = found[0] if found is not None else self._names.nearest(said)
                draft = replace(draft, place=place.name)
            case Ask.PARTY:
                draft = self._with_party(draft, words, is_answer=True)
            case Ask.DAY:
                draft = self._with_time(draft, words)
            case Ask.TIME:
                draft = self._with_time(draft, words, is_answer=True)
            case Ask.NAME:
                draft = replace(draft, name=name_answered(text) or draft.name)
        return self._checked(draft)

    def request(self, draft: Draft) -> ReservationRequest:
        """The whole request. Raises `BookingError` with the questions while some is missing."""
        if draft.missing or draft.day is None or draft.time is None:
            raise BookingError(
                "The request does not say all that is needed: "
                + " ".join(QUESTIONS[ask] for ask in draft.missing),
                'As in "Book a table at NAME for 4 people tomorrow at 7pm under Rossi".',
            )
        return ReservationRequest(
            place=draft.place,
            party=draft.party,
            day=draft.day,
            at=draft.time.at,
            name=draft.name,
            earliest=draft.time.earliest,
            latest=draft.time.latest,
            seatings=draft.seatings,
            needs=draft.needs,
        )

    def _with_party(self, draft: Draft, words: list[str], *, is_answer: bool = False) -> Draft:
        found = party_in(words, is_answer=is_answer)
        if found is None:
            return draft
        if not 1 <= found.count <= LARGEST_PARTY:
            raise BookingError(
                f"A table for {found.count} cannot be reserved like this.",
                f"Up to {LARGEST_PARTY} people can; for more, ring them yourself.",
            )
        return replace(draft, party=found.count)

    def _with_time(self, draft: Draft, words: list[str], *, is_answer: bool = False) -> Draft:
        seatings, needs = _seatings(words), _needs(words)
        if "yesterday" in words:
            raise BookingError("Yesterday is past.", "Say a day to come.")
        draft = replace(
            draft,
            seatings=seatings or draft.seatings,
            needs=tuple(dict.fromkeys((*draft.needs, *needs))),
        )
        later = self._later(words)
        if later is not None:
            first, last = room_around(later.time())
            return replace(draft, day=later.date(), time=WantedTime(later.time(), first, last))
        day = day_in(words, self._now.date())
        rest = words if day is None else _without(words, day)
        party = None if is_answer else party_in(rest)
        if party is not None:
            rest = [*rest[: party.start], ",", *rest[party.end :]]
        wanted = wanted_time(rest, is_answer=is_answer) or draft.time
        if day is not None and day.clash:
            raise BookingError(
                f"{day_text(day.day)} is not a {day.clash}.", "Say the weekday or the date alone."
            )
        when = self._day(day, wanted) if day is not None else draft.day
        return replace(draft, day=when, time=wanted)

    def _later(self, words: Sequence[str]) -> datetime | None:
        """ "In two hours", "in an hour and a half", "in 90 minutes"."""
        for at, word in enumerate(words):
            if word != "in":
                continue
            minutes = _minutes_from(words, at + 1)
            if minutes:
                moment = self._now + timedelta(minutes=min(minutes, 7 * 24 * 60))
                over = moment.minute % _QUARTER
                moment += timedelta(minutes=_QUARTER - over if over else 0)
                return moment.replace(second=0, microsecond=0, tzinfo=None)
        return None

    def _day(self, said: SaidDay, wanted: WantedTime | None) -> date:
        """A weekday that is today's is a week later once the wanted time has passed."""
        today = self._now.date()
        is_over = wanted is not None and wanted.latest <= self._now.time()
        if said.is_weekday and said.day == today and is_over:
            return today + timedelta(days=7)
        return said.day

    def _checked(self, draft: Draft) -> Draft:
        if draft.day is None:
            return draft
        today, now = self._now.date(), self._now.time()
        if draft.day < today:
            raise BookingError(
                f"{day_text(draft.day)} {draft.day.year} is past.", "Say a day to come."
            )
        if draft.day - today > FURTHEST:
            raise BookingError(
                f"{day_text(draft.day)} {draft.day.year} is too far ahead.",
                "Say a day within a year.",
            )
        if draft.time is None or draft.day != today:
            return draft
        if draft.time.at <= now:
            raise BookingError(
                f"{time_text(draft.time.at).capitalize()} today is past.", "Say a time to come."
            )
        # Nothing earlier than now can be taken instead.
        first = max(draft.time.earliest, now.replace(second=0, microsecond=0))
        return replace(draft, time=replace(draft.time, earliest=first))


def _without(words: Sequence[str], day: SaidDay) -> list[str]:
    """The words without those of the day, but for the part of it: "this morning"."""
    parts = [word for word in words[day.start : day.end] if part_of_day([word])]
    return [*words[: day.start], ",", *parts, ",", *words[day.end :]]


def _minutes_from(words: Sequence[str], at: int) -> int:
    """A stretch of time that begins here, in minutes; 0 where there is none."""
    if tuple(words[at : at + 3]) == ("half", "an", "hour"):
        return 30
    if words[at : at + 1] in (["an"], ["one"]) and words[at + 1 : at + 2] == ["hour"]:
        return 90 if tuple(words[at + 2 : at + 5]) == ("and", "a", "half") else 60
    couple = tuple(words[at : at + 3]) == ("a", "couple", "of")
    found = (2, at + 3) if couple else number_at(words, at)
    if found is None or found[1] >= len(words):
        return 0
    count, end = found
    half = tuple(words[end : end + 3]) == ("and", "a", "half")
    unit = words[end + 3] if half and end + 3 < len(words) else words[end]
    if unit in {"hour", "hours"}:
        return count * 60 + (30 if half else 0)
    return count if unit in {"minute", "minutes", "min", "mins"} else 0


def _seatings(words: Sequence[str]) -> frozenset[Seating]:
    """Where the table may be; empty where the words say nothing of it."""
    text = " ".join(words)
    if "anywhere" in words or "wherever" in words:
        return frozenset(Seating)
    found: set[Seating] = set()
    refused: set[Seating] = set()
    for at, word in enumerate(words):
        seating = (
            Seating.INSIDE if word in _INSIDE
            else Seating.OUTSIDE if word in _OUTSIDE
            else Seating.BAR if word == "bar" and words[at - 1 : at] == ["the"]
            else None
        )  # fmt: skip
        if seating is not None:
            denied = bool(_NOT & set(words[max(0, at - 3) : at]))
            (refused if denied else found).add(seating)
    if found and any(
        each in text for each in ("is fine", "are fine", "is ok", "is okay", "also", "too", "works")
    ):
        found.add(Seating.INSIDE)
    if refused and not found:
        return frozenset({Seating.INSIDE, Seating.OUTSIDE} - refused)
    return frozenset(found - refused)


def _needs(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            told
            for said, told in _NEEDS.items()
            if any(tuple(words[at : at + len(said)]) == said for at in range(len(words)))
            or any(tuple(words[at : at + len(said)]) == (*said[:-1], f"{said[-1]}s")
                   for at in range(len(words)))
        )
    )  # fmt: skip

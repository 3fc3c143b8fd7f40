"""What somebody in a restaurant says to whoever rings for a table.

Pure. Several things may be said at once ("we're full at seven but I have eight"), so the answer
is a set of what was said, with the times, the number of people and the day that were named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from servizio.language.calendar_words import day_in
from servizio.language.clock_words import (
    SaidTime,
    part_of_day,
    times_in,
    words_of,
)
from servizio.language.party_words import PEOPLE, party_in
from servizio.language.restaurant_phrases import (
    GIVES_NUMBER,
    OPENS_OFFER,
    TURNS,
    Says,
    patterns,
)
from servizio.language.spoken_codes import code_at, common_beginning

_BEFORE_TIME = frozenset({
    "at", "about", "around", "say", "have", "do", "before", "until", "after", "till", "than",
    "or", "by", "offer", "you", "like", "only", "is", "to", "maybe", "perhaps", "got", "make",
    "give", "not",
})  # fmt: skip
_AFTER_TIME = frozenset({
    "is", "works", "would", "was", "instead", "might", "could", "or", "should", "isnt", "sharp",
    "has", "tomorrow", "tonight", "today", "at",
})  # fmt: skip
_INSTEAD = frozenset({
    "afraid", "sorry", "unfortunately", "closest", "nearest", "earliest", "latest", "soonest",
    "next", "only", "instead",
})  # fmt: skip
"""What stands between a time that is taken and another that is offered for it."""
_HAVE = frozenset({"have", "got", "do", "offer", "make"})
_TRAILING = frozenset({"and", "um", "uh", "so", "or", "the", "a", "at", "for", "er", "is", "to"})
_BEFORE_NUMBER = frozenset({
    "is", "its", "number", ":", "code", ",", "for", "you", "your", "will", "be",
})  # fmt: skip
_SHORTEST_CODE = 2
_MOST_HYPOTHESES = 6
_NEAR_HYPOTHESES = 3
WHOLE_NUMBER = 4
"""Signs of the numbers that most restaurants give."""
_QUESTIONS = frozenset(kind for kind in Says if kind.startswith("asks"))
_STATES = frozenset({
    Says.OFFER, Says.FULL, Says.CLOSED, Says.AVAILABLE, Says.ONLY_OUTSIDE, Says.ONLY_BAR,
    Says.OTHER_DAY, Says.NUMBER, Says.NO_RESERVATIONS, Says.OFFER_VAGUE,
})  # fmt: skip
"""What says how it stands with tables: no reading back of what we said."""
_OFFERS_HELP = ("can i help", "may i help", "can we help", "can i do for you", "can we do for you")
_SHORT_YES = 3
"""Words up to which "that's right" is a yes and no question."""
_SIDE = frozenset({Says.YES, Says.NO, Says.OK})


@dataclass(frozen=True, slots=True)
class Heard:
    """What was understood of one utterance."""

    text: str
    """The hypothesis that was chosen: small words."""
    says: frozenset[Says]
    times: tuple[time, ...] = ()
    """Times that were named and not called full."""
    refused: tuple[time, ...] = ()
    """Times that are full."""
    party: int | None = None
    day: date | None = None
    number: str = ""
    """Of the reservation: digits and capital letters."""
    unfinished: bool = False
    """Whether somebody is about to go on: the last word is "and", "um" or the like."""

    def has(self, *kinds: Says) -> bool:
        """Whether any of these was said."""
        return bool(self.says.intersection(kinds))


class RestaurantTalk:
    """Reads what is said in a call for a table."""

    def __init__(self, *, today: date, wanted: time, day: date, name: str, place: str) -> None:
        """`today` where the restaurant is; the others as in the request."""
        self._today = today
        self._wanted = wanted
        self._day = day
        self._names = {word for word in words_of(name) if len(word) > 1}
        self._place = [word for word in words_of(place) if word.isalnum()]

    def understand(self, heard: Sequence[str], *, number_asked: bool = False) -> Heard:
        """What was said, by the first of several hypotheses that says anything of a table.

        `number_asked`: whether the number of the reservation was what we asked for last.
        """
        readings = [self.read(text, number_asked=number_asked) for text in heard[:_MOST_HYPOTHESES]]
        if readings and readings[0].has(Says.FULL) and not readings[0].has(Says.OFFER):
            # "I could do eight" and "I could do a" sound alike; only one of them helps.
            offers = (one for one in readings[:_NEAR_HYPOTHESES] if one.has(Says.OFFER))
            return next(offers, readings[0])
        best = next((one for one in readings if one.says - _SIDE), None) or next(
            (one for one in readings if one.says), readings[0] if readings else self.read("")
        )
        return replace(best, number=_agreed_number([one.number for one in readings]))

    def read(self, text: str, *, number_asked: bool = False) -> Heard:
        """What one text says."""
        words = words_of(text)
        number, spoken = self._number(words)
        if not number and number_asked:
            number, spoken = _bare_number(words)
        rest = self._without_place(spoken)
        party = party_in(rest)
        if party is not None:
            rest = [*rest[: party.start], "people", *rest[party.end :]]
        parts = [self._clause(part) for part in _clauses(rest)]
        says = {kind for part in parts for kind in part[0]}
        refused = tuple(dict.fromkeys(each for part in parts for each in part[2]))
        times = tuple(
            dict.fromkeys(each for part in parts for each in part[1] if each not in refused)
        )
        days = [each for part in parts if (each := part[3]) is not None]
        open_days = [part[3] for part in parts if part[3] is not None and Says.FULL not in part[0]]
        said = Heard(
            text=" ".join(words),
            says=frozenset(says),
            times=times,
            refused=refused,
            party=None if party is None else party.count,
            day=next(iter((*open_days, *days)), None),
            number=number,
            unfinished=bool(words) and words[-1] in _TRAILING,
        )
        return _weighed(said, self._wanted, self._day, self._named(rest))

    def _named(self, words: Sequence[str]) -> bool:
        return bool(self._names.intersection(words))

    def _without_place(self, words: list[str]) -> list[str]:
        """The place's own name may hold a number or "Bar"."""
        size = len(self._place)
        for at in range(len(words)):
            if size and words[at : at + size] == self._place:
                return [*words[:at], ",", *words[at + size :]]
        return words

    def _number(self, words: list[str]) -> tuple[str, list[str]]:
        """The number of the reservation, and the words without it."""
        for at, word in enumerate(words):
            if not GIVES_NUMBER.fullmatch(word):
                continue
            start = at + 1
            while start < len(words) and words[start] in _BEFORE_NUMBER:
                start += 1
            code, end = code_at(words, start)
            digits = sum(sign.isdigit() for sign in code)
            if len(code) >= _SHORTEST_CODE and digits and not _is_people(words, end):
                return code, [*words[: at + 1], ".", *words[end:]]
        return "", words

    def _clause(self, words: list[str]) -> tuple[set[Says], list[time], list[time], date | None]:
        """What one clause says, the times it names, those it calls full, and its day."""
        text = " ".join(word for word in words if word.isalnum())
        found = {kind for kind, pattern in patterns().items() if pattern.search(text)}
        part = part_of_day([word for word in words if word not in {"good", "dinner"}])
        named = [each for each in times_in(words) if _is_time(words, each)]
        times = [each.near(self._wanted, part if each.hour != 12 else "") for each in named]
        said_day = day_in(words, self._today)
        day = None if said_day is None else said_day.day
        is_limit = any(word in {"before", "until", "till"} for word in words) and times
        if is_limit and Says.FULL in found:
            found = (found - {Says.FULL}) | {Says.OFFER}
        if Says.FULL in found:
            return found - {Says.OFFER, Says.AVAILABLE}, [], times, day
        if len(times) > 1 and times[0] == self._wanted and _is_passed_over(words, named):
            return found, times[1:], times[:1], day
        return found, times, [], day


def _bare_number(words: list[str]) -> tuple[str, list[str]]:
    """ "Sure, it's 4821": signs that nobody calls a number, and the words without them."""
    at = 0
    while at < len(words):
        code, end = code_at(words, at)
        told = any(sign.isdigit() for sign in code) and len(code) >= WHOLE_NUMBER
        if told and words[at - 1 : at] != ["at"] and not _is_people(words, end):
            return code, [*words[:at], ".", *words[end:]]
        at = max(end, at + 1)
    return "", words


def _agreed_number(numbers: Sequence[str]) -> str:
    """The number by all hypotheses that have one.

    A recogniser goes on with digits of its own where somebody has ended with one, each time with
    others: "4 8 2 1 1 4" and "4 8 2 1 8". What all of them begin with was said.
    """
    told = [number for number in numbers if number]
    if not told:
        return ""
    common = common_beginning(told)
    return common if len(common) >= WHOLE_NUMBER else told[0]


def _clauses(words: Sequence[str]) -> list[list[str]]:
    """The words in parts, each of which says one thing of one time."""
    clauses: list[list[str]] = [[]]
    for word in words:
        if word in TURNS:
            clauses.append([])
        elif word != ",":
            clauses[-1].append(word)
    return [part for each in clauses if each for part in _offer_apart(each)]


def _offer_apart(words: list[str]) -> list[list[str]]:
    """ "We are full at seven | I have eight": a refusal, and an offer right behind it."""
    text = " ".join(words)
    refusal = patterns()[Says.FULL].search(text)
    if refusal is None:
        return [words]
    offer = OPENS_OFFER.search(text, refusal.end())
    if offer is None:
        return [words]
    at = len(text[: offer.start()].split())
    return [words[:at], words[at:]]


def _is_time(words: Sequence[str], said: SaidTime) -> bool:
    """Whether it is a time of day and not just a number."""
    if said.is_marked:
        return True
    before = words[said.start - 1] if said.start else ""
    after = words[said.end] if said.end < len(words) else ""
    if (
        after in PEOPLE
        or (after == "for" and before != "at")
        or list(words[said.end : said.end + 2]) == ["of", "you"]
    ):
        return False
    return before in _BEFORE_TIME or after in _AFTER_TIME


def _is_passed_over(words: Sequence[str], named: Sequence[SaidTime]) -> bool:
    """ "Seven I'm afraid, the closest I've got is eight": whether the first is not to be had."""
    first, second = named[:2]
    had = first.start >= 1 and words[first.start - 1] in _HAVE
    return not had and not _INSTEAD.isdisjoint(words[first.end : second.start])


def _is_people(words: Sequence[str], at: int) -> bool:
    return at < len(words) and words[at] in PEOPLE


def _weighed(said: Heard, wanted: time, day: date, named: bool) -> Heard:
    """The same, without what is only part of something that says more."""
    says = set(said.says)
    details = sum((bool(said.times), said.party is not None, said.day is not None, named))
    if Says.VOICEMAIL in says:
        return _only(said, {Says.VOICEMAIL})
    if Says.MENU in says:
        return _only(said, {Says.MENU})
    if said.number:
        says = (says | {Says.NUMBER}) - _QUESTIONS - {Says.NO_NUMBER, Says.FULL, Says.READS_BACK}
    if Says.NO_NUMBER in says:
        says -= _QUESTIONS | {Says.FULL, Says.NO, Says.READS_BACK}
    says = _about_tables(said, says, wanted, day)
    if Says.GREETING in says and any(each in said.text for each in _OFFERS_HELP):
        # "Sure, what can I do for you?": nobody has heard yet what we want.
        says -= {Says.AVAILABLE, Says.OK, Says.YES}
    if Says.YES in says and not details and len(said.text.split()) <= _SHORT_YES:
        says.discard(Says.ASKS_RIGHT)
    only_day = details == 1 and said.day is not None
    return _only(said, _about_details(says, details, only_day=only_day))


def _about_tables(said: Heard, says: set[Says], wanted: time, day: date) -> set[Says]:
    """Full, closed, another time, another day or another seat."""
    others = [each for each in said.times if each != wanted]
    if "at" in said.text.split() and any(each > wanted for each in said.times):
        # "We close at ten": for a table at seven that is none of our business.
        says.discard(Says.CLOSED)
    if Says.CLOSED in says:
        says -= {Says.FULL, Says.OFFER, Says.AVAILABLE, Says.READS_BACK, Says.YES}
    is_other_day = said.day is not None and said.day != day and not said.times
    if is_other_day and says & {Says.OFFER, Says.AVAILABLE} and not says & _QUESTIONS:
        says.add(Says.OTHER_DAY)
    if says & {Says.ONLY_OUTSIDE, Says.ONLY_BAR} and Says.ASKS_SEATING not in says:
        says -= {Says.FULL, Says.OFFER, Says.AVAILABLE, Says.READS_BACK}
    elif Says.ASKS_SEATING in says:
        says -= {Says.ONLY_OUTSIDE, Says.ONLY_BAR, Says.OFFER, Says.AVAILABLE}
    is_question = Says.ASKS_RIGHT in says and Says.FULL not in says and said.party is not None
    if Says.OFFER in says and (not others or is_question):
        # "So I have a table for four at eight, correct?" is no offer, but what was written down.
        says.discard(Says.OFFER)
    elif Says.OFFER in says:
        says -= {Says.AVAILABLE, Says.OFFER_VAGUE, Says.READS_BACK, Says.ASKS_RIGHT}
    if says & {Says.FULL, Says.OTHER_DAY, Says.NO_RESERVATIONS, Says.OFFER_VAGUE}:
        says -= {Says.AVAILABLE, Says.READS_BACK, Says.NO, Says.YES}
    if Says.NO_RESERVATIONS in says:
        says -= _QUESTIONS
    return says


def _about_details(says: set[Says], details: int, *, only_day: bool) -> set[Says]:
    """Whether what was named is read back to us, and what then is no question."""
    asks = says & (_QUESTIONS - {Says.ASKS_RIGHT})
    if asks:
        says.discard(Says.AVAILABLE)
    if Says.ASKS_SPELLING in says:
        says -= {Says.ASKS_NAME, Says.ASKS_RIGHT}
    if Says.HOLD in says and not details:
        says -= {Says.ASKS_REPEAT, Says.AVAILABLE, Says.OK, Says.YES}
    told = says & {Says.READS_BACK, Says.ASKS_RIGHT} or (not says - _SIDE and not only_day)
    if details and told and Says.ASKS_RIGHT in says and Says.OFFER not in says:
        # "No problem, so that's four at seven, is that right?": the question counts.
        says.discard(Says.AVAILABLE)
    if details and not says & _STATES and not asks and told:
        return (says | {Says.READS_BACK}) - {Says.ASKS_RIGHT, Says.HOLD, *_SIDE}
    says.discard(Says.READS_BACK)
    return says


def _only(said: Heard, says: set[Says]) -> Heard:
    return Heard(
        text=said.text,
        says=frozenset(says),
        times=said.times,
        refused=said.refused,
        party=said.party,
        day=said.day,
        number=said.number,
        unfinished=said.unfinished,
    )

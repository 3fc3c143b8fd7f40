"""The simulated restaurant that is rung where there is no telephone account: what it says.

Words in, words out; ears and voice are somebody else's. It takes a table down in its own book,
and speaks as people do there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from random import Random

from servizio.demo.restaurant_book import Guest, Reservation, RestaurantBook
from servizio.demo.restaurant_ears import Wish, hear_wish
from servizio.demo.restaurant_mood import Mood
from servizio.demo.restaurant_sentences import Words, digits_said, when_said

MOST_SILENCES = 4
"""In a row, after which it hangs up."""
HOLD_SECONDS = 5.0
"""How long it lets wait whom it asks to."""
EXPECTED = (
    "table", "reservation", "people", "tomorrow", "tonight", "at", "p m", "a m", "o'clock",
    "half past", "the name is", "calling for", "please", "yes that's right", "thank you",
    "confirmation number", "works for us", "goodbye", "for", "monday", "tuesday", "wednesday",
    "thursday", "friday", "saturday", "sunday", "assistant", "i'd like a table for", "noon",
    "is that right", "anything else between", "sorry it's for", "you can reach us at",
)  # fmt: skip
_OFFERED = (time(20), time(21))
_WHOLE_DAY = (time(11, 30), time(21, 30))


@dataclass(frozen=True, slots=True)
class Reply:
    """What it says now."""

    sentences: tuple[str, ...]
    hang_up: bool = False
    wait_seconds: float = 0.0
    """Rest before it speaks."""


@dataclass(slots=True)
class _Page:
    """What it knows of the party on the line."""

    party: int | None = None
    day: date | None = None
    at: time | None = None
    name: str = ""
    phone: str = ""
    asked: str = ""
    """What it asked last."""
    asked_before: list[str] = field(default_factory=list)
    held: bool = False
    erred: bool = False
    is_free: bool = False
    offered: time | None = None
    refused: time | None = None
    """The wanted time, which was full."""
    agreed: bool = False
    """Whether what it read back was called right."""
    line: Reservation | None = None
    lost: int = 0
    """Utterances in a row that told nothing."""


class Restaurant:
    """One call to it."""

    def __init__(
        self, book: RestaurantBook, mood: Mood, now: datetime, name: str, rng: Random
    ) -> None:
        """`now` where it is; `name` with which it answers the telephone."""
        self._book = book
        self._mood = mood
        self._today = now.date()
        self._rng = rng
        self._words = Words(name, rng)
        self._page = _Page()
        self._said: tuple[str, ...] = ()

    @property
    def phrases(self) -> tuple[str, ...]:
        """What it expects to hear."""
        return EXPECTED

    def pick_up(self) -> Reply:
        """It takes the call."""
        return self._say(self._words.machine() if self._mood is Mood.VOICEMAIL else
                         self._words.hello())  # fmt: skip

    def hear(self, texts: Sequence[str]) -> Reply:
        """Answer what was said: hypotheses, best first."""
        if self._mood is Mood.VOICEMAIL:
            return Reply(())
        page = self._page
        wish = hear_wish(texts, self._today, asked_name=page.asked == "name")
        if wish.bye:
            return self._farewell()
        if wish.once_more and self._said:
            return Reply(self._said)
        if page.line is not None:
            return self._after(wish)
        told = self._take_down(wish)
        if not told and not (wish.yes or wish.no or wish.wants_table or wish.wants_other):
            return self._lost(wish)
        page.lost = 0
        return self._go_on(wish)

    def silent(self, times: int) -> Reply:
        """Nobody has said anything for a while, for the nth time in a row."""
        if self._mood is Mood.VOICEMAIL:
            return Reply((), hang_up=times > 1)
        if times > MOST_SILENCES:
            return self._say(("Nobody there. Bye.",), hang_up=True)
        return self._say(("Hello? Anybody there?",) if times % 2 else self._said)

    # What it knows

    def _take_down(self, wish: Wish) -> bool:
        """Note what was said; whether anything was."""
        page = self._page
        before = (page.party, page.day, page.at)
        page.party = wish.party or page.party
        page.day = wish.day or page.day
        page.name = wish.name or page.name
        page.phone = wish.phone or page.phone
        if wish.times and not wish.wants_other and wish.times[0] != page.at:
            page.at, page.is_free = wish.times[0], page.offered == wish.times[0]
        if before != (page.party, page.day, page.at):
            page.agreed = False
        return any((wish.party, wish.day, wish.times, wish.name, wish.phone))

    def _go_on(self, wish: Wish) -> Reply:
        page = self._page
        more = self._about_offer(wish)
        if more is not None:
            return more
        if page.asked == "right":
            page.agreed = wish.yes and not wish.no
            page.asked = ""
        missing = self._missing()
        if not missing and not page.is_free:
            return self._look_up()
        if missing or not page.name:
            return self._ask(missing or "name")
        return self._confirm() if page.agreed else self._read_back()

    def _about_offer(self, wish: Wish) -> Reply | None:
        """They answer an offer, or want another time; `None`: neither."""
        page = self._page
        if page.asked == "offer" and page.offered is not None:
            if wish.wants_other or (wish.no and not wish.yes):
                return self._offer_more(wish)
            page.at, page.is_free, page.asked = page.offered, True, ""
        elif wish.wants_other and page.refused is not None:
            return self._offer_more(wish)
        return None

    def _missing(self) -> str:
        """What it asks next, of what it must know before it looks into the book."""
        page = self._page
        if self._mood is Mood.ODD_ORDER:
            for each in ("name", "time", "phone", "party", "day"):
                if each not in page.asked_before:
                    return each
        known = {"party": page.party, "day": page.day, "time": page.at}
        return next((each for each, value in known.items() if value is None), "")

    def _ask(self, what: str) -> Reply:
        self._page.asked = what
        self._page.asked_before.append(what)
        return self._say(self._words.ask(what))

    # Its book

    def _look_up(self) -> Reply:
        page = self._page
        if self._mood is Mood.HOLD and not page.held:
            page.held, page.asked = True, "hold"
            return self._say(self._words.hold())
        rest = HOLD_SECONDS if page.asked == "hold" else 0.0
        page.asked = ""
        day, at, party = page.day, page.at, page.party
        if day is None or at is None or party is None:
            return self._ask("day")
        if self._mood is Mood.CLOSED:
            return self._say(self._words.closed(day), rest=rest)
        offered = self._instead_of(day, at, party)
        if offered is not None:
            return self._offer(offered, rest)
        if self._mood is Mood.FULL or self._book.free_seat(day, at, party) is None:
            page.refused = at
            return self._say(self._words.full(), rest=rest)
        return self._has_room(rest)

    def _has_room(self, rest: float) -> Reply:
        page = self._page
        page.is_free = True
        opening = self._words.thanks_for_waiting() if rest else self._words.free()
        if page.name:
            return self._read_back(opening, rest)
        page.asked = "name"
        return self._say((*opening, *self._words.ask("name")), rest=rest)

    def _instead_of(self, day: date, at: time, party: int) -> time | None:
        """The time that it offers because it has none at the wanted one."""
        if self._mood is Mood.FULL:
            return None
        if self._mood is Mood.OFFERS and self._page.refused in {None, at}:
            return _OFFERED[0] if at != _OFFERED[0] else _OFFERED[1]
        if self._book.free_seat(day, at, party) is not None:
            return None
        return self._book.nearest(day, at, party, _WHOLE_DAY)

    def _offer(self, offered: time, rest: float = 0.0) -> Reply:
        page = self._page
        page.refused, page.offered, page.asked = page.at, offered, "offer"
        return self._say(self._words.offer(page.at, offered), rest=rest)

    def _offer_more(self, wish: Wish) -> Reply:
        """They want another time than those."""
        page = self._page
        page.asked = ""
        if self._mood in {Mood.FULL, Mood.CLOSED} or len(wish.times) < 2 or page.day is None:
            return self._say(self._words.nothing())
        first, last = min(wish.times), max(wish.times)
        if self._mood is Mood.OFFERS:
            found = page.offered if page.offered and first <= page.offered <= last else None
        else:
            found = self._book.nearest(
                page.day, page.refused or first, page.party or 2, (first, last)
            )
        return self._say(self._words.nothing()) if found is None else self._offer(found)

    # The end

    def _read_back(self, opening: tuple[str, ...] = (), rest: float = 0.0) -> Reply:
        page = self._page
        if page.day is None or page.at is None or page.party is None:
            return self._ask("day")
        party = page.party
        if self._mood is Mood.WRONG_ONCE and not page.erred:
            page.erred, party = True, party + 1
        page.asked = "right"
        when = when_said(page.day, page.at, self._today)
        return self._say((*opening, *self._words.read_back(party, when, page.name)), rest=rest)

    def _confirm(self) -> Reply:
        page = self._page
        if page.day is None or page.at is None or page.party is None:
            return self._ask("day")
        page.line = self._book.reserve(
            Guest(page.party, page.name, page.phone), page.day, page.at, self._rng
        )
        tells = self._rng.random() < 0.5
        page.asked = "number" if tells else "done"
        said = self._words.done(when_said(page.day, page.at, self._today))
        return self._say((*said, *self._number()) if tells else said)

    def _number(self) -> tuple[str, ...]:
        line = self._page.line
        return () if line is None else self._words.number(digits_said(line.number))

    def _after(self, wish: Wish) -> Reply:
        """It is in the book."""
        page = self._page
        wrong = page.line is not None and wish.digits not in {"", page.line.number}
        if page.asked == "number" and (wrong or (wish.no and not wish.yes)):
            return self._say((*self._words.no(), *self._number()))
        if wish.wants_number or wish.asks_if_booked:
            page.asked = "number"
            return self._say(self._number())
        if page.asked == "number":
            page.asked = "done"
            return self._say(self._words.see_you(page.day, self._today))
        return self._say(self._words.anything_else())

    def _farewell(self) -> Reply:
        return self._say(self._words.goodbye(), hang_up=True)

    def _lost(self, wish: Wish) -> Reply:
        """Nothing in it about a table."""
        page = self._page
        page.lost += 1
        if page.asked == "hold":
            return self._look_up()
        if page.lost > 3:
            return self._say(("Sorry, this line is terrible. Try again later.",), hang_up=True)
        if wish.text and page.lost == 1 and not page.asked:
            return self._say(self._words.how_help())
        return self._say(self._words.pardon())

    def _say(
        self, sentences: tuple[str, ...], *, hang_up: bool = False, rest: float = 0.0
    ) -> Reply:
        self._said = sentences
        return Reply(sentences, hang_up=hang_up, wait_seconds=rest)

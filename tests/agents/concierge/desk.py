"""A concierge at work: its tools, its mind, and somebody in a restaurant to talk to."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from random import Random
from zoneinfo import ZoneInfo

from servizio.agents.concierge.mind import ConciergeMind
from servizio.agents.concierge.tools import Caller, ConciergeTools
from servizio.demo.restaurant import Reply, Restaurant
from servizio.demo.restaurant_book import RestaurantBook
from servizio.demo.restaurant_mood import Mood
from servizio.shop.reservation import BookingOutcome, ReservationRequest

NOW = datetime(2026, 11, 21, 15, 20, tzinfo=ZoneInfo("America/New_York"))
"""A Saturday."""
TOMORROW = date(2026, 11, 22)
REQUEST = ReservationRequest(
    place="Demo Restaurant",
    party=4,
    day=TOMORROW,
    at=time(19),
    name="Rossi",
    earliest=time(18),
    latest=time(20),
)
CALLER = Caller(on_behalf_of="Rossi", phone="+15551234567")


class Line:
    """The call itself, as the tools see it."""

    def __init__(self) -> None:
        self.closed = False
        self.used: list[str] = []

    def close_after_speech(self, outcome: str) -> None:
        assert outcome
        self.closed = True

    def tool_used(self, name: str, *, ok: bool) -> None:
        self.used.append(name if ok else f"{name}: refused")


class Concierge:
    """One call of ours, by words."""

    def __init__(
        self, request: ReservationRequest = REQUEST, caller: Caller = CALLER, seed: int = 1
    ) -> None:
        self.line = Line()
        self.tools = ConciergeTools(
            request=request, control=self.line, call_sid=f"CA{seed}", caller=caller, now=lambda: NOW
        )
        self.mind = ConciergeMind(self.tools, Random(seed))

    async def hears(self, *said: str) -> str:
        """What it says to each of these in turn; the last one's answer."""
        answer = ""
        for text in said:
            reply = await self.mind.answer([plain(text)])
            answer = " ".join(reply.sentences)
            if reply.sentences:
                self.mind.spoken(answer, whole=True)
        return answer

    async def hears_nothing(self, times: int) -> str:
        """What it says to silence."""
        return " ".join((await self.mind.silent(times)).sentences)

    @property
    def outcome(self) -> BookingOutcome:
        """How the call ended."""
        return self.tools.outcome_at_end(hung_up=not self.line.closed)


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was said, and what came of it."""

    outcome: BookingOutcome
    lines: tuple[str, ...]


def plain(text: str) -> str:
    """The words as a recogniser writes them."""
    return " ".join(re.sub(r"[^a-z0-9' ]+", " ", text.lower()).split())


async def talk_to_restaurant(
    book: RestaurantBook, mood: Mood, seed: int, request: ReservationRequest = REQUEST
) -> Conversation:
    """The whole conversation, by words."""
    concierge = Concierge(request, seed=seed)
    restaurant = Restaurant(book, mood, NOW, "Demo Restaurant", Random(seed))
    said, silences = restaurant.pick_up(), 0
    lines: list[str] = []
    for _ in range(60):
        if said.sentences:
            lines.append(f"restaurant: {' '.join(said.sentences)}")
            silences = 0
            answer = await concierge.hears(" ".join(said.sentences))
        else:
            silences += 1
            answer = await concierge.hears_nothing(silences)
        if answer:
            lines.append(f"concierge: {answer}")
        if concierge.line.closed or said.hang_up:
            break
        if answer:
            said = restaurant.hear([plain(answer)])
        else:
            silences += 1
            said = restaurant.silent(silences) if silences > 1 else Reply(())
    return Conversation(concierge.outcome, tuple(lines))


def request_for(**changes: object) -> ReservationRequest:
    """The usual request with some of it different."""
    return replace(REQUEST, **changes)  # type: ignore[arg-type]

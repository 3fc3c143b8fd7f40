"""What the concierge remembers of its call, and how it says what it wants."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from random import Random

from servizio.agents.concierge.tools import ConciergeTools
from servizio.agents.concierge.wording import (
    code_words,
    concierge_wording,
    day_words,
    hour_words,
    letters,
    party_words,
    spoken_phone,
    when_words,
    whole_time_words,
)
from servizio.language.restaurant_phrases import Says
from servizio.shop.reservation import BookingResult, named


class Asked(StrEnum):
    """What the concierge said last that is still open."""

    NOTHING = "nothing"
    TABLE = "table"
    """The request itself."""
    OTHER = "other"
    """For another time, or another seat."""
    BOOKED = "booked"
    """Whether the table is booked."""
    NUMBER = "number"
    """For the confirmation number."""
    NUMBER_RIGHT = "number_right"
    """Whether the number is as we read it back."""


@dataclass(slots=True)
class Progress:
    """How far the call is."""

    asked: Asked = Asked.NOTHING
    stated: bool = False
    """Whether the request was said."""
    agreed: time | None = None
    """The time that both sides have agreed on."""
    booked: bool = False
    """Whether they have said that the table is ours."""
    number: str = ""
    """The confirmation number, as far as it was understood."""
    insisted: bool = False
    """Whether they were asked for the number once more as they were about to end the call."""
    denied: str = ""
    """A number that we read back and they called wrong."""
    offered: list[time] = field(default_factory=list)
    """Times that they had and we did not want."""
    was_full: bool = False
    """Whether they had nothing at the time that was wanted."""
    seat: str = ""
    """The only seat they have, where it is none for us."""
    on_hold: bool = False
    """Whether they asked us to wait: only what is plainly meant for us is answered."""
    held: int = 0
    """Silences in a row while we are on hold."""
    misses: int = 0
    """Utterances in a row that meant nothing."""
    corrections: int = 0
    """How often they read back what is not ours."""
    name_corrected: bool = False
    said: tuple[str, ...] = ()
    """The last reply."""
    repeats: int = 0
    """How often in a row the reply meant the same."""
    last_keys: tuple[str, ...] = ()
    ended: bool = False
    """Whether the goodbye has been said, or there was nobody to say it to."""


class ConciergeTalk:
    """One call's tools, progress and words."""

    def __init__(self, tools: ConciergeTools, rng: Random) -> None:
        self.tools = tools
        self.request = tools.request
        self.progress = Progress()
        self._wording = concierge_wording(rng)
        self._notes: list[str] = []
        self._keys: list[str] = []

    # Words

    def note(self, key: str, **values: str) -> None:
        """Say this sentence in the reply that is being made."""
        self._keys.append(key)
        self._notes.append(self._wording.say(key, **(self._values() | values)))

    def every(self, *keys: str) -> tuple[str, ...]:
        """All wordings of these sentences, as they would be said now."""
        values = self._values()
        return tuple(text for key in keys for text in self._wording.every(key, **values))

    def repeat(self) -> None:
        """Say the last reply once more."""
        self._keys.append("repeat")
        self._notes.extend(self.progress.said)

    @property
    def keys(self) -> tuple[str, ...]:
        """Which sentences the reply has so far."""
        return tuple(self._keys)

    def take_notes(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The sentences of the reply, and their keys."""
        notes, keys = tuple(self._notes), tuple(self._keys)
        self._notes, self._keys = [], []
        return notes, keys

    def forget_notes(self) -> None:
        """Leave unsaid what was noted."""
        self._notes, self._keys = [], []

    @property
    def wanted(self) -> time:
        """The time as it stands now."""
        return self.progress.agreed or self.request.at

    def _values(self) -> dict[str, str]:
        request, today = self.request, self.tools.now().date()
        return {
            "caller": self.tools.caller.on_behalf_of,
            "party": party_words(request.party),
            "day": day_words(request.day, today, request.at),
            "when": when_words(request.day, today, self.wanted),
            "time": whole_time_words(self.wanted),
            "name": request.name,
            "letters": letters(request.name),
            "phone": spoken_phone(self.tools.caller.phone or ""),
            "needs": named(request.needs),
            "earliest": hour_words(request.earliest),
            "latest": hour_words(request.latest),
            "number": code_words(self.progress.number),
        }

    # Deeds

    async def report(self, result: BookingResult, reason: str = "") -> None:
        """Write down what came of it, as far as it is known."""
        progress = self.progress
        arguments: dict[str, object] = {"result": result.value}
        if result is BookingResult.CONFIRMED:
            arguments["time"] = f"{self.wanted:%H:%M}"
            if progress.number:
                arguments["confirmation"] = progress.number
        elif progress.offered:
            arguments["offered"] = [f"{each:%H:%M}" for each in progress.offered[:6]]
        if reason:
            arguments["reason"] = reason
        await self.tools.call("report_outcome", arguments)

    async def end(self, key: str, result: BookingResult | None = None, reason: str = "") -> None:
        """Say goodbye with this sentence and hang up behind it."""
        if result is not None:
            await self.report(result, reason)
        self.note(key)
        self.progress.ended = True
        await self.tools.call("end_call", {})


EXPECTED_WORDS = (
    "table", "reservation", "booking", "how many people", "for how many", "what time", "what day",
    "what name", "the name", "how do you spell that", "fully booked", "we're full", "i'm afraid",
    "closed", "available", "we have", "i can do", "how about", "would that work", "hold on",
    "one moment", "let me check", "is that right", "is that correct", "people", "tomorrow",
    "tonight", "o'clock", "thirty", "half past", "quarter past", "confirmation number",
    "your confirmation number is", "you're all set", "see you", "phone number", "anything else",
    "outside", "at the bar", "high chair", "allergies", "goodbye", "thank you for calling",
    "how can i help you", "good evening", "p m", "no number", "under your name", "sorry",
)  # fmt: skip
"""What a recogniser should expect of somebody in a restaurant."""
ANSWERABLE = frozenset({
    Says.ASKS_PARTY, Says.ASKS_DAY, Says.ASKS_TIME, Says.ASKS_NAME, Says.ASKS_SPELLING,
    Says.ASKS_PHONE, Says.ASKS_EMAIL, Says.ASKS_CARD, Says.ASKS_NEEDS, Says.ASKS_SEATING,
})  # fmt: skip
"""Questions about the table, which have an answer in the request."""

"""A call that rings, what is answered to it, and what comes after its stream."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from servizio.agents.failover import APOLOGY
from servizio.calls.errand import Errand
from servizio.shop.order import Source
from servizio.store.records import Direction


@dataclass(frozen=True, slots=True)
class IncomingCall:
    """A call that rings."""

    call_sid: str
    from_number: str | None
    """E.164; `None` where the customer withholds it."""
    to_number: str
    source: Source = Source.PHONE
    errand: Errand | None = None
    """Set where it was we who rang: then `from_number` is whom."""
    is_typed: bool = False
    """The customer types: while nothing is heard somebody may be typing."""

    @property
    def direction(self) -> Direction:
        """Who rang."""
        return Direction.INBOUND if self.errand is None else Direction.OUTBOUND


class Answer(StrEnum):
    """What becomes of a call that rings."""

    TALK = "talk"
    BUSY = "busy"
    UNAVAILABLE = "unavailable"
    PAUSED = "paused"
    """Staff take no orders by phone for a while."""
    CLOSED = "closed"
    """Outside the opening hours: nobody is there to be put through to."""


@dataclass(frozen=True, slots=True)
class Admission:
    """The answer to a call that rings."""

    answer: Answer
    token: str
    """Opens the stream of this call, once, within a minute."""
    sentence: str
    """What to say where nobody talks, and where the stream fails."""


class NextStep(StrEnum):
    """What comes after the stream."""

    HANG_UP = "hang_up"
    DIAL_STAFF = "dial_staff"
    APOLOGISE = "apologise"


@dataclass(frozen=True, slots=True)
class AfterCall:
    """What comes after the stream."""

    step: NextStep
    sentence: str
    """Said first; may be empty."""


@dataclass(frozen=True, slots=True)
class CallTexts:
    """The sentences of every call that are the shop's own."""

    greeting: str
    apology: str = APOLOGY
    """Said by an agent that takes over from one that failed."""
    browser_greeting: str = ""
    """For a customer who speaks from a browser, and so does not call; empty: the same."""

    def greeting_for(self, source: Source) -> str:
        """The first words for a customer who came by this door."""
        return (source is Source.BROWSER and self.browser_greeting) or self.greeting

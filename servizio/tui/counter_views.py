"""What the counter asks the server for: quotes, messages that left, the figures of a day.

Frozen values like those of `views`, made by `counter_wire`; every text in them is clean.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from servizio.tui.views import LineView


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an order cannot be placed as it stands."""

    line: int | None
    """Position of the line that it is about; `None`: the whole order."""
    message: str


@dataclass(frozen=True, slots=True)
class QuoteView:
    """What an order would cost."""

    lines: tuple[LineView, ...]
    subtotal: Decimal
    tax: Decimal
    total: Decimal
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageView:
    """A text or another message that left the shop, or should have."""

    id: str
    kind: str
    to: str
    body: str
    state: str
    """`pending`, `sent`, `failed`, `local`, ... as the server says."""
    delivery: str
    """What the telephone company reports afterwards, such as `delivered`; empty: nothing."""
    attempts: int
    order_number: str
    why: str
    """What went wrong; empty where nothing did."""
    at: datetime
    """When it was written."""

    @property
    def is_kept(self) -> bool:
        """Claim that it was written for staff to see and goes nowhere."""
        return self.state == "local"

    @property
    def is_undelivered(self) -> bool:
        """Claim that it did not arrive, and that nothing more happens by itself."""
        return self.state == "failed" or (
            self.state == "sent" and self.delivery in {"failed", "undelivered"}
        )


@dataclass(frozen=True, slots=True)
class WrittenView:
    """What a customer wrote to the shop's number."""

    id: str
    phone: str
    body: str
    reply: str
    """What was answered; empty: nothing."""
    order_number: str
    """The order it may be about; empty: none."""
    at: datetime


@dataclass(frozen=True, slots=True)
class VoiceView:
    """What a customer spoke after the tone."""

    id: str
    phone: str
    """Empty where the number was withheld."""
    seconds: int
    at: datetime
    is_done: bool = False
    """Staff have dealt with it: its sound is erased."""


@dataclass(frozen=True, slots=True)
class HourFigures:
    """One hour of a day."""

    hour: int
    orders: int
    revenue: Decimal


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """One item on one day."""

    name: str
    quantity: int
    revenue: Decimal


@dataclass(frozen=True, slots=True)
class ReportView:
    """The figures of one day."""

    day: str
    """ISO 8601, of the shop's time zone."""
    orders: int
    cancelled: int
    items: int
    revenue: Decimal
    """Without tax."""
    tax: Decimal
    average_order: Decimal
    seconds_to_ready: tuple[float, float] | None
    """Average and the 90th percentile; `None` where nothing became ready."""
    by_hour: tuple[HourFigures, ...]
    by_item: tuple[ItemFigures, ...]
    by_source: tuple[tuple[str, int], ...]
    calls: int
    calls_by_outcome: tuple[tuple[str, int], ...]
    average_call_seconds: float
    declined: int
    """Calls that were not taken: during a pause, outside the hours, all lines busy."""
    not_understood: int
    """Turns of customers that the agent made nothing of."""
    handed_over: int
    """Calls that were put through to staff."""

"""What a concierge can do in a call, as a model is told of it."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from servizio.agents.tool_schemas import ToolSpec, object_of
from servizio.shop.reservation import BookingResult

CLOCK: Final = r"^([01]?\d|2[0-3]):[0-5]\d$"
REPORTED: Final = (
    BookingResult.CONFIRMED,
    BookingResult.FULL,
    BookingResult.CLOSED,
    BookingResult.DECLINED,
    BookingResult.VOICEMAIL,
    BookingResult.FAILED,
)
"""What an agent can tell: that nobody answered is known without one."""


@cache
def concierge_specs() -> tuple[ToolSpec, ...]:
    """The catalogue of a call for a table."""
    clock: dict[str, Any] = {"type": "string", "pattern": CLOCK, "description": "24-hour, 19:30"}
    return (
        ToolSpec(
            "accept_offer",
            "Check a time that the restaurant offers, before you say yes to it. Where it is "
            "refused, decline politely or ask for a time within the room.",
            object_of({"time": clock}, "time"),
            changes_order=True,
        ),
        ToolSpec(
            "report_outcome",
            "Write down how it ended, as soon as it is clear, and again when there is more to "
            "tell, such as the confirmation number. Before end_call.",
            object_of(
                {
                    "result": {"type": "string", "enum": [each.value for each in REPORTED]},
                    "time": clock,
                    "confirmation": {"type": "string", "maxLength": 24},
                    "offered": {"type": "array", "items": clock, "maxItems": 6},
                    "reason": {"type": "string", "maxLength": 80},
                },
                "result",
            ),
            changes_order=True,
        ),
        ToolSpec(
            "end_call",
            "Hang up after your goodbye has been heard.",
            object_of({}),
            changes_order=True,
        ),
    )

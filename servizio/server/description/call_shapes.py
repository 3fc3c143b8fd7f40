"""Calls as JSON Schema, as `store.call_json` writes them."""

from __future__ import annotations

from typing import Final

from servizio.language.reservation import Ask
from servizio.server.description.parts import (
    CALL_SID,
    CLOCK_TIME,
    DAY,
    MONEY,
    ORDER_NUMBER,
    PHONE,
    TIME,
    Schema,
    described,
    flag,
    many,
    maybe,
    one_of,
    record,
    ref,
    table,
    text,
    whole,
)
from servizio.shop.order import Fulfilment
from servizio.shop.reservation import BookingResult, Seating
from servizio.store.records import BookingStep, Direction, Role

_HEAD: Final = {
    "call_sid": CALL_SID,
    "direction": one_of(Direction),
    "status": text("`in_progress`, `completed`, or a word of the telephone company."),
    "agent": maybe(text("Who holds it, or held it last.")),
    "started_at": TIME,
    "ended_at": maybe(TIME),
    "from": maybe(PHONE, "The customer's number; null where it was withheld."),
    "order_number": maybe(ORDER_NUMBER),
    "outcome": maybe(text("How it ended: `completed`, `hung_up`, `dropped`, `transferred`, ...")),
    "cart": maybe(ref("Cart")),
    "latency_ms": table(
        {"type": "number"}, "From the customer's last word to the first sound: last, median, p95."
    ),
}

_TABLE: Final = {"booking": ref("Booking")}
"""Of calls that were made for a table elsewhere."""

CALL_SHAPES: Final[dict[str, Schema]] = {
    "Turn": record(
        {
            "role": one_of(Role),
            "text": text(),
            "at": TIME,
            "heard": flag("Whether the other side heard all of it."),
        }
    ),
    "Cart": record(
        {
            "items": many(ref("OrderLine")),
            "pending": many(ref("OrderLine"), "Staged: not agreed to yet."),
            "subtotal": MONEY,
            "tax": MONEY,
            "total": MONEY,
            "fulfilment": one_of(Fulfilment),
            "phone_ends": text("Last digits of the number for the text; empty: none yet."),
        }
    ),
    "CallSummary": record(_HEAD | _TABLE, optional=_TABLE),
    "Call": record(_HEAD | _TABLE | {"transcript": many(ref("Turn"))}, optional=_TABLE),
    "CallStatus": record(
        {
            name: _HEAD[name]
            for name in ("call_sid", "status", "agent", "started_at", "ended_at", "order_number")
        }
    ),
    "Reservation": record(
        {
            "place": text("As in the address book."),
            "party": whole(1),
            "day": DAY,
            "at": CLOCK_TIME,
            "name": text(),
            "earliest": CLOCK_TIME,
            "latest": CLOCK_TIME,
            "seatings": many(one_of(Seating)),
            "needs": many(text()),
        }
    ),
    "BookingOutcome": record(
        {
            "result": one_of(BookingResult),
            "sentence": text("What the person is told."),
            "day": DAY,
            "at": maybe(CLOCK_TIME, "The time that was agreed on."),
            "party": whole(),
            "name": text(),
            "confirmation": text("The restaurant's number; empty: it gave none."),
            "offered": many(CLOCK_TIME),
        }
    ),
    "Booking": record(
        {
            "id": whole(1),
            "call_sid": maybe(CALL_SID),
            "step": one_of(BookingStep),
            "request": text("As it was asked for."),
            "phone": PHONE,
            "wanted": ref("Reservation"),
            "outcome": maybe(ref("BookingOutcome")),
            "created_at": TIME,
            "updated_at": TIME,
        }
    ),
    "BookingWish": record(
        {
            "request": text(
                "Book a table at ... for 4 people tomorrow at 7pm", longest=500, minLength=1
            ),
            "answers": described(
                record(dict.fromkeys(map(str, Ask), text(longest=500)), optional=map(str, Ask))
                | {"additionalProperties": False},
                "What was asked for in `missing`, and the answer.",
            ),
        },
        optional=("answers",),
    ),
    "RingBack": record(
        {
            "order_number": ORDER_NUMBER,
            "purpose": {"enum": ["ready", "sold_out", "message"]},
            "message": text("What the customer is told, for `message`.", longest=300),
        },
        optional=("purpose", "message"),
    ),
    "CallStarted": record({"call_sid": CALL_SID}),
}

"""Messages that leave, texts that come, errors, and what the event streams carry."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from servizio.server.description.parts import (
    CALL_SID,
    ORDER_NUMBER,
    PHONE,
    TIME,
    Schema,
    always,
    flag,
    many,
    maybe,
    one_of,
    record,
    ref,
    text,
    whole,
)
from servizio.store.records import EventKind, MessageKind, MessageState, Role, TextKind

_FATE: Final = {
    "id": whole(1),
    "kind": one_of(MessageKind),
    "state": one_of(MessageState, "`local`: there is no telephone account, it is only shown."),
    "order_number": maybe(ORDER_NUMBER),
    "call_sid": maybe(CALL_SID),
    "error_code": maybe(text()),
    "error_text": maybe(text()),
}

_WORDS: Final = {"call_sid": CALL_SID, "role": one_of(Role), "text": text(), "at": TIME}

MESSAGE_SHAPES: Final[dict[str, Schema]] = {
    "Error": record(
        {
            "error": record(
                {
                    "code": text("For programs; stays the same."),
                    "message": text("For people."),
                    "hint": text("What to do about it."),
                    "missing": many(
                        record({"ask": text(), "question": text()}),
                        "What a request for a table lacks.",
                    ),
                },
                optional=("hint", "missing"),
            )
        }
    ),
    "Done": record({"ok": always(value=True)}),
    "Session": record({"ok": always(value=True), "expires_at": {**TIME}}),
    "Message": record(
        _FATE
        | {
            "to": text("A telephone number, or the host of a webhook."),
            "body": text(),
            "attempts": whole(),
            "delivery": maybe(text(), "What the provider said later: `delivered`, ..."),
            "created_at": TIME,
            "updated_at": TIME,
        }
    ),
    "IncomingText": record(
        {
            "sid": text(),
            "from": PHONE,
            "body": text(),
            "reply": text("What was answered; empty: nothing."),
            "order_number": maybe(ORDER_NUMBER, "The order that it may be about."),
            "at": TIME,
        }
    ),
    "QueuedText": record({"queued": one_of(TextKind)}),
    "OrderEvent": record({"order": ref("Order")}),
    "TickEvent": record(
        {
            "order_number": ORDER_NUMBER,
            "created_at": TIME,
            "revision": whole(1),
            "ticked": many(whole()),
        }
    ),
    "CallEvent": record({"call": ref("Call")}),
    "TranscriptEvent": record(
        _WORDS
        | {"heard": flag(), "final": flag("False: still being spoken, and without an event id.")},
        optional=("heard",),
    ),
    "CartEvent": record({"call_sid": CALL_SID, "cart": maybe(ref("Cart"))}),
    "MenuEvent": record({"sold_out": many(text())}),
    "CallbackEvent": record({"order_number": ORDER_NUMBER, "call_sid": CALL_SID}),
    "OutboxEvent": record({"message": record(_FATE)}),
    "TextEvent": record({"text": ref("IncomingText")}),
    "VoiceMessage": record(
        {
            "sid": text(),
            "call_sid": CALL_SID,
            "from": maybe(PHONE),
            "seconds": whole(),
            "at": TIME,
        }
    ),
    "VoiceMessageEvent": record(
        {"message": ref("VoiceMessage"), "done": flag("Whether staff are done with it.")}
    ),
    "BookingEvent": record({"booking": ref("Booking")}),
    "HealthEvent": record({"health": ref("Health")}),
}

EVENT_SHAPES: Final = MappingProxyType(
    {
        EventKind.ORDER_CREATED: "OrderEvent",
        EventKind.ORDER_UPDATED: "OrderEvent",
        EventKind.ORDER_STATUS_CHANGED: "OrderEvent",
        EventKind.ORDER_TICKED: "TickEvent",
        EventKind.CALL_STARTED: "CallEvent",
        EventKind.CALL_UPDATED: "CallEvent",
        EventKind.CALL_ENDED: "CallEvent",
        EventKind.TRANSCRIPT: "TranscriptEvent",
        EventKind.CART_CHANGED: "CartEvent",
        EventKind.MENU_CHANGED: "MenuEvent",
        EventKind.SHOP_CHANGED: "Shop",
        EventKind.CALLBACK_STARTED: "CallbackEvent",
        EventKind.BOOKING_CHANGED: "BookingEvent",
        EventKind.OUTBOX_CHANGED: "OutboxEvent",
        EventKind.TEXT_RECEIVED: "TextEvent",
        EventKind.VOICE_MESSAGE: "VoiceMessageEvent",
        EventKind.HEALTH_CHANGED: "HealthEvent",
    }
)
"""What the data of each event is. A test looks that none is missing."""

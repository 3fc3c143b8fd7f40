"""A call as JSON: the shape that the API and the events share."""

from __future__ import annotations

from servizio.shop.order_json import time_text
from servizio.store.records import CallRecord, Turn


def call_json(call: CallRecord) -> dict[str, object]:
    """The call, whole: with phone number and transcript. Not for the public."""
    return {
        "call_sid": call.call_sid,
        "direction": call.direction.value,
        "status": call.status,
        "agent": call.agent,
        "started_at": time_text(call.started_at),
        "ended_at": None if call.ended_at is None else time_text(call.ended_at),
        "from": call.phone,
        "order_number": call.order_number,
        "outcome": call.outcome,
        "transcript": [turn_json(turn) for turn in call.turns],
        "cart": call.cart,
        "latency_ms": dict(call.latency_ms),
    }


def turn_json(turn: Turn) -> dict[str, object]:
    """One utterance."""
    return {
        "role": turn.role.value,
        "text": turn.text,
        "at": time_text(turn.at),
        "heard": turn.heard,
    }

"""From the server's JSON to the values of `counter_views`."""

from __future__ import annotations

from collections.abc import Mapping

from servizio.tui.counter_views import (
    Fault,
    HourFigures,
    ItemFigures,
    MessageView,
    QuoteView,
    ReportView,
    VoiceView,
    WrittenView,
)
from servizio.tui.shop_wire import maybe_table
from servizio.tui.wire import line_from
from servizio.tui.wire_values import Raw, a_time, amount_of, number, rows, table
from servizio.tui.words import clean


def _fault(raw: Raw) -> Fault:
    at = raw.get("line")
    return Fault(at if isinstance(at, int) else None, clean(raw.get("message")))


def quote_from(value: object) -> QuoteView:
    """Read what an order would cost."""
    raw = table(value, "quote")
    return QuoteView(
        lines=tuple(line_from(each) for each in rows(raw.get("items"), "items")),
        subtotal=amount_of(raw.get("subtotal")),
        tax=amount_of(raw.get("tax")),
        total=amount_of(raw.get("total")),
        faults=tuple(_fault(each) for each in rows(raw.get("faults"), "faults")),
    )


def _message(raw: Raw) -> MessageView:
    code, said = (clean(str(raw.get(name) or ""), 120) for name in ("error_code", "error_text"))
    return MessageView(
        id=clean(str(raw.get("id", "")), 60),
        kind=clean(raw.get("kind")),
        to=clean(raw.get("to")),
        body=clean(raw.get("body")),
        state=clean(raw.get("state")),
        delivery=clean(raw.get("delivery")),
        attempts=number(raw.get("attempts"), "attempts", 0),
        order_number=clean(str(raw.get("order_number") or ""), 12),
        why=" ".join(each for each in (said, f"({code})" if code else "") if each),
        at=a_time(raw.get("created_at"), "created_at"),
    )


def messages_from(value: object) -> tuple[MessageView, ...]:
    """Read the list of messages."""
    return tuple(_message(each) for each in rows(table(value, "outbox").get("messages"), "outbox"))


def written_from(value: object) -> tuple[WrittenView, ...]:
    """Read the list of texts that customers wrote."""
    return tuple(_written(each) for each in rows(table(value, "texts").get("texts"), "texts"))


def _written(raw: Raw) -> WrittenView:
    return WrittenView(
        id=clean(raw.get("sid")),
        phone=clean(raw.get("from"), 20),
        body=clean(raw.get("body")),
        reply=clean(raw.get("reply")),
        order_number=clean(str(raw.get("order_number") or ""), 12),
        at=a_time(raw.get("at"), "at"),
    )


def voices_from(value: object) -> tuple[VoiceView, ...]:
    """Read the list of messages after the tone that staff are not done with."""
    return tuple(
        VoiceView(
            id=clean(raw.get("sid")),
            phone=clean(raw.get("from"), 20),
            seconds=number(raw.get("seconds"), "seconds", 0),
            at=a_time(raw.get("at"), "at"),
        )
        for raw in rows(table(value, "voice_messages").get("messages"), "voice_messages")
    )


def _counts(value: object) -> tuple[tuple[str, int], ...]:
    if not isinstance(value, Mapping):
        return ()
    return tuple((clean(str(name)), number(each, "count", 0)) for name, each in value.items())


def _seconds(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def report_from(value: object) -> ReportView:
    """Read the figures of a day."""
    raw = table(value, "report")
    ready = maybe_table(raw.get("seconds_to_ready"), "seconds_to_ready")
    calls = maybe_table(raw.get("calls"), "calls") or {}
    return ReportView(
        day=clean(raw.get("day"), 10),
        orders=number(raw.get("orders"), "orders", 0),
        cancelled=number(raw.get("cancelled"), "cancelled", 0),
        items=number(raw.get("items"), "items", 0),
        revenue=amount_of(raw.get("revenue")),
        tax=amount_of(raw.get("tax")),
        average_order=amount_of(raw.get("average_order")),
        seconds_to_ready=(_seconds(ready.get("average")), _seconds(ready.get("p90")))
        if ready
        else None,
        by_hour=tuple(
            HourFigures(
                number(each.get("hour"), "hour", 0),
                number(each.get("orders"), "orders", 0),
                amount_of(each.get("revenue")),
            )
            for each in rows(raw.get("by_hour"), "by_hour")
        ),
        by_item=tuple(
            ItemFigures(
                clean(each.get("name") or each.get("item")),
                number(each.get("quantity"), "quantity", 0),
                amount_of(each.get("revenue")),
            )
            for each in rows(raw.get("by_item"), "by_item")
        ),
        by_source=_counts(raw.get("by_source")),
        calls=number(calls.get("total"), "calls", 0),
        calls_by_outcome=_counts(calls.get("by_outcome")),
        average_call_seconds=_seconds(calls.get("average_seconds")),
        declined=number(calls.get("declined"), "declined", 0),
        not_understood=number(raw.get("not_understood"), "not_understood", 0),
        handed_over=number(raw.get("handed_over"), "handed_over", 0),
    )

"""From the server's JSON to values: the one place where the screens see raw data.

A fault in what the server says is an `ApiError` that names the field, never a crash of a
screen. What is optional in the API may be missing or null here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from servizio.shop.line import Amount
from servizio.shop.order import Fulfilment, OrderStatus, Source
from servizio.tui.message_wire import message_left, outbox_changed, text_received
from servizio.tui.shop_wire import shop_changed
from servizio.tui.views import (
    BoardOrder,
    BoardView,
    CallChanged,
    CallView,
    CartChanged,
    CartView,
    GroupView,
    HealthChanged,
    HealthCheck,
    HealthView,
    LinesTicked,
    LineView,
    MenuEntry,
    MenuView,
    ModifierView,
    OrderChanged,
    OrderView,
    SoldOutChanged,
    Speaker,
    Spoken,
    StaffEvent,
    TranscriptLine,
    key_of,
)
from servizio.tui.wire_values import (
    Raw,
    a_time,
    amount_of,
    choice,
    load,
    maybe_time,
    number,
    rows,
    table,
    wrong,
)
from servizio.tui.words import clean


def line_from(raw: Raw) -> LineView:
    """Read a line of an order or a cart."""
    return LineView(
        name=clean(raw.get("name") or raw.get("item")),
        quantity=number(raw.get("quantity"), "quantity", 1),
        modifiers=tuple(
            ModifierView(
                group=clean(each.get("group")).replace("-", " "),
                name=clean(each.get("name") or each.get("modifier")),
                amount=choice(Amount, each.get("amount"), Amount.REGULAR),
                count=number(each.get("count"), "count", 1),
            )
            for each in rows(raw.get("modifiers"), "modifier")
        ),
        price=amount_of(raw.get("price")),
    )


def order_from(value: object) -> OrderView:
    """Read an order, whole, as the staff's endpoints give it."""
    raw = table(value, "order")
    created_at = a_time(raw.get("created_at"), "created_at")
    return OrderView(
        number=clean(str(raw.get("order_number", "")), 12),
        status=choice(OrderStatus, raw.get("status")),
        phone=clean(raw.get("phone")),
        name=clean(raw.get("name")),
        source=choice(Source, raw.get("source"), Source.PHONE),
        call_sid=clean(raw.get("call_sid")),
        lines=tuple(line_from(each) for each in rows(raw.get("items"), "items")),
        subtotal=amount_of(raw.get("subtotal")),
        tax=amount_of(raw.get("tax")),
        total=amount_of(raw.get("total")),
        fulfilment=choice(Fulfilment, raw.get("fulfilment"), Fulfilment.PICKUP),
        address=clean(raw.get("address")),
        created_at=created_at,
        updated_at=maybe_time(raw.get("updated_at"), "updated_at") or created_at,
        revision=number(raw.get("revision"), "revision", 1),
        ticked=_positions(raw.get("ticked")),
    )


def _positions(value: object) -> frozenset[int] | None:
    if not isinstance(value, list):
        return None
    return frozenset(each for each in value if isinstance(each, int))


def orders_from(value: object) -> tuple[OrderView, ...]:
    """Read a list of orders, bare or under `orders`."""
    listed = value.get("orders") if isinstance(value, Mapping) else value
    return tuple(order_from(each) for each in rows(listed, "orders"))


def board_order_from(value: object) -> BoardOrder:
    """Read what the public may know of an order."""
    raw = table(value, "order")
    created_at = a_time(raw.get("created_at"), "created_at")
    return BoardOrder(
        number=clean(str(raw.get("order_number", "")), 12),
        status=choice(OrderStatus, raw.get("status")),
        created_at=created_at,
        updated_at=maybe_time(raw.get("updated_at"), "updated_at") or created_at,
    )


def board_from(value: object) -> BoardView:
    """Read the public list of orders in progress, bare or under `orders`."""
    raw: Raw = value if isinstance(value, Mapping) else {"orders": value}
    orders = tuple(board_order_from(each) for each in rows(raw.get("orders"), "orders"))
    return BoardView(clean(raw.get("shop"), 60), clean(raw.get("timezone"), 60), orders)


def transcript_line_from(raw: Raw) -> TranscriptLine:
    """Read one turn, or a part of one."""
    return TranscriptLine(
        role=choice(Speaker, raw.get("role")),
        text=clean(raw.get("text"), 2000),
        at=a_time(raw.get("at"), "at"),
        heard=raw.get("heard") is not False,
    )


def cart_from(value: object) -> CartView:
    """Read a cart; a call that has none yet says null or an empty list."""
    if isinstance(value, list):
        return CartView(tuple(line_from(each) for each in rows(value, "cart")))
    if value is None:
        return CartView()
    raw = table(value, "cart")
    lines = tuple(line_from(each) for each in rows(raw.get("items"), "cart"))
    return CartView(lines, amount_of(raw.get("total")))


def call_from(value: object) -> CallView:
    """Read a call, with or without its transcript."""
    raw = table(value, "call")
    latency = raw.get("latency_ms")
    measured = latency.items() if isinstance(latency, Mapping) else ()
    return CallView(
        sid=clean(raw.get("call_sid")),
        direction=clean(raw.get("direction")) or "inbound",
        status=clean(raw.get("status")),
        agent=clean(raw.get("agent")),
        started_at=a_time(raw.get("started_at"), "started_at"),
        ended_at=maybe_time(raw.get("ended_at"), "ended_at"),
        phone=clean(raw.get("from")),
        order_number=clean(raw.get("order_number")),
        transcript=tuple(
            transcript_line_from(each) for each in rows(raw.get("transcript"), "transcript")
        ),
        cart=cart_from(raw.get("cart")),
        latency_ms=tuple(
            (clean(name), float(value))
            for name, value in measured
            if isinstance(value, int | float)
        ),
        outcome=clean(raw.get("outcome")),
        errand=_errand_from(raw.get("booking")),
    )


def _errand_from(value: object) -> str:
    """Say for which table a call was, or what came of it."""
    if not isinstance(value, Mapping):
        return ""
    outcome, wanted = value.get("outcome"), value.get("wanted")
    if isinstance(outcome, Mapping):
        return clean(outcome.get("sentence"))
    if not isinstance(wanted, Mapping):
        return ""
    told = [clean(str(wanted.get(name, ""))) for name in ("place", "party", "day", "at")]
    return "{}: a table for {}, {} at {}".format(*told)


def calls_from(value: object) -> tuple[CallView, ...]:
    """Read a list of calls, bare or under `calls`."""
    listed = value.get("calls") if isinstance(value, Mapping) else value
    return tuple(call_from(each) for each in rows(listed, "calls"))


def sold_out_from(value: object) -> frozenset[str]:
    """Read the ids of what is sold out."""
    if value is None:
        return frozenset()
    if not isinstance(value, list):
        raise wrong("sold_out", value)
    return frozenset(str(each) for each in value)


def menu_from(value: object) -> MenuView:
    """Read the menu: `items` and `modifier_groups` as in a menu file, and `sold_out`."""
    answer = table(value, "menu")
    nested = answer.get("menu")
    raw = nested if isinstance(nested, Mapping) else answer
    entries = [
        _entry(each, clean(each.get("category")) or "items")
        for each in rows(raw.get("items"), "items")
    ]
    groups = []
    for each in rows(raw.get("modifier_groups"), "modifier_groups"):
        group = _group(each)
        groups.append(group)
        modifiers = rows(each.get("modifiers"), "modifiers")
        entries += [_entry(modifier, group.name, group.id) for modifier in modifiers]
    sold_out = sold_out_from(answer.get("sold_out", raw.get("sold_out")))
    return MenuView(clean(raw.get("name")), tuple(entries), sold_out, tuple(groups))


def _group(raw: Raw) -> GroupView:
    name = clean(raw.get("name") or raw.get("id"))
    most = raw.get("max")
    return GroupView(
        id=str(raw.get("id") or name),
        name=name,
        fewest=number(raw.get("min"), "min", 0),
        most=number(most, "max", 0) if most is not None else None,
        default=clean(raw.get("default")),
    )


def _entry(raw: Raw, section: str, group: str = "") -> MenuEntry:
    name = clean(raw.get("name") or raw.get("id"))
    return MenuEntry(
        id=str(raw.get("id") or name),
        name=name,
        section=section,
        price=amount_of(raw.get("price")),
        aliases=_texts(raw.get("aliases")),
        group=group,
        groups=_texts(raw.get("modifier_groups")),
    )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(clean(each) for each in value) if isinstance(value, list) else ()


def health_from(value: object) -> HealthView:
    """Read how the server is; a check may be a word or an object with `status`."""
    raw = table(value, "health")
    checks = raw.get("checks")
    uptime = raw.get("uptime")
    return HealthView(
        status=clean(raw.get("status")) or "unknown",
        version=clean(raw.get("version")),
        uptime_seconds=float(uptime) if isinstance(uptime, int | float) else 0.0,
        timestamp=maybe_time(raw.get("timestamp"), "timestamp"),
        checks=tuple(
            _check(clean(name), each)
            for name, each in (checks.items() if isinstance(checks, Mapping) else ())
        ),
    )


def _check(name: str, value: object) -> HealthCheck:
    if isinstance(value, Mapping):
        status = clean(value.get("status")) or "unknown"
        said = [value.get(key) for key in ("detail", "message", "hint")]
        known = [clean(each) for each in said if each]
        rest = [
            f"{clean(key)} {clean(str(each))}"
            for key, each in value.items()
            if key not in {"status", "detail", "message", "hint", "reasons"} and each is not None
        ]
        told = value.get("reasons")
        reasons = told.items() if isinstance(told, Mapping) else ()
        return HealthCheck(
            name,
            status,
            " · ".join(known or rest),
            tuple((clean(agent, 40), clean(why, 200)) for agent, why in reasons),
        )
    if isinstance(value, bool):
        return HealthCheck(name, "ok" if value else "failed", "")
    return HealthCheck(name, clean(str(value)), "")


def staff_event(name: str, data: str) -> StaffEvent | None:
    """Read an event of the staff's stream; `None` for a name that this version knows not."""
    reader = _EVENTS.get(name)
    return reader(table(load(data), name)) if reader else None


def _spoken(raw: Raw) -> Spoken:
    final = raw.get("final") is not False
    return Spoken(clean(raw.get("call_sid")), transcript_line_from(raw), final)


def _order_changed(raw: Raw) -> OrderChanged:
    return OrderChanged(order_from(raw.get("order")))


def _lines_ticked(raw: Raw) -> LinesTicked:
    made = a_time(raw.get("created_at"), "created_at")
    key = key_of(clean(str(raw.get("order_number", "")), 12), made)
    revision = number(raw.get("revision"), "revision", 1)
    return LinesTicked(key, revision, _positions(raw.get("ticked")) or frozenset())


def _call_changed(raw: Raw) -> CallChanged:
    return CallChanged(call_from(raw.get("call")))


def _cart_changed(raw: Raw) -> CartChanged:
    return CartChanged(clean(raw.get("call_sid")), cart_from(raw.get("cart")))


_EVENTS: Mapping[str, Callable[[Raw], StaffEvent]] = {
    "order_created": _order_changed,
    "order_updated": _order_changed,
    "order_status_changed": _order_changed,
    "order_ticked": _lines_ticked,
    "call_started": _call_changed,
    "call_ended": _call_changed,
    "transcript": _spoken,
    "cart_changed": _cart_changed,
    "menu_changed": lambda raw: SoldOutChanged(sold_out_from(raw.get("sold_out"))),
    "health_changed": lambda raw: HealthChanged(health_from(raw.get("health"))),
    "shop_changed": shop_changed,
    "outbox_changed": outbox_changed,
    "text_received": text_received,
    "voice_message": message_left,
}

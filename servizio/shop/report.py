"""A day of the shop in figures: what was sold, how quickly, and who rang."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from servizio.shop.money import rounded
from servizio.shop.order import Order, OrderStatus

DECLINED = frozenset({"paused", "closed", "busy", "unavailable"})
"""Outcomes of calls that were not taken."""
HANDED_OVER = "transferred"
"""Outcome of a call that was put through to staff."""
Money = Callable[[Decimal], str]
"""Writes an amount with the decimals of the shop's currency."""


@dataclass(frozen=True, slots=True)
class CallFact:
    """A customer rang."""

    outcome: str
    seconds: float | None
    """How long the call lasted; `None`: it goes on."""


@dataclass(frozen=True, slots=True)
class DayFacts:
    """What the store knows of one day."""

    orders: Sequence[Order]
    """Taken on that day, in any status."""
    ready_seconds: Sequence[float]
    """From taken to ready, for each order that is ready or picked up."""
    calls: Sequence[CallFact]
    not_understood: int
    """Turns of customers that no agent could make anything of."""


def day_bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """Midnight to midnight as the shop's clock has it: 23 to 25 hours."""
    following = day + timedelta(days=1)
    return datetime.combine(day, time(), zone), datetime.combine(following, time(), zone)


def day_report(
    day: date, facts: DayFacts, zone: tzinfo, *, currency: str = "USD"
) -> dict[str, object]:
    """The report as JSON (`GET /api/report`).

    Cancelled orders count as cancelled and nowhere else. `revenue` is without tax, in all
    its places; `total` is what customers paid. `calls.average_seconds` leaves out those that
    were declined.
    """
    sold = [order for order in facts.orders if order.status is not OrderStatus.CANCELLED]
    revenue = sum((order.draft.subtotal for order in sold), Decimal(0))

    def money(amount: Decimal) -> str:
        return str(rounded(amount, currency))

    return {
        "day": day.isoformat(),
        "currency": currency,
        "orders": len(sold),
        "cancelled": len(facts.orders) - len(sold),
        "items": sum(line.quantity for order in sold for line in order.draft.lines),
        "revenue": money(revenue),
        "tax": money(sum((order.draft.tax for order in sold), Decimal(0))),
        "total": money(sum((order.draft.total for order in sold), Decimal(0))),
        "average_order": money(revenue / len(sold) if sold else Decimal(0)),
        "seconds_to_ready": _ready(facts.ready_seconds),
        "by_hour": _by_hour(sold, zone, money),
        "by_item": _by_item(sold, money),
        "by_source": dict(Counter(order.draft.source.value for order in sold)),
        "calls": _calls(facts.calls),
        "not_understood": facts.not_understood,
        "handed_over": sum(call.outcome == HANDED_OVER for call in facts.calls),
    }


def _ready(seconds: Sequence[float]) -> dict[str, float] | None:
    if not seconds:
        return None
    ordered = sorted(seconds)
    # The nearest rank: nine of ten customers waited no longer.
    p90 = ordered[math.ceil(0.9 * len(ordered)) - 1]
    return {"average": round(sum(ordered) / len(ordered), 1), "p90": round(p90, 1)}


def _by_hour(orders: Sequence[Order], zone: tzinfo, money: Money) -> list[dict[str, object]]:
    """Hours in which something was sold, by the shop's clock."""
    hours: dict[int, list[Decimal]] = defaultdict(list)
    for order in orders:
        hours[order.created_at.astimezone(zone).hour].append(order.draft.subtotal)
    return [
        {"hour": hour, "orders": len(hours[hour]), "revenue": money(sum(hours[hour], Decimal(0)))}
        for hour in sorted(hours)
    ]


def _by_item(orders: Sequence[Order], money: Money) -> list[dict[str, object]]:
    """Items by quantity, the most sold first, under the name they had last."""
    names: dict[str, str] = {}
    quantities: Counter[str] = Counter()
    revenues: dict[str, Decimal] = defaultdict(Decimal)
    for order in orders:
        for line in order.draft.lines:
            names[line.item] = line.name
            quantities[line.item] += line.quantity
            revenues[line.item] += line.price
    ranked = sorted(quantities, key=lambda item: (-quantities[item], names[item]))
    return [
        {
            "item": item,
            "name": names[item],
            "quantity": quantities[item],
            "revenue": money(revenues[item]),
        }
        for item in ranked
    ]


def _calls(calls: Sequence[CallFact]) -> dict[str, object]:
    lasted = [
        call.seconds for call in calls if call.seconds is not None and call.outcome not in DECLINED
    ]
    return {
        "total": len(calls),
        "declined": sum(call.outcome in DECLINED for call in calls),
        "by_outcome": dict(Counter(call.outcome for call in calls).most_common()),
        "average_seconds": round(sum(lasted) / len(lasted), 1) if lasted else None,
    }


def report_rows(report: Mapping[str, object]) -> Iterator[tuple[str, str, object, object]]:
    """The report as rows for a spreadsheet: section, name, count, amount (blank: has none)."""
    yield "section", "name", "count", "amount"
    for name in ("orders", "cancelled", "items", "not_understood", "handed_over"):
        yield "day", name, report[name], ""
    for name in ("revenue", "tax", "total", "average_order"):
        yield "day", name, "", report[name]
    for name, seconds in _table(report["seconds_to_ready"]).items():
        yield "seconds to ready", name, seconds, ""
    for row in _list(report["by_hour"]):
        yield "hour", f"{row['hour']:02}:00", row["orders"], row["revenue"]
    for row in _list(report["by_item"]):
        yield "item", str(row["name"]), row["quantity"], row["revenue"]
    for source, count in _table(report["by_source"]).items():
        yield "source", source, count, ""
    for outcome, count in _table(_table(report["calls"])["by_outcome"]).items():
        yield "calls", outcome, count, ""


def _table(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> Sequence[Mapping[str, object]]:
    return value if isinstance(value, list) else ()

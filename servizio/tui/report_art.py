"""What the figures of a day look like: numbers, and bars made of blocks.

Bars are the same with and without colours; every bar has its number beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from servizio.tui.counter_views import HourFigures, ReportView
from servizio.tui.words import money

_EIGHTHS = " ▏▎▍▌▋▊▉"
_MOST_ITEMS = 12


def bar(value: float, most: float, width: int) -> str:
    """Draw a bar of at most `width` columns; the smallest figure above 0 can be seen."""
    if value <= 0 or most <= 0 or width <= 0:
        return ""
    eighths = max(1, round(value / most * width * 8))
    whole, rest = divmod(min(eighths, width * 8), 8)
    return "█" * whole + (_EIGHTHS[rest] if rest else "")


def _spell_seconds(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 60} min {whole % 60:02} s" if whole >= 60 else f"{whole} s"


def describe_figures(report: ReportView) -> Content:
    """Say the figures of the day, one to a row."""
    ready = report.seconds_to_ready
    rows = [
        ("orders", f"{report.orders}", f"{report.cancelled} cancelled" if report.cancelled else ""),
        ("items", f"{report.items}", ""),
        ("revenue", money(report.revenue), f"and tax {money(report.tax)}"),
        ("average order", money(report.average_order), ""),
        (
            "until ready",
            _spell_seconds(ready[0]) if ready else "-",
            f"9 of 10 within {_spell_seconds(ready[1])}" if ready else "",
        ),
        *((f"by {name}", f"{count}", "") for name, count in report.by_source),
    ]
    return _rows("FIGURES", rows)


def describe_calls(report: ReportView) -> Content:
    """Say what came of the calls."""
    lasts = _spell_seconds(report.average_call_seconds) if report.calls else ""
    declined = [("declined", f"{report.declined}", "paused, full or closed")]
    rows = [
        ("calls", f"{report.calls}", f"{lasts} on average" if lasts else ""),
        *((name.replace("_", " "), f"{count}", "") for name, count in report.calls_by_outcome),
        *(declined if report.declined else ()),
        ("put through", f"{report.handed_over}", "to staff"),
        ("not understood", f"{report.not_understood}", "times"),
    ]
    return _rows("CALLS", rows)


def _rows(heading: str, rows: Sequence[tuple[str, str, str]]) -> Content:
    lines = [Content(heading).stylize("bold")]
    lines += [
        Content.assemble(f"{name:<15}", (f"{figure:>10}", "bold"), f"   {more}".rstrip())
        for name, figure, more in rows
    ]
    return Content("\n").join(lines)


def describe_hours(report: ReportView, width: int) -> Content:
    """Draw the orders of each hour, from the first hour with any to the last."""
    lines = [Content("ORDERS PER HOUR").stylize("bold")]
    busy = [each for each in report.by_hour if each.orders]
    if not busy:
        return Content("\n").join([*lines, Content("no orders on this day")])
    known = {each.hour: each for each in report.by_hour}
    most = max(each.orders for each in busy)
    room = max(4, width - 24)
    for hour in range(busy[0].hour, busy[-1].hour + 1):
        figures = known.get(hour, HourFigures(hour, 0, report.revenue * 0))
        drawn = bar(figures.orders, most, room)
        earned = f"  {money(figures.revenue)}" if figures.orders else ""
        lines.append(
            Content.assemble(f"{hour:02}-{(hour + 1) % 24:02} ", (drawn, "$primary"))
            + Content(f" {figures.orders}{earned}")
        )
    return Content("\n").join(lines)


def describe_items(report: ReportView, width: int) -> Content:
    """Draw what was sold, most first."""
    lines = [Content("SOLD").stylize("bold")]
    items = sorted(report.by_item, key=lambda each: (-each.quantity, each.name))
    if not items:
        return Content("\n").join([*lines, Content("nothing yet")])
    for each in items[:_MOST_ITEMS]:
        name = each.name if len(each.name) <= 22 else f"{each.name[:21]}…"
        drawn = bar(each.quantity, items[0].quantity, max(4, width - 40))
        lines.append(
            Content.assemble(f"{name:<22} {each.quantity:>4} ", (drawn, "$primary"))
            + Content(f"  {money(each.revenue)}")
        )
    if len(items) > _MOST_ITEMS:
        lines.append(Content(f"and {len(items) - _MOST_ITEMS} more: export them with c"))
    return Content("\n").join(lines)

"""A day of the shop in figures, over HTTP."""

from __future__ import annotations

import csv
import io
from datetime import date

from aiohttp import web

from servizio.server.answers import RequestError, answer
from servizio.server.keys import CLOCK, PROFILE, STORE
from servizio.shop.report import day_bounds, day_report, report_rows
from servizio.shop.spreadsheet import harmless
from servizio.shop.today import AS_USUAL


async def show_report(request: web.Request) -> web.Response:
    """`GET /api/report?day=2026-11-20`: by default of today, by the shop's clock."""
    return answer(await _report(request))


async def export_report(request: web.Request) -> web.Response:
    """`GET /api/report.csv?day=`: the same for a spreadsheet."""
    report = await _report(request)
    text = io.StringIO(newline="")
    csv.writer(text).writerows([harmless(value) for value in row] for row in report_rows(report))
    return web.Response(
        text=text.getvalue(),
        content_type="text/csv",
        headers={
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="report-{report["day"]}.csv"',
        },
    )


async def _report(request: web.Request) -> dict[str, object]:
    app = request.app
    zone = AS_USUAL.hours(app[PROFILE].hours).zone
    day = _day(request) or app[CLOCK]().astimezone(zone).date()
    since, until = day_bounds(day, zone)
    facts = await app[STORE].day_facts(since, until)
    return day_report(day, facts, zone, currency=app[PROFILE].menu.currency)


def _day(request: web.Request) -> date | None:
    text = request.query.get("day")
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise RequestError(400, "day should be a date such as 2026-01-31.") from error
    if not date(1970, 1, 2) <= day <= date(9000, 1, 1):
        raise RequestError(400, "day is too far away.")
    return day

"""Calls over HTTP: live ones and past ones, and what staff can do in a live one."""

from __future__ import annotations

from collections.abc import Sequence

from aiohttp import web

from servizio.server.answers import RequestError, answer, read_object
from servizio.server.exchange import LiveCall
from servizio.server.keys import STORE, SWITCHBOARD
from servizio.server.orders_api import limit_of
from servizio.store.booking_json import booking_json
from servizio.store.call_json import call_json
from servizio.store.records import Direction

LONGEST_SENTENCE = 500
"""Characters staff may have the agent say at once."""


async def recent_calls(request: web.Request) -> web.Response:
    """`GET /calls?limit=50&search=`: calls without their transcripts, newest first.

    `search` looks in transcripts, for the last digits of numbers, and for order numbers.
    """
    search = request.query.get("search", "")[:LONGEST_SENTENCE]
    live = {call.call_sid: call for call in request.app[SWITCHBOARD].live_calls()}
    calls = [
        _whole(call_json(record), live.get(record.call_sid))
        for record in await request.app[STORE].calls(limit_of(request), search=search)
    ]
    for call in calls:
        call.pop("transcript", None)
    await _add_bookings(request, calls)
    return answer({"calls": calls})


async def one_call(request: web.Request) -> web.Response:
    """`GET /calls/{sid}`: one call with its transcript, cart and latency."""
    return answer(await _known(request))


async def call_status(request: web.Request) -> web.Response:
    """`GET /calls/{sid}/status`: whether it goes on."""
    call = await _known(request)
    shown = ("call_sid", "status", "agent", "started_at", "ended_at", "order_number")
    return answer({name: call.get(name) for name in shown})


async def hang_up(request: web.Request) -> web.Response:
    """`POST /api/calls/{sid}/hang_up`: staff end the call."""
    await _live(request).hang_up()
    return answer({"ok": True})


async def say(request: web.Request) -> web.Response:
    """`POST /api/calls/{sid}/say` `{"text": ...}`: the agent says it."""
    call = _live(request)
    text = await _text(request, "text")
    if not text:
        raise RequestError(400, "text is missing.")
    await call.say(text)
    return answer({"ok": True})


async def transfer(request: web.Request) -> web.Response:
    """`POST /api/calls/{sid}/transfer` `{"reason": ...}`: put through to the shop's telephone."""
    call = _live(request)
    await call.transfer(await _text(request, "reason") or "staff took over")
    return answer({"ok": True})


async def _text(request: web.Request, name: str) -> str:
    value = (await read_object(request)).get(name, "") if request.can_read_body else ""
    if not isinstance(value, str):
        raise RequestError(400, f"{name} should be text.")
    if len(value) > LONGEST_SENTENCE:
        raise RequestError(400, f"{name} is longer than {LONGEST_SENTENCE} characters.")
    return " ".join(value.split())


def _live(request: web.Request) -> LiveCall:
    call = request.app[SWITCHBOARD].live_call(request.match_info["sid"])
    if call is None:
        raise RequestError(404, "This call is not in progress.")
    return call


async def _known(request: web.Request) -> dict[str, object]:
    sid = request.match_info["sid"]
    record = await request.app[STORE].call(sid)
    if record is None:
        raise RequestError(404, "There is no such call.")
    call = _whole(call_json(record), request.app[SWITCHBOARD].live_call(sid))
    await _add_bookings(request, [call])
    return call


async def _add_bookings(request: web.Request, calls: Sequence[dict[str, object]]) -> None:
    """Tell of our own calls for which table they were."""
    ours = [str(call["call_sid"]) for call in calls if call["direction"] == Direction.OUTBOUND]
    found = await request.app[STORE].bookings_of(ours) if ours else ()
    known = {booking.call_sid: booking_json(booking) for booking in found}
    for call in calls:
        if call["call_sid"] in known:
            call["booking"] = known[str(call["call_sid"])]


def _whole(stored: dict[str, object], live: LiveCall | None) -> dict[str, object]:
    """What is stored, and over it what the live call knows better."""
    return stored if live is None else stored | live.view()

"""Calls for a table over HTTP: asking for one, and what came of it.

What a request lacks is answered as questions. Whoever asked sends the answers along with the
same request, so that nothing is kept here of a request that is not whole.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

from aiohttp import web

from servizio.calls.outbound import OutboundCalls
from servizio.calls.ring_backs import RingBacks
from servizio.language.reservation import QUESTIONS, Ask, Draft, RequestReader
from servizio.server.answers import RequestError, answer
from servizio.server.keys import (
    CLOCK,
    FOLDERS,
    OUTBOUND,
    OUTBOUND_LINES,
    PROFILE,
    RING_BACKS,
    SETTINGS,
    STORE,
    SWITCHBOARD,
    TWILIO,
)
from servizio.server.orders_api import limit_of
from servizio.server.outbound_lines import AddressBook, OutboundLines, make_concierge
from servizio.server.ring_back_api import OrderTools
from servizio.store.booking_json import booking_json

LONGEST_REQUEST = 500
MOST_ANSWERS = 20


async def keep_lines(app: web.Application) -> AsyncIterator[None]:
    """Have the telephones, and the calls that we place, for as long as the server runs."""
    settings, profile = app[SETTINGS], app[PROFILE]
    lines = app[OUTBOUND_LINES] = OutboundLines(settings, profile, app[FOLDERS], app[TWILIO])
    calls = OutboundCalls(
        app[STORE], app[SWITCHBOARD], partial(make_concierge, settings, profile), now=app[CLOCK]
    )
    backs = RingBacks(app[STORE], app[SWITCHBOARD], OrderTools(app), now=app[CLOCK])
    try:
        async with calls, backs:
            app[OUTBOUND], app[RING_BACKS] = calls, backs
            yield
    finally:
        await lines.close()


async def book(request: web.Request, body: dict[str, object]) -> web.Response:
    """`POST /api/calls` `{"request": "...", "answers": {"party": "four"}}`: ring for a table.

    422 `incomplete` with the questions in `missing` where the request does not say all.
    """
    app = request.app
    settings = app[SETTINGS]
    reader = AddressBook.of(settings).reader(settings, app[PROFILE], app[CLOCK]())
    asked, answers = _words(body)
    draft = read_request(reader, asked, answers)
    if draft.missing:
        questions = [{"ask": ask.value, "question": QUESTIONS[ask]} for ask in draft.missing]
        return answer(
            {
                "error": {
                    "code": "incomplete",
                    "message": " ".join(QUESTIONS[ask] for ask in draft.missing),
                    "missing": questions,
                }
            },
            status=422,
        )
    wanted = reader.request(draft)
    place = reader.place(wanted.place)
    ring = app[OUTBOUND_LINES].ring(place, request)
    booking = await app[OUTBOUND].book(asked, wanted, place.phone, ring)
    return answer({"booking": booking_json(booking)}, status=201)


def read_request(reader: RequestReader, asked: str, answers: dict[Ask, str]) -> Draft:
    """What the request and the answers to our questions say. Raises `BookingError`."""
    draft = reader.read(asked)
    for ask, text in answers.items():
        draft = reader.answer(draft, ask, text)
    return draft


def _words(body: dict[str, object]) -> tuple[str, dict[Ask, str]]:
    asked, given = body.get("request"), body.get("answers", {})
    if not isinstance(asked, str) or not asked.strip() or len(asked) > LONGEST_REQUEST:
        raise RequestError(400, f"request should be 1 to {LONGEST_REQUEST} characters of text.")
    if not isinstance(given, dict) or len(given) > MOST_ANSWERS:
        raise RequestError(400, "answers should be an object: what was asked, and the answer.")
    answers: dict[Ask, str] = {}
    for name, text in given.items():
        if name not in set(Ask) or not isinstance(text, str) or len(text) > LONGEST_REQUEST:
            raise RequestError(400, f"answers knows {', '.join(Ask)}, each with text.")
        answers[Ask(name)] = text
    return " ".join(asked.split()), answers


async def recent_bookings(request: web.Request) -> web.Response:
    """`GET /api/bookings?limit=50`: calls for a table, newest first."""
    found = await request.app[STORE].bookings(limit_of(request))
    return answer({"bookings": [booking_json(each) for each in found]})


async def one_booking(request: web.Request) -> web.Response:
    """`GET /api/bookings/{id}`: one of them; its conversation is at `GET /calls/{call_sid}`."""
    text = request.match_info["id"]
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise RequestError(404, "There is no such call for a table.")
    booking = await request.app[STORE].booking(int(text))
    if booking is None:
        raise RequestError(404, "There is no such call for a table.")
    return answer({"booking": booking_json(booking)})

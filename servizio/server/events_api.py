"""`GET /api/events`: everything that happens, for the staff's screens."""

from __future__ import annotations

from aiohttp import web

from servizio.server.event_stream import Telling, last_event_id, stream_events
from servizio.server.keys import PASSING, STORE

STAFF_EVENTS = web.AppKey("staff events", Telling)


def tell_staff() -> Telling:
    """Staff are told all that the journal has."""
    return Telling(lambda event: event.data)


async def staff_events(request: web.Request) -> web.StreamResponse:
    """Orders, calls, transcripts, carts, menu and health (SSE).

    Resumes after `Last-Event-ID` with nothing lost and nothing twice. Words still being
    spoken come as `transcript` with `"final": false` and without an id.
    """
    app = request.app
    events = app[STORE].listen(last_event_id(request))
    return await stream_events(request, events, app[PASSING], tell=app[STAFF_EVENTS], partials=True)

"""`GET /api/events`: everything that happens, for the staff's screens."""

from __future__ import annotations

from aiohttp import web

from servizio.server.event_stream import last_event_id, stream_events
from servizio.server.keys import PASSING, STORE
from servizio.store.records import Event


async def staff_events(request: web.Request) -> web.StreamResponse:
    """Orders, calls, transcripts, carts, menu and health (SSE).

    Resumes after `Last-Event-ID` with nothing lost and nothing twice. Words still being
    spoken come as `transcript` with `"final": false` and without an id.
    """
    events = request.app[STORE].listen(last_event_id(request))
    return await stream_events(request, events, request.app[PASSING], data=_data, partials=True)


def _data(event: Event) -> str:
    return event.data

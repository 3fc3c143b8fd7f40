"""Server-sent events: one stream of one screen.

A screen is only a place in the journal: what it has not taken yet stays there, so a slow one
holds nothing up and loses nothing, and one that comes back with `Last-Event-ID` goes on where
it was. Words that are still being spoken have no id; a screen that is behind does not get
them. Source: HTML Living Standard, "Server-sent events".
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

from aiohttp import web

from servizio.store.records import Event

BEAT_SECONDS = 5.0
"""How often a quiet stream says that it is alive."""
WRITE_SECONDS = 20.0
"""How long a screen may take nothing before its stream is ended; it may come back."""
WAITING = 64
"""How many events wait for a screen outside the journal."""
BEAT = b": beat\n\n"

log = logging.getLogger(__name__)


class Passing:
    """Hands what is true only for a moment to every open stream, to those that keep up.

    Lives on the event loop. `close` ends all streams.
    """

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[bytes]] = set()
        self.closing = asyncio.Event()

    def __len__(self) -> int:
        return len(self._queues)

    def tell(self, name: str, payload: object) -> None:
        """Send an event without an id."""
        if not self._queues:
            return
        message = encode(name, json.dumps(payload, ensure_ascii=False, separators=(",", ":")))
        for queue in self._queues:
            with suppress(asyncio.QueueFull):
                queue.put_nowait(message)

    def open(self) -> asyncio.Queue[bytes]:
        """The queue of one more stream."""
        queue: asyncio.Queue[bytes] = asyncio.Queue(WAITING)
        self._queues.add(queue)
        return queue

    def forget(self, queue: asyncio.Queue[bytes]) -> None:
        """A stream is over."""
        self._queues.discard(queue)

    def close(self) -> None:
        """End all streams."""
        self.closing.set()


def encode(name: str, data: str, event_id: int | None = None) -> bytes:
    """One event as it goes over the wire. `data` is JSON on one line."""
    head = f"id: {event_id}\n" if event_id is not None else ""
    return f"{head}event: {name}\ndata: {data}\n\n".encode()


def last_event_id(request: web.Request) -> int | None:
    """What the screen has seen; `None` where it is new. A script may put it in the query."""
    said = request.headers.get("Last-Event-ID") or request.query.get("last_event_id") or ""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None


async def stream_events(
    request: web.Request,
    events: AsyncIterator[Event],
    passing: Passing,
    *,
    data: Callable[[Event], str],
    partials: bool,
) -> web.StreamResponse:
    """Send events until the screen or the server goes. `data` makes the payload of each."""
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/event-stream; charset=utf-8",
            "Cache-Control": "no-store",
            # Proxies that gather answers would hold events back.
            "X-Accel-Buffering": "no",
        }
    )
    await response.prepare(request)
    queue = passing.open() if partials else asyncio.Queue[bytes](WAITING)
    pump = asyncio.create_task(_pump(events, queue, data), name="event stream")
    over = asyncio.create_task(passing.closing.wait(), name="event streams close")
    try:
        await _write(response, b"retry: 1000\n" + BEAT)
        await _send(response, queue, {pump, over})
    except (ConnectionError, TimeoutError):
        log.debug("event_stream_left")
    finally:
        passing.forget(queue)
        for task in (pump, over):
            task.cancel()
        await asyncio.gather(pump, over, return_exceptions=True)
    return response


async def _pump(
    events: AsyncIterator[Event], queue: asyncio.Queue[bytes], data: Callable[[Event], str]
) -> None:
    """Move events from the journal to the queue; wait where it is full."""
    async for event in events:
        await queue.put(encode(event.kind.value, data(event), event.id))


async def _send(
    response: web.StreamResponse,
    queue: asyncio.Queue[bytes],
    ends: set[asyncio.Task[None] | asyncio.Task[bool]],
) -> None:
    """Write what comes, or a beat, until one of the ends is reached."""
    while not any(task.done() for task in ends):
        taking = asyncio.ensure_future(queue.get())
        try:
            await asyncio.wait(
                {taking, *ends}, timeout=BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
        finally:
            got = taking.done()
            taking.cancel()
        if not got:
            if not any(task.done() for task in ends):
                await _write(response, BEAT)
            continue
        ready = [taking.result()]
        while not queue.empty():
            ready.append(queue.get_nowait())
        await _write(response, b"".join(ready))


async def _write(response: web.StreamResponse, data: bytes) -> None:
    async with asyncio.timeout(WRITE_SECONDS):
        await response.write(data)

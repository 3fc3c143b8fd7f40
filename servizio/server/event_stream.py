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
UNSENT = 16 * 1024
"""Bytes waiting to leave from which on a screen is slow, and its patience is measured."""
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


class Telling:
    """How the journal's events are told on one kind of stream, each put into words once.

    All screens that keep up take an event in the same moment: it is as good as always the last.
    """

    def __init__(self, data: Callable[[Event], str]) -> None:
        """`data` makes the payload of an event: JSON on one line."""
        self._data = data
        self._last: tuple[int, bytes] = (0, b"")

    def __call__(self, event: Event) -> bytes:
        """The event as it goes over the wire."""
        if self._last[0] != event.id:
            self._last = event.id, encode(event.kind.value, self._data(event), event.id)
        return self._last[1]


def last_event_id(request: web.Request) -> int | None:
    """What the screen has seen; `None` where it is new. A script may put it in the query."""
    said = request.headers.get("Last-Event-ID") or request.query.get("last_event_id") or ""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None


async def stream_events(
    request: web.Request,
    events: AsyncIterator[Event],
    passing: Passing,
    *,
    tell: Telling,
    partials: bool,
) -> web.StreamResponse:
    """Send events until the screen or the server goes."""
    response = web.StreamResponse(
        headers={
            "Content-Type": "text/event-stream; charset=utf-8",
            "Cache-Control": "no-store",
            # Proxies that gather answers would hold events back.
            "X-Accel-Buffering": "no",
        }
    )
    await response.prepare(request)
    screen = _Screen(response, request.transport)
    queue = passing.open() if partials else None
    sources = [
        asyncio.create_task(_pass_on(events, screen, tell), name="event stream"),
        asyncio.create_task(passing.closing.wait(), name="event streams close"),
    ]
    if queue is not None:
        sources.append(asyncio.create_task(_pass_by(queue, screen), name="passing events"))
    try:
        await screen.write(b"retry: 1000\n" + BEAT)
        while not any(task.done() for task in sources):
            await asyncio.wait(
                sources, timeout=screen.quiet_for(), return_when=asyncio.FIRST_COMPLETED
            )
            if not any(task.done() for task in sources) and not screen.quiet_for():
                await screen.write(BEAT)
    except (ConnectionError, TimeoutError):
        log.debug("event_stream_left")
    finally:
        if queue is not None:
            passing.forget(queue)
        for task in sources:
            task.cancel()
        await asyncio.gather(*sources, return_exceptions=True)
    return response


class _Screen:
    """The far end of a stream."""

    def __init__(self, response: web.StreamResponse, transport: asyncio.Transport | None) -> None:
        self._response = response
        self._transport = transport
        self._clock = asyncio.get_running_loop().time
        self._wrote_at = 0.0

    def quiet_for(self) -> float:
        """Seconds until a beat is due; 0: now."""
        return max(0.0, self._wrote_at + BEAT_SECONDS - self._clock())

    async def write(self, data: bytes) -> None:
        """Send this. Raises `TimeoutError` where nothing is taken for long."""
        self._wrote_at = self._clock()
        transport = self._transport
        if transport is not None and transport.get_write_buffer_size() + len(data) < UNSENT:
            # Nothing is waited for: a timer would cost more than the writing.
            await self._response.write(data)
            return
        async with asyncio.timeout(WRITE_SECONDS):
            await self._response.write(data)


async def _pass_on(events: AsyncIterator[Event], screen: _Screen, tell: Telling) -> None:
    """Move events from the journal to the screen, at its pace."""
    async for event in events:
        await screen.write(tell(event))


async def _pass_by(queue: asyncio.Queue[bytes], screen: _Screen) -> None:
    """Move what is true for a moment to the screen."""
    while True:
        ready = [await queue.get()]
        while not queue.empty():
            ready.append(queue.get_nowait())
        await screen.write(b"".join(ready))

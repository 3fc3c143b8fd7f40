"""Following a server's events (SSE) for as long as a screen is open, whatever happens.

The server numbers its durable events (`id:`) and sends a comment every five seconds. After
a break the stream asks for everything since the last number it saw (`Last-Event-ID`).
Silence longer than `STALE_AFTER` seconds counts as a break: a pulled cable says nothing.
Source: HTML Living Standard, "Server-sent events".
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

import aiohttp

from servizio.errors import ApiError
from servizio.tui.api import ShopApi, refusal

STALE_AFTER = 12.0
"""Seconds without a sign of life, heartbeats included, after which a stream is dead."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """One event as it came, not yet understood."""

    name: str
    data: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Connected:
    """The stream is open and the screen has been brought up to date."""


@dataclass(frozen=True, slots=True)
class Disconnected:
    """The stream broke or did not open."""

    reason: str
    refused: bool = False
    """True where the server answers but does not let us in."""


StreamItem = ServerEvent | Connected | Disconnected


class SseParser:
    """Puts the lines of an event stream together. Knows no network."""

    def __init__(self) -> None:
        self._name = ""
        self._id = ""
        self._data: list[str] = []

    def line(self, line: str) -> ServerEvent | None:
        """Take one line without its end; an event where the line was the blank after one."""
        if not line:
            return self._finish()
        if line.startswith(":"):
            return None
        key, _, value = line.partition(":")
        value = value.removeprefix(" ")
        match key:
            case "event":
                self._name = value
            case "data":
                self._data.append(value)
            case "id" if "\0" not in value:
                self._id = value
        return None

    def _finish(self) -> ServerEvent | None:
        event = ServerEvent(self._name or "message", "\n".join(self._data), self._id)
        told = bool(self._data)
        self._name, self._id, self._data = "", "", []
        return event if told else None


@dataclass(slots=True)
class Backoff:
    """Waiting times between attempts: doubling, with jitter so that screens do not march."""

    first: float = 0.25
    """Seconds before the first retry."""
    most: float = 5.0
    """Seconds at most."""
    chance: random.Random = field(default_factory=random.Random)
    _failures: int = 0

    def worked(self) -> None:
        """Start from the shortest wait again."""
        self._failures = 0

    def next_wait(self) -> float:
        """Seconds to wait now."""
        wait = min(self.most, self.first * float(2 ** min(self._failures, 16)))
        self._failures += 1
        return wait * self.chance.uniform(0.75, 1.0)


class EventStream:
    """One stream of a server, read again and again.

    `catch_up` is awaited each time the stream has opened and before its first event is
    handed on: it loads what the screen shows, so that nothing falls between the two. An
    `ApiError` from it counts as a break.
    """

    def __init__(
        self,
        api: ShopApi,
        path: str,
        catch_up: Callable[[], Awaitable[None]],
        *,
        backoff: Backoff | None = None,
        stale_after: float = STALE_AFTER,
    ) -> None:
        self._api = api
        self._path = path
        self._catch_up = catch_up
        self._backoff = backoff or Backoff()
        self._stale_after = stale_after
        self.last_id = ""
        """The number of the newest durable event seen."""

    async def follow(self) -> AsyncIterator[StreamItem]:
        """Hand on events, breaks and returns, for ever; cancel to stop."""
        while True:
            try:
                async for item in self._once():
                    yield item
                broken = ApiError("The server has closed the connection.")
            except ApiError as error:
                broken = error
            except TimeoutError:
                broken = ApiError("The server has fallen silent.")
            except (aiohttp.ClientError, OSError, ValueError) as error:
                log.debug("event stream broke: %r", error)
                broken = ApiError("No connection to the server.")
            yield Disconnected(broken.message, refused=broken.status in {401, 403})
            await asyncio.sleep(self._backoff.next_wait())

    async def _once(self) -> AsyncIterator[StreamItem]:
        headers = {"Accept": "text/event-stream"}
        if self.last_id:
            headers["Last-Event-ID"] = self.last_id
        patience = aiohttp.ClientTimeout(total=None, connect=3.0, sock_read=self._stale_after)
        async with self._api.session.get(
            self._api.url + self._path, headers=headers, timeout=patience
        ) as answer:
            if answer.status != 200:
                raise refusal(answer.status, await answer.read())
            await self._catch_up()
            self._backoff.worked()
            yield Connected()
            async for event in self._events(answer.content):
                yield event

    async def _events(self, content: aiohttp.StreamReader) -> AsyncIterator[ServerEvent]:
        parser = SseParser()
        while True:
            raw = await content.readline()
            if not raw:
                return
            event = parser.line(raw.decode("utf-8", "replace").rstrip("\r\n"))
            if event is None:
                continue
            yield event
            if event.id:
                self.last_id = event.id

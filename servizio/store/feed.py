"""Telling those who listen that something was committed.

A listener is only a place in the journal: it reads on from there, out of memory where it
keeps up and out of the database where it does not. So nobody waits for a slow one, nothing
grows with it, and nothing is lost. Everything here lives on the event loop.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Sequence
from itertools import takewhile

from servizio.store.records import Event, EventKind

RECENT = 1024
"""How many events are kept in memory for listeners that keep up."""

Read = Callable[[int], Awaitable[Sequence[Event]]]
"""Reads events after an id from the journal, oldest first, some at a time."""


class Signal:
    """A number that grows, and a way to wait until it has grown."""

    def __init__(self) -> None:
        self.version = 0
        self._grown = asyncio.Event()

    def raise_(self) -> None:
        """Wake everybody who waits."""
        self.version += 1
        self._grown.set()
        self._grown = asyncio.Event()

    async def beyond(self, version: int) -> None:
        """Return as soon as the number is greater than this one."""
        while self.version <= version:
            await self._grown.wait()


class Feed:
    """The newest part of the journal, in memory."""

    def __init__(self, last_id: int, read: Read) -> None:
        self.last_id = last_id
        self.closed = False
        self._since = last_id
        self._recent: deque[Event] = deque(maxlen=RECENT)
        self._read = read
        self._signal = Signal()

    def publish(self, events: Sequence[Event]) -> None:
        """Take committed events. Those that are known already are passed over."""
        fresh = [event for event in events if event.id > self.last_id]
        if not fresh:
            return
        for event in fresh:
            if len(self._recent) == RECENT:
                self._since = self._recent[0].id
            self._recent.append(event)
        self.last_id = fresh[-1].id
        self._signal.raise_()

    def close(self) -> None:
        """End every listener once it has read what there is."""
        self.closed = True
        self._signal.raise_()

    async def reaches(self, position: int) -> bool:
        """Whether the journal has come to this place.

        Memory may lag behind what another process wrote; then the database knows.
        """
        return position <= self.last_id or (
            not self.closed and bool(await self._read(position - 1))
        )

    async def after(self, position: int) -> Sequence[Event]:
        """Events after this place, as soon as there are any; empty when the feed is closed."""
        while True:
            version = self._signal.version
            if position < self.last_id:
                if position >= self._since:
                    return self._newer_than(position)
                events = () if self.closed else await self._read(position)
                if events:
                    return events
            if self.closed:
                return ()
            await self._signal.beyond(version)

    def _newer_than(self, position: int) -> Sequence[Event]:
        """Events after this place, from memory. Most listeners want the last one alone."""
        newer = list(takewhile(lambda event: event.id > position, reversed(self._recent)))
        newer.reverse()
        return newer


class Subscription:
    """An endless row of committed events, in the order of their ids. Ends with the store."""

    def __init__(self, feed: Feed, after: int, kinds: Collection[EventKind] | None) -> None:
        self._feed = feed
        self._kinds = None if kinds is None else frozenset(kinds)
        self._waiting: deque[Event] = deque()
        self.position = after
        """Id of the last event that was looked at."""
        self._end: int | None = feed.last_id
        """Where to begin if the journal has not come to `position`; `None` once that is known."""

    def __aiter__(self) -> Subscription:
        return self

    async def __anext__(self) -> Event:
        if self._end is not None:
            # Ids of a journal that was replaced by its backup: waiting for them is for ever.
            if not await self._feed.reaches(self.position):
                self.position = min(self.position, self._end)
            self._end = None
        while True:
            while self._waiting:
                event = self._waiting.popleft()
                self.position = event.id
                if self._kinds is None or event.kind in self._kinds:
                    return event
            self._waiting.extend(await self._feed.after(self.position))
            if not self._waiting:
                raise StopAsyncIteration

"""The way of an agent's events to its call, in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from servizio.agents.protocol import AgentEvent, AgentFailed


class EventStream:
    """What happens in one call, from the agent to whoever iterates. Lives on the event loop."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[AgentEvent] = asyncio.Queue()
        self._is_closed = False
        self._has_failed = False

    @property
    def is_over(self) -> bool:
        """Whether nothing may happen any more: the agent has failed, or the call is over."""
        return self._is_closed or self._has_failed

    @property
    def is_empty(self) -> bool:
        """Whether the call has taken everything."""
        return self._queue.empty()

    def put(self, event: AgentEvent) -> None:
        """Behind what has happened; nothing happens any more after a failure or the end."""
        if not self.is_over:
            self._has_failed = isinstance(event, AgentFailed)
            self._queue.put_nowait(event)

    async def join(self) -> None:
        """Wait until the call has dealt with everything."""
        await self._queue.join()

    async def events(self) -> AsyncIterator[AgentEvent]:
        """What happens, in order, up to a failure."""
        while not self._is_closed:
            event = await self._queue.get()
            yield event
            self._queue.task_done()
            if isinstance(event, AgentFailed):
                return

    def close(self) -> None:
        """The call is over."""
        self._is_closed = True

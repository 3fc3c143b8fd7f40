"""How a call of ours begins: whoever is rung says hello, meanwhile our sentences are rendered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence


async def in_one_breath(pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The same sound in one piece, without the rests that a busy machine makes."""
    yield b"".join([piece async for piece in pieces])


class Opening:
    """The first seconds of one call. Lives on the event loop."""

    def __init__(
        self, *, prepare: Callable[[str], Awaitable[None]], nobody_greets: Callable[[], None]
    ) -> None:
        self._prepare = prepare
        self._nobody_greets = nobody_greets
        self._timer: asyncio.TimerHandle | None = None
        self._preparing: asyncio.Task[None] | None = None

    def prepare(self, sentences: Sequence[str]) -> None:
        """Render these one after the other, when there is nothing else to do."""
        if sentences:
            self._preparing = asyncio.create_task(self._render(sentences), name="prepare")

    def wait_for_hello(self, seconds: float) -> None:
        """Let `nobody_greets` know where nobody has spoken by then."""
        self._timer = asyncio.get_running_loop().call_later(seconds, self._nobody_greets)

    def somebody_speaks(self) -> None:
        """There is a sound: whoever it is goes first."""
        if self._timer is not None:
            self._timer.cancel()

    async def close(self) -> None:
        """End what still goes on."""
        self.somebody_speaks()
        if self._preparing is not None:
            self._preparing.cancel()
            await asyncio.gather(self._preparing, return_exceptions=True)

    async def _render(self, sentences: Sequence[str]) -> None:
        for sentence in sentences:
            await self._prepare(sentence)

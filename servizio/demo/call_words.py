"""Both sides of one simulated call in words, as far as they can be known.

The shop's staff events carry what was said and heard. Without a staff token there is only
the sound: how long the agent spoke.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Protocol

import aiohttp

from servizio.demo.phone_line import Line
from servizio.demo.shop_watch import Json, ShopWatch
from servizio.errors import ApiError

Tell = Callable[[str], None]

END_SECONDS = 5.0
"""How long the shop may take to write down the end of a call."""
LOOK_SECONDS = 0.1
"""Between two looks at whether the agent has finished."""
REST_SECONDS = 0.8
"""Quiet after which the agent has finished: longer than between two sentences."""


class CallWords(Protocol):
    """Prints what is said in a call."""

    def follow(self, line: Line) -> None:
        """Begin to print what is said on this line."""
        ...

    def customer_said(self, words: str) -> None:
        """The customer has said this, as it was typed; only what was heard else is printed."""
        ...

    async def finish(self) -> None:
        """The call is over: print what is left, and the order's number."""
        ...


@asynccontextmanager
async def words_of_a_call(url: str, token: str, tell: Tell) -> AsyncIterator[CallWords]:
    """The words of the next call to this server. Open it before the call is made."""
    async with ShopWatch(url, token) as shop:
        words: OverheardWords | SoundOnly = SoundOnly(tell)
        if token and await _is_let_in(shop):
            words = OverheardWords(shop, tell)
        try:
            yield words
        finally:
            await words.close()


async def _is_let_in(shop: ShopWatch) -> bool:
    try:
        await shop.get("/calls?limit=1")
    except (ApiError, aiohttp.ClientError, TimeoutError):
        return False
    return True


class OverheardWords:
    """The words as the shop's staff see them. Lives on the event loop; owns two tasks."""

    def __init__(self, shop: ShopWatch, tell: Tell) -> None:
        self._shop = shop
        self._tell = tell
        self._typed = ""
        self._events: asyncio.Queue[tuple[str, Json]] = asyncio.Queue()
        self._over = asyncio.Event()
        self._call_sid = ""
        # From before the call: nothing that is said may be missed.
        self._tasks = [asyncio.create_task(self._listen(), name="call words")]

    def follow(self, line: Line) -> None:
        """Begin to print what is said on this line."""
        self._call_sid = line.call_sid
        self._tasks.append(asyncio.create_task(self._print(), name="print call words"))

    def customer_said(self, words: str) -> None:
        """The customer has said this; it is printed again only where it was heard otherwise."""
        self._typed = words

    async def finish(self) -> None:
        """Wait until the shop has written the call down; print the order's number."""
        with suppress(TimeoutError):
            async with asyncio.timeout(END_SECONDS):
                await self._over.wait()
        with suppress(ApiError, aiohttp.ClientError, TimeoutError):
            call = await self._shop.get(f"/calls/{self._call_sid}")
            number = call.get("order_number")
            self._tell(f"order number: {number}" if number else "no order was placed")

    async def close(self) -> None:
        """Stop listening."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _listen(self) -> None:
        try:
            async for event in self._shop.events():
                self._events.put_nowait(event)
        except (aiohttp.ClientError, TimeoutError):
            self._tell("(the shop tells nothing more of this call)")
        self._events.put_nowait(("", {}))

    async def _print(self) -> None:
        while not self._over.is_set():
            kind, payload = await self._events.get()
            if kind == "transcript" and payload.get("call_sid") == self._call_sid:
                self._print_turn(payload)
            elif not kind or (
                kind == "call_ended" and payload["call"].get("call_sid") == self._call_sid
            ):
                self._over.set()

    def _print_turn(self, turn: Json) -> None:
        if not turn.get("final", True):
            return
        words = str(turn.get("text", ""))
        match turn.get("role"):
            case "agent":
                self._tell(f"agent: {words}")
            case "customer" if not self._typed:
                self._tell(f"customer: {words}")
            case "customer" if _bare(words) not in _bare(self._typed):
                self._tell(f"(heard: {words})")
            case _:
                pass


class SoundOnly:
    """Nothing but the sound is known. Lives on the event loop; owns one task."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._line: Line | None = None
        self._printed = 0.0
        self._task: asyncio.Task[None] | None = None

    def follow(self, line: Line) -> None:
        """Begin to print when somebody is heard on this line."""
        self._line = line
        self._task = asyncio.create_task(self._watch(line), name="call sound")

    def customer_said(self, words: str) -> None:
        """Nobody tells what was heard of it."""

    async def finish(self) -> None:
        """Print what the agent spoke last."""
        if self._line is not None:
            self._print(self._line)

    async def close(self) -> None:
        """Stop listening."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self, line: Line) -> None:
        while not line.ended.is_set():
            await asyncio.sleep(LOOK_SECONDS)
            last = line.playback.last_heard
            if last is not None and line.now - last > REST_SECONDS:
                self._print(line)

    def _print(self, line: Line) -> None:
        spans = [span for span in line.agent_spans if span.end > self._printed]
        if spans:
            began = max(spans[0].start, self._printed)
            self._printed = spans[-1].end
            self._tell(f"(agent speaks, {self._printed - began:.1f} s)")


def _bare(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))

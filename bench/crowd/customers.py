"""Customers by telephone: most order and hang up, some do everything that a line can do wrong."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress

import aiohttp

from bench.crowd.agent import GREETING_BYTES, NUMBER_BYTES, number_in
from bench.crowd.telephone import QuickTelephone, RefusedError, line

Customer = Callable[[QuickTelephone, random.Random], Awaitable[None]]
PATIENCE = 60.0
SORRY_SECONDS = 2.0
"""How long a customer waits who was put off."""
NOISE = (
    "", "{", "null", "[]", "7", '"media"', "[" * 5000, "{}", '{"event":null}', '{"event":"mark"}',
    '{"event":"media"}', '{"event":"media","media":7}', '{"event":"start"}', '{"event":"dtmf"}',
    '{"event":"media","media":{"payload":"not base64 !"}}', '{"event":"stop","stop":[]}x',
    '{"event":"media","streamSid":"MZother","media":{"payload":"/w=="}}', "\u202e",
    "x" * 9000,
)  # fmt: skip


class PutOffError(Exception):
    """The shop is sorry: no agent can talk at the moment. The customer may ring again."""


async def orders(call: QuickTelephone, _dice: random.Random) -> None:
    """Order, hear the number, hang up."""
    async with line(call):
        await _order(call)
        await call.hang_up()


async def _order(call: QuickTelephone) -> None:
    async with asyncio.timeout(PATIENCE):
        await call.until_heard(GREETING_BYTES)
        await call.speak()
        await call.until_heard(GREETING_BYTES + NUMBER_BYTES)
        while not number_in(bytes(call.sound)) and not call.over.is_set():
            # It was asked to wait, or heard another agent's first words.
            await call.until_heard(call.heard + 1)
        if call.over.is_set():
            raise PutOffError


async def drops(call: QuickTelephone, dice: random.Random) -> None:
    """Lose the connection at any moment; nobody tells the shop."""
    async with line(call):
        await asyncio.sleep(dice.random() * 0.2)
        await call.speak()
        await asyncio.sleep(dice.random() * 0.3)


async def halves(call: QuickTelephone, dice: random.Random) -> None:
    """Send the beginning of a message and be gone."""
    async with line(call):
        await call.until_heard(1)
        await call.stop_listening()
        # A text frame of 126 bytes, masked, of which twenty come.
        await call.send_bytes(b"\x81\xfe\x00\x7e" + bytes(4) + b'{"event":"media","me')
        await asyncio.sleep(dice.random() * 0.2)


async def babbles(call: QuickTelephone, dice: random.Random) -> None:
    """Send nonsense, order all the same, and send more."""
    async with line(call):
        for _ in range(40):
            await call.say_raw(dice.choice(NOISE))
        await _order(call)
        for _ in range(40):
            await call.say_raw(dice.choice(NOISE))
        await call.hang_up()


async def is_silent(call: QuickTelephone, dice: random.Random) -> None:
    """Hear the greeting, send not a byte, and hang up at last."""
    async with line(call):
        await call.until_heard(1)
        await call.stop_listening()
        await asyncio.sleep(1.0 + dice.random())
        await call.hang_up()


async def never_hangs_up(call: QuickTelephone, _dice: random.Random) -> None:
    """Send not a byte until the shop ends the call."""
    async with line(call):
        await call.stop_sending()
        with suppress(TimeoutError):
            await asyncio.wait_for(call.over.wait(), PATIENCE)
        await call.report_end()


async def hangs_up_amid(call: QuickTelephone, dice: random.Random) -> None:
    """Hang up while the agent is at work on the order."""
    async with line(call):
        await call.until_heard(1)
        await call.speak()
        await asyncio.sleep(dice.random() * 0.1)
        await call.hang_up()


async def streams_twice(call: QuickTelephone, _dice: random.Random) -> None:
    """Open a second stream with the same token in the middle of an order."""
    async with line(call):
        second = await call.open_stream()
        await second.send_str(call.start_message())
        await _order(call)
        async with asyncio.timeout(PATIENCE):
            async for _ in second:
                raise AssertionError("the second stream was taken")
        await call.hang_up()


async def never_streams(call: QuickTelephone, dice: random.Random) -> None:
    """Ring, and open no stream, or one that says nothing."""
    await call.ring()
    if dice.random() < 0.5:
        socket = await call.open_stream()
        await asyncio.sleep(dice.random())
        await socket.close()
    await call.report_end()


RASCALS: Mapping[str, Customer] = {
    "drops": drops,
    "half a message": halves,
    "babbles": babbles,
    "silent": is_silent,
    "hangs up amid": hangs_up_amid,
    "streams twice": streams_twice,
    "never streams": never_streams,
}
ORDER_FOR_SURE = frozenset({"orders", "babbles", "streams twice"})
"""Customers who hear an order's number."""


async def call_once(name: str, call: QuickTelephone, dice: random.Random) -> str:
    """Have this kind of customer ring; what went wrong that should not, empty where nothing.

    Raises `PutOffError` where the shop says that it cannot take the order.
    """
    act = {"orders": orders, "never hangs up": never_hangs_up, **RASCALS}[name]
    try:
        await act(call, dice)
    except (TimeoutError, AssertionError, aiohttp.ClientError, OSError, RefusedError) as error:
        if call.over.is_set() or "right now" in str(error):
            raise PutOffError from error
        return f"{name}: {type(error).__name__} {error}"[:300]
    return ""

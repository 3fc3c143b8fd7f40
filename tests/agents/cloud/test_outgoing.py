"""What waits to leave: messages always leave, sound in time or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import pytest

from servizio.agents.cloud.at_once import begin
from servizio.agents.cloud.outgoing import Outgoing


async def test_what_has_to_wait_is_joined_and_keeps_its_place() -> None:
    outgoing = Outgoing(8000)
    for piece in (b"a", b"b", b"c", b"d", b"e"):
        outgoing.put_sound(piece)
    outgoing.put("message")
    assert [await outgoing.next() for _ in range(3)] == [b"abcd", b"e", "message"]


async def test_of_sound_that_cannot_leave_the_oldest_is_dropped_and_messages_are_not() -> None:
    outgoing = Outgoing(100)
    outgoing.put("message")
    for number in range(300):
        outgoing.put_sound(bytes((number % 256,)))
    assert outgoing.is_stuck
    assert await outgoing.next() == "message"
    assert await outgoing.next() == bytes((100, 101, 102, 103))


async def test_nothing_overtakes_what_is_still_being_sent() -> None:
    outgoing = Outgoing(8000)
    assert not outgoing.is_ready
    taken: list[str | bytes] = []

    async def take() -> None:
        while True:
            taken.append(await outgoing.next())

    taker = asyncio.create_task(take())
    await asyncio.sleep(0)
    assert outgoing.is_ready
    gate = asyncio.Event()
    rest = begin(gate.wait())
    assert rest is not None
    outgoing.put_begun(rest)
    for _ in range(3):
        await asyncio.sleep(0)
        assert not outgoing.is_ready
    outgoing.put("next")
    gate.set()
    for _ in range(3):
        await asyncio.sleep(0)
    assert taken == ["next"]
    assert outgoing.is_ready
    taker.cancel()


async def test_work_that_waits_for_nothing_is_done_at_once() -> None:
    done: list[int] = []

    async def work() -> None:
        done.append(1)

    assert begin(work()) is None
    assert done == [1]


async def test_work_that_fails_at_once_says_so() -> None:
    async def work() -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        begin(work())


async def test_work_that_waits_is_finished_or_cancelled_by_whoever_awaits_the_rest() -> None:
    seen: list[str] = []

    async def work(gate: asyncio.Event) -> None:
        try:
            await gate.wait()
            seen.append("done")
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    async def finish(rest: Awaitable[None] | None) -> None:
        assert rest is not None
        await rest

    gate = asyncio.Event()
    finishing = asyncio.create_task(finish(begin(work(gate))))
    await asyncio.sleep(0)
    gate.set()
    await finishing
    cut = asyncio.create_task(finish(begin(work(asyncio.Event()))))
    await asyncio.sleep(0)
    cut.cancel()
    await asyncio.gather(cut, return_exceptions=True)
    assert seen == ["done", "cancelled"]

"""What waits to leave: messages always leave, sound in time or not at all."""

from __future__ import annotations

import asyncio

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


async def test_who_waits_for_the_next_is_woken_by_it() -> None:
    outgoing = Outgoing(8000)
    assert outgoing.take() is None
    taking = asyncio.create_task(outgoing.next())
    await asyncio.sleep(0)
    outgoing.put("message")
    assert await taking == "message"
    assert outgoing.take() is None

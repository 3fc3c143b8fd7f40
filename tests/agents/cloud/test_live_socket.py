"""A provider's socket on the wire: parts, what breaks the protocol, and a network that is slow."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.server import ServerConnection, serve

from servizio.agents.cloud.live_socket import LARGEST_MESSAGE, Frame, LiveSocket
from servizio.agents.cloud.refusals import DEEPGRAM

Script = Callable[[ServerConnection], Awaitable[None]]


@asynccontextmanager
async def socket_to(script: Script) -> AsyncIterator[LiveSocket]:
    """A socket whose far end does this."""
    async with serve(script, "127.0.0.1", 0, compression=None, max_queue=1) as server:
        port = server.sockets[0].getsockname()[1]
        socket = await LiveSocket.open(
            DEEPGRAM,
            f"ws://127.0.0.1:{port}/",
            "Token any",
            reason_header="any",
            sound_bytes_per_second=8000,
        )
        try:
            yield socket
        finally:
            await socket.close()


async def frames_of(socket: LiveSocket) -> list[Frame]:
    """Everything that comes until the socket is closed."""
    frames: list[Frame] = []
    async with asyncio.timeout(10):
        await socket.listen(frames.append)
    return frames


async def test_a_message_that_comes_in_parts_is_handed_over_whole() -> None:
    async def script(far: ServerConnection) -> None:
        await far.send(["Tar", "o ", "milk \N{HOT BEVERAGE}"])
        await far.send([b"\xff" * 100, b"\x7f" * 60])
        await far.ping()
        await far.send(b"one")

    async with socket_to(script) as socket:
        assert await frames_of(socket) == [
            "Taro milk \N{HOT BEVERAGE}",
            b"\xff" * 100 + b"\x7f" * 60,
            b"one",
        ]


@pytest.mark.parametrize("parts", [1, 2])
async def test_a_message_beyond_all_measure_closes_the_socket(
    parts: int, caplog: pytest.LogCaptureFixture
) -> None:
    async def script(far: ServerConnection) -> None:
        whole = bytes(LARGEST_MESSAGE + 2)
        half = len(whole) // 2
        await far.send(whole if parts == 1 else [whole[:half], whole[half:]])

    with caplog.at_level(logging.CRITICAL):
        async with socket_to(script) as socket:
            assert await frames_of(socket) == []


@pytest.mark.parametrize("answers_after", [0.0, 0.1])
async def test_a_socket_that_nobody_waits_for_any_more_is_not_left_open(
    answers_after: float,
) -> None:
    came, gone = asyncio.Event(), asyncio.Event()

    async def upgrade(_far: ServerConnection, _request: object) -> None:
        came.set()
        await asyncio.sleep(answers_after)

    async def script(far: ServerConnection) -> None:
        await far.wait_closed()
        gone.set()

    async with serve(script, "127.0.0.1", 0, process_request=upgrade) as server:
        port = server.sockets[0].getsockname()[1]
        opening = asyncio.create_task(
            LiveSocket.open(
                DEEPGRAM,
                f"ws://127.0.0.1:{port}/",
                "Token any",
                reason_header="any",
                sound_bytes_per_second=8000,
            )
        )
        await asyncio.wait_for(came.wait(), 5)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        await asyncio.wait_for(gone.wait(), 5)


async def test_text_that_is_no_text_closes_the_socket() -> None:
    codes: list[int | None] = []

    async def script(far: ServerConnection) -> None:
        await far.send(b"caf\xe9", text=True)
        await far.wait_closed()
        codes.append(far.close_code)

    async with socket_to(script) as socket:
        assert await frames_of(socket) == []
    assert codes == [1007]


async def test_what_a_slow_network_does_not_take_waits_and_only_old_sound_is_dropped() -> None:
    may_read = asyncio.Event()
    came: asyncio.Queue[Frame] = asyncio.Queue()

    async def script(far: ServerConnection) -> None:
        await may_read.wait()
        async for frame in far:
            came.put_nowait(frame)

    def numbered(number: int) -> bytes:
        return number.to_bytes(4, "big") * 1000

    async with socket_to(script) as socket, asyncio.timeout(10):
        socket.begin()
        sent = 0
        while not socket.is_stuck:
            socket.send_sound(numbered(sent))
            sent += 1
            await asyncio.sleep(0)
        socket.send("order")
        socket.send_sound(numbered(sent))
        socket.send("last")
        may_read.set()
        frames: list[Frame] = []
        while not frames or frames[-1] != "last":
            frames.append(await came.get())
    assert [frame for frame in frames if isinstance(frame, str)] == ["order", "last"]
    assert frames[-2] == numbered(sent)
    sound = b"".join(frame for frame in frames if isinstance(frame, bytes))
    numbers = [int.from_bytes(sound[at : at + 4], "big") for at in range(0, len(sound), 4000)]
    assert numbers == sorted(numbers)
    assert len(numbers) < sent + 1


async def test_nothing_leaves_before_the_session_has_begun() -> None:
    came: asyncio.Queue[Frame] = asyncio.Queue()

    async def script(far: ServerConnection) -> None:
        async for frame in far:
            came.put_nowait(frame)

    async with socket_to(script) as socket, asyncio.timeout(10):
        socket.send_sound(b"early")
        socket.send_now("settings")
        assert await came.get() == "settings"
        socket.begin()
        socket.send_sound(b"")
        socket.send("later")
        assert [await came.get(), await came.get()] == [b"early", "later"]

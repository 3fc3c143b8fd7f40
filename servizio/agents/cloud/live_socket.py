"""A provider's websocket that carries a call's sound both ways.

Fifty frames a second come and go in every call: each is handed over in the callback that brings
it, and written where it is spoken. A task that is woken for each costs more than all else that is
done with it (`bench/bridge.py`).
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from logging import WARNING, Logger, getLogger
from typing import Self

from picows import (
    WSCloseCode,
    WSError,
    WSFrame,
    WSHandshakeError,
    WSListener,
    WSMsgType,
    WSProtocolError,
    WSTransport,
    ws_connect,
)

from servizio.agents.cloud.outgoing import Outgoing
from servizio.agents.cloud.refusals import Provider, refusal, unreachable
from servizio.agents.cloud.timers import Timers

LARGEST_MESSAGE = 8 * 1024 * 1024
"""Bytes; a long sentence may come as one frame."""
PING_SECONDS = 5.0
"""Of quiet before a ping; a socket that does not answer one in half that time is given up."""
CLOSE_SECONDS = 0.3

_TEXT, _BINARY = WSMsgType.TEXT, WSMsgType.BINARY

Frame = str | bytes


class LiveSocket(WSListener):
    """One open socket. Lives on the event loop."""

    def __init__(self, sound_bytes_per_second: int, ping_seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._ping_seconds = ping_seconds
        self._timers = Timers(self._loop)
        self._transport: WSTransport | None = None
        self._outgoing = Outgoing(sound_bytes_per_second)
        self._has_begun = False
        self._is_clear = False
        """Whether what is sent leaves at once: nothing waits, and the network takes it."""
        self._parts = bytearray()
        self._parts_are: WSMsgType | None = None
        """What the message is whose first parts have come."""
        self._early: asyncio.Queue[Frame | None] = asyncio.Queue()
        self._take: Callable[[Frame], None] = self._early.put_nowait
        self._came_at = self._loop.time()
        self._is_asked = False
        """Whether a ping waits for any sign of life."""
        self.sent_at = self._came_at
        """When something left last, on the loop's clock."""
        self.answers_no_more = False
        """Whether the socket was given up because nothing came, not even to a ping."""

    @classmethod
    async def open(
        cls,
        provider: Provider,
        url: str,
        authorization: str,
        *,
        reason_header: str,
        sound_bytes_per_second: int,
        ping_seconds: float = PING_SECONDS,
    ) -> Self:
        """Connect. Raises `AgentError`, the more precise kinds of it where they are known.

        `reason_header` is where the provider says why it refuses.
        """
        socket = cls(sound_bytes_per_second, ping_seconds)
        trusted = await asyncio.to_thread(_trusted) if url.startswith("wss:") else None
        opening = asyncio.ensure_future(
            ws_connect(
                lambda: socket,
                url,
                ssl_context=trusted,
                extra_headers={"Authorization": authorization},
                max_frame_size=LARGEST_MESSAGE,
                max_redirects=0,
                logger_name=_quiet_log(),
                use_aiofastnet=False,
            )
        )
        try:
            await asyncio.shield(opening)
        except asyncio.CancelledError:
            # picows would leave open what it was opening.
            opening.add_done_callback(socket._drop)
            raise
        except WSHandshakeError as error:
            if error.response is None:
                raise unreachable(provider, error) from error
            said = error.response.headers.get(reason_header, "")
            raise refusal(provider, error.response.status, said) from error
        except (OSError, TimeoutError, ValueError, WSError) as error:
            raise unreachable(provider, error) from error
        if socket._transport is None:
            raise unreachable(provider, ConnectionResetError())
        return socket

    # What comes

    async def next(self) -> Frame | None:
        """The next frame, as long as nobody listens; `None`: the socket is closed."""
        return await self._early.get()

    async def listen(self, take: Callable[[Frame], None]) -> None:
        """Hand over everything that comes, as it comes, until the socket is closed.

        `take` must return at once and must not raise.
        """
        while not self._early.empty():
            if (frame := self._early.get_nowait()) is not None:
                take(frame)
        self._take = take
        await self._closed()

    # What leaves

    def send_now(self, text: str) -> None:
        """Send a message although nothing else may leave yet."""
        if self._transport is not None:
            self._transport.send(_TEXT, text)

    def begin(self) -> None:
        """From now on everything may leave, what has waited for this first."""
        self._has_begun = True
        self._flush()
        self._ask_for_life()

    def send(self, text: str) -> None:
        """Send a message behind everything that waits."""
        self._outgoing.put(text)
        if self._is_clear:
            self._flush()

    def send_sound(self, sound: bytes) -> None:
        """Send sound; what cannot leave in time is dropped. An empty frame is not sent."""
        if self._is_clear and sound and self._transport is not None:
            self._transport.send(_BINARY, sound)
            self.sent_at = self._loop.time()
        else:
            self._outgoing.put_sound(sound)

    @property
    def is_stuck(self) -> bool:
        """Whether sound waits that should have left two seconds ago."""
        return self._outgoing.is_stuck

    async def close(self) -> None:
        """Close the socket; one that does not answer is cut. Safe to call twice."""
        self._timers.close()
        if self._transport is None:
            return
        self._transport.send_close(WSCloseCode.OK)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(CLOSE_SECONDS):
                    await self._closed()
        finally:
            self._transport.disconnect(graceful=False)

    # What picows tells

    def on_ws_connected(self, transport: WSTransport) -> None:
        """The upgrade was granted."""
        self._transport = transport

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        """Something came. Pings are answered before."""
        self._came_at = self._loop.time()
        kind = frame.msg_type
        # A frame that fits what picows has room for is measured by nobody else.
        fits = frame.payload_size <= LARGEST_MESSAGE
        if kind is _BINARY and frame.fin and self._parts_are is None and fits:
            self._take(frame.get_payload_as_bytes())
        elif kind is WSMsgType.CLOSE:
            transport.send_close(WSCloseCode.OK)
            transport.disconnect()
        elif kind is not WSMsgType.PONG:
            self._take_part(kind, frame)

    def on_ws_disconnected(self, transport: WSTransport) -> None:  # noqa: ARG002 - picows calls it
        """The socket is closed, by whomever."""
        self._is_clear = self._has_begun = False
        self._early.put_nowait(None)

    def pause_writing(self) -> None:
        """The network takes no more for now."""
        self._is_clear = False

    def resume_writing(self) -> None:
        """It takes more."""
        self._flush()

    def _take_part(self, kind: WSMsgType, frame: WSFrame) -> None:
        """A text, or a part of a message: RFC 6455, section 5.4."""
        is_first = kind is not WSMsgType.CONTINUATION
        if is_first is (self._parts_are is not None):
            raise WSProtocolError(WSCloseCode.PROTOCOL_ERROR, "parts out of order")
        if is_first:
            self._parts_are = kind
        self._parts += frame.get_payload_as_memoryview()
        if len(self._parts) > LARGEST_MESSAGE:
            raise WSProtocolError(WSCloseCode.MESSAGE_TOO_BIG, "message of many parts")
        if not frame.fin:
            return
        whole, is_text = bytes(self._parts), self._parts_are is _TEXT
        self._parts.clear()
        self._parts_are = None
        try:
            self._take(whole.decode() if is_text else whole)
        except UnicodeDecodeError:
            raise WSProtocolError(WSCloseCode.INVALID_TEXT, "text is not UTF-8") from None

    def _drop(self, opening: asyncio.Future[tuple[WSTransport, WSListener]]) -> None:
        """Nobody wants this socket any more, and it is open now or never will be."""
        if not opening.cancelled():
            opening.exception()
        if self._transport is not None:
            self._transport.disconnect(graceful=False)

    async def _closed(self) -> None:
        if self._transport is not None:
            # What breaks the protocol closes the socket, and picows has logged it.
            with suppress(WSError):
                await self._transport.wait_disconnected()

    def _flush(self) -> None:
        self._is_clear = self._has_begun
        while self._is_clear and (waiting := self._outgoing.take()) is not None:
            if self._transport is not None:
                self._transport.send(_TEXT if isinstance(waiting, str) else _BINARY, waiting)
            self.sent_at = self._loop.time()

    def _ask_for_life(self) -> None:
        """Where nothing comes, ping; where nothing comes then either, give the socket up."""
        quiet = self._loop.time() - self._came_at
        if quiet < self._ping_seconds:
            self._is_asked = False
            self._timers.later(self._ping_seconds - quiet, self._ask_for_life)
        elif self._transport is None:
            return
        elif not self._is_asked:
            self._is_asked = True
            self._transport.send_ping()
            self._timers.later(self._ping_seconds / 2, self._ask_for_life)
        else:
            self.answers_no_more = True
            self._transport.disconnect(graceful=False)


@cache
def _trusted() -> ssl.SSLContext:
    """Whom this machine trusts: read once, as it takes far longer than a frame may wait."""
    return ssl.create_default_context()


@cache
def _quiet_log() -> Logger:
    """picows tells of every socket that opens and closes; only what goes wrong is wanted."""
    log = getLogger("picows.client")
    log.setLevel(WARNING)
    return log

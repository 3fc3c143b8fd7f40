"""`WS /twilio`: one media stream, from its upgrade to its end.

The reader does nothing that waits on the call: a bridge that reads too slowly loses the
customer's sound (Twilio, warning 31930). What breaks the protocol is logged and skipped
where the call can live on; a stream that cannot become a call is closed with a reason.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import assert_never

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from servizio.calls.line import Line
from servizio.errors import StreamError, TelephonyError
from servizio.server.exchange import LiveCall
from servizio.server.keys import SETTINGS, STREAMS, SWITCHBOARD
from servizio.server.twilio_line import TwilioLine
from servizio.telephony import stream_messages
from servizio.telephony.stream_messages import (
    Connected,
    Dtmf,
    Mark,
    Media,
    Message,
    Start,
    Stop,
    Unknown,
    UsualMedia,
)

START_SECONDS = 5.0
"""How long a stream may take until its `start`, whatever else it sends."""
LARGEST_FRAME = 1024 * 1024
"""Bytes; a longer frame closes the socket with 1009. Twilio's are about 350."""
CLOSE_SECONDS = 2.0
"""How long the other side may take to answer a close."""
FAULTS_LOGGED = 5
"""Protocol faults of one stream that are logged singly; the rest is counted."""

log = logging.getLogger(__name__)


class StreamRefusedError(Exception):
    """The stream cannot become a call."""

    def __init__(self, reason: str, code: WSCloseCode = WSCloseCode.POLICY_VIOLATION) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


@dataclass(slots=True)
class _Faults:
    """Counts what one stream does wrong, so that a mad one cannot flood the log."""

    stream: str = "not started"
    count: int = 0

    def note(self, problem: str) -> None:
        self.count += 1
        if self.count <= FAULTS_LOGGED:
            log.warning("stream_fault stream=%s problem=%s", self.stream, problem)

    def sum_up(self) -> None:
        if self.count > FAULTS_LOGGED:
            log.warning("stream_faults stream=%s count=%d", self.stream, self.count)
        self.count = 0


async def media_stream(request: web.Request) -> web.WebSocketResponse:
    """Serve one stream. Whether it is from Twilio has been checked before."""
    if request.headers.get("Upgrade", "").lower() != "websocket":
        raise web.HTTPUpgradeRequired(headers={"Upgrade": "websocket"})
    socket = web.WebSocketResponse(
        max_msg_size=LARGEST_FRAME, compress=False, timeout=CLOSE_SECONDS
    )
    await socket.prepare(request)
    streams = request.app[STREAMS]
    streams.add(socket)
    faults = _Faults()
    try:
        await _serve(request, socket, faults)
    except StreamRefusedError as refusal:
        log.warning("stream_refused reason=%s", refusal.reason)
        await socket.close(code=refusal.code, message=refusal.reason.encode()[:100])
    finally:
        streams.discard(socket)
        faults.sum_up()
    return socket


async def _serve(request: web.Request, socket: web.WebSocketResponse, faults: _Faults) -> None:
    start = await _await_start(socket, faults)
    if start is None:
        return
    faults.stream = start.stream_sid
    _check_start(start, request.app[SETTINGS].twilio.account_sid)
    line: Line = TwilioLine(socket, request.transport, start.stream_sid)
    try:
        call = await request.app[SWITCHBOARD].connect(
            start.call_sid, start.parameters.get("token", ""), line
        )
    except TelephonyError as error:
        raise StreamRefusedError(error.message) from error
    how = "error"
    try:
        how = await _read(socket, call, start, faults)
    finally:
        faults.sum_up()
        await call.line_closed(how)
        await line.close()


async def _await_start(socket: web.WebSocketResponse, faults: _Faults) -> Start | None:
    """The stream's `start`; `None` where the other side leaves before."""
    try:
        async with asyncio.timeout(START_SECONDS):
            while not socket.closed:
                frame = await socket.receive()
                if _ends(frame):
                    log.info("stream_left_before_start")
                    return None
                message = _parse(frame, faults)
                match message:
                    case Start():
                        return message
                    case Stop():
                        log.info("stream_stopped_before_start")
                        await socket.close()
                        return None
                    case Media() | Dtmf() | Mark():
                        faults.note(f"{type(message).__name__.lower()} before start")
                    case Connected() | Unknown() | None:
                        pass
                    case _:
                        assert_never(message)
    except TimeoutError:
        raise StreamRefusedError("no start in time") from None
    return None


def _check_start(start: Start, account_sid: str) -> None:
    if (start.encoding, start.sample_rate, start.channels) != ("audio/x-mulaw", 8000, 1):
        raise StreamRefusedError(
            f"format {start.encoding[:40]!r} is not mu-law 8000 Hz mono",
            WSCloseCode.UNSUPPORTED_DATA,
        )
    if account_sid and start.account_sid != account_sid:
        # The one-time token has the last word; subaccounts and tests differ here.
        log.warning("stream_of_another_account stream=%s", start.stream_sid)


async def _read(
    socket: web.WebSocketResponse, call: LiveCall, start: Start, faults: _Faults
) -> str:
    """Feed the call until the stream is over. Returns how it ended."""
    usual = UsualMedia(start.stream_sid)
    while True:
        frame = await socket.receive()
        if frame.type is WSMsgType.TEXT:
            sound = usual.sound(frame.data)
            if sound is not None:
                call.hear(sound)
                continue
        elif _ends(frame):
            if frame.type is WSMsgType.ERROR:
                faults.note(f"socket error: {frame.data}")
                return "error"
            return "closed"
        if _take(_parse(frame, faults), call, start, faults):
            return "stop"


def _take(message: Message | None, call: LiveCall, start: Start, faults: _Faults) -> bool:
    """Tell the call what came. True: the stream is over."""
    match message:
        case Media() | Dtmf() | Mark() if message.stream_sid != start.stream_sid:
            faults.note("message of another stream")
        case Media():
            call.hear(message.mulaw)
        case Dtmf():
            call.press(message.digit)
        case Mark():
            call.marked(message.name)
        case Stop():
            return True
        case Start():
            faults.note("second start")
        case Connected() | Unknown() | None:
            pass
        case _:
            assert_never(message)
    return False


def _ends(frame: WSMessage) -> bool:
    return frame.type in {WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED, WSMsgType.ERROR}


def _parse(frame: WSMessage, faults: _Faults) -> Message | None:
    """The message in a frame; `None`, and a note, where there is none."""
    if frame.type is not WSMsgType.TEXT:
        faults.note("binary frame")
        return None
    try:
        return stream_messages.parse(frame.data)
    except StreamError as error:
        faults.note(error.message)
        return None

"""`WS /ws/voice`: a customer orders by the microphone of a browser.

It is a call like any other: the same admission, agents, deadlines, transcript and end. What
a browser sends wrong is answered with an `error` and skipped; one that goes on is closed.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import assert_never

from aiohttp import WSCloseCode, WSMessage, WSMsgType, web

from servizio.calls.admission import Answer, IncomingCall
from servizio.errors import ServizioError, StreamError
from servizio.server import browser_messages, call_news
from servizio.server.answers import fault
from servizio.server.browser_beat import Beat
from servizio.server.browser_line import BrowserLine
from servizio.server.browser_messages import Audio, Played, Stop
from servizio.server.browser_sound import BrowserSound
from servizio.server.exchange import Exchange, LiveCall
from servizio.server.keys import CLOCK, LIMITS, SETTINGS, STORE, STREAMS, SWITCHBOARD
from servizio.server.origin import is_same_origin, seen_address
from servizio.server.text_frames import TextFrames
from servizio.shop.order import Source
from servizio.shop.order_json import time_text

LARGEST_MESSAGE = 256 * 1024
"""Bytes: some six seconds of sound. A larger one closes the socket with 1009."""
MOST_UNSENT = 512 * 1024
"""Bytes that may wait to leave: some eight seconds of speech. Beyond that the line is lost."""
MOST_FAULTS = 50
"""Wrong messages of one browser before it is closed."""
FAULTS_TOLD = 5
CLOSE_SECONDS = 2.0
NEWS_SECONDS = 1.0
"""How long the end of a call may take to be told."""
VOICES_PER_ADDRESS = 3
"""Conversations that one address may hold at one time."""

TOO_MANY = "You have tried many times in a short while. Please wait a few minutes, or ring us."
BUSY = "Somebody else is ordering by voice just now. Please try again in a few minutes."
NOT_NOW = "We cannot take orders by voice right now. Please try again in a few minutes."
TOO_WRONG = "This page and the shop do not understand each other. Please load the page again."
TOO_MUCH = "More sound comes than anybody could speak; some of it was dropped."

log = logging.getLogger(__name__)


class DeclinedError(ServizioError):
    """The call is not taken; the message is for the customer."""


class Voices:
    """The conversations that are held by browsers, by address."""

    def __init__(self, max_calls: int) -> None:
        self._most = max(1, max_calls // 2)
        self._open: Counter[str] = Counter()

    @contextmanager
    def holding(self, address: str) -> Iterator[bool]:
        """While one more is held; gives whether it may be. Half the lines are the telephone's."""
        if self._open[address] >= VOICES_PER_ADDRESS or self._open.total() >= self._most:
            yield False
            return
        self._open[address] += 1
        try:
            yield True
        finally:
            self._open[address] -= 1
            self._open += Counter()


VOICES = web.AppKey("voices", Voices)


async def browser_voice(request: web.Request) -> web.StreamResponse:
    """Serve one conversation. Only our own pages may hold one: others could use a visitor."""
    if request.headers.get("Upgrade", "").lower() != "websocket":
        raise web.HTTPUpgradeRequired(headers={"Upgrade": "websocket"})
    settings = request.app[SETTINGS].server
    if not is_same_origin(request, settings):
        return fault(403, "Order from this shop's own page.", code="cross_site")
    socket = web.WebSocketResponse(
        max_msg_size=LARGEST_MESSAGE,
        compress=False,
        autoping=False,
        timeout=CLOSE_SECONDS,
    )
    await socket.prepare(request)
    streams, address = request.app[STREAMS], seen_address(request, settings)
    streams.add(socket)
    try:
        with request.app[VOICES].holding(address) as allowed:
            if not allowed:
                await _decline(socket, BUSY)
            elif request.app[LIMITS].calls.take(f"browser {address}"):
                await _decline(socket, TOO_MANY)
            else:
                await _serve(request, socket)
    finally:
        streams.discard(socket)
    return socket


async def _decline(socket: web.WebSocketResponse, sentence: str) -> None:
    if not socket.closed:
        await socket.send_str(browser_messages.error(sentence))
    await socket.close(code=WSCloseCode.TRY_AGAIN_LATER, message=b"not now")


async def _serve(request: web.Request, socket: web.WebSocketResponse) -> None:
    app, call_sid = request.app, f"BR{secrets.token_hex(16)}"
    frames = TextFrames(socket, request.transport, most_unsent=MOST_UNSENT)
    line = BrowserLine(frames.send, lambda: time_text(app[CLOCK]()))
    events = app[STORE].listen(kinds=call_news.KINDS)
    try:
        call = await _begin(app[SWITCHBOARD], call_sid, line)
    except DeclinedError as declined:
        await _decline(socket, declined.message)
        return
    sound = BrowserSound(call.hear)
    partials = asyncio.create_task(
        call_news.tell_partials(app[SWITCHBOARD].partials(), call_sid, line.tell),
        name=f"captions {call_sid}",
    )
    news = asyncio.create_task(
        call_news.tell_events(events, call_sid, line.tell, line.said), name=f"news {call_sid}"
    )
    beat = Beat(socket, request.transport)
    beats = asyncio.create_task(beat.run(), name=f"beat {call_sid}")
    how = "error"
    try:
        how = await _converse(socket, line, sound, beat)
    finally:
        beats.cancel()
        sound.close()
        partials.cancel()
        await call.line_closed(how)
        if not socket.closed:
            await asyncio.wait({news}, timeout=NEWS_SECONDS)
        news.cancel()
        await _report(partials, news, beats)
        await socket.close(code=WSCloseCode.OK, message=b"call over")


async def _begin(switchboard: Exchange, call_sid: str, line: BrowserLine) -> LiveCall:
    """Have the call taken. Raises `DeclinedError` with what to tell the customer."""
    try:
        admission = await switchboard.ring(
            IncomingCall(call_sid, from_number=None, to_number="", source=Source.BROWSER)
        )
        if admission.answer is not Answer.TALK:
            log.info("voice_declined call=%s answer=%s", call_sid, admission.answer)
            raise DeclinedError(admission.sentence or NOT_NOW)
        line.tell(browser_messages.ready(call_sid))
        call = await switchboard.connect(call_sid, admission.token, line)
    except DeclinedError:
        raise
    except ServizioError as error:
        log.error("voice_not_taken call=%s code=%s", call_sid, error.code, exc_info=error)
        raise DeclinedError(NOT_NOW) from error
    line.on_mark = call.marked
    return call


async def _report(*tasks: asyncio.Task[None]) -> None:
    """Wait for tasks that are over, and log what went wrong in them."""
    for task, done in zip(tasks, await asyncio.gather(*tasks, return_exceptions=True), strict=True):
        if isinstance(done, Exception):
            log.error("voice_task_failed name=%s", task.get_name(), exc_info=done)


async def _converse(
    socket: web.WebSocketResponse, line: BrowserLine, sound: BrowserSound, beat: Beat
) -> str:
    """Until either side hangs up. Returns how it ended."""
    reader = asyncio.create_task(_read(socket, line, sound, beat), name="browser voice")
    over = asyncio.create_task(line.over.wait(), name="browser voice over")
    try:
        await asyncio.wait({reader, over}, return_when=asyncio.FIRST_COMPLETED)
        return reader.result() if reader.done() else "stop"
    finally:
        reader.cancel()
        over.cancel()
        await asyncio.gather(reader, over, return_exceptions=True)


async def _read(
    socket: web.WebSocketResponse, line: BrowserLine, sound: BrowserSound, beat: Beat
) -> str:
    """Feed the call until the browser leaves. Returns how it did."""
    faults = 0
    while True:
        frame = await socket.receive()
        beat.heard()
        if frame.type is WSMsgType.PING:
            with suppress(ConnectionError):
                await socket.pong(frame.data)
            continue
        if frame.type is WSMsgType.PONG:
            continue
        if frame.type is WSMsgType.ERROR:
            return "error"
        if frame.type in {WSMsgType.CLOSE, WSMsgType.CLOSING, WSMsgType.CLOSED}:
            return "closed"
        problem = ""
        try:
            if _take(frame, line, sound):
                return "stop"
        except StreamError as error:
            problem = error.message
        if not problem:
            continue
        faults += 1
        if faults <= FAULTS_TOLD:
            log.warning("voice_fault problem=%s", problem)
            line.tell(browser_messages.error(problem))
        if faults > MOST_FAULTS:
            line.tell(browser_messages.error(TOO_WRONG))
            return "error"


def _take(frame: WSMessage, line: BrowserLine, sound: BrowserSound) -> bool:
    """Whether the customer ends it by this message. Raises `StreamError` for what is none."""
    if frame.type is not WSMsgType.TEXT:
        raise StreamError("Messages are JSON text.")
    message = browser_messages.parse(frame.data)
    match message:
        case Audio():
            if not sound.feed(message.pcm):
                raise StreamError(TOO_MUCH)
        case Played():
            line.played(message.chunk)
        case Stop():
            return True
        case _:
            assert_never(message)
    return False

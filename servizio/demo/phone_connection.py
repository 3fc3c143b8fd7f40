"""Opening a simulated call's media stream, holding it, and reporting what became of it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from datetime import UTC, datetime

import aiohttp

from servizio.demo.phone_line import Line
from servizio.demo.phone_plan import CallEnd, CallPlan, Interruption, new_sid
from servizio.demo.phone_stream import MediaStream, StreamEnd
from servizio.demo.phone_twiml import STREAM_REFUSED, Stream
from servizio.demo.phone_webhooks import Webhooks

_NO_SOCKET = 31901
_VANISHED = 31903
_UPGRADE_SECONDS = 5.0


class Connection:
    """Connects one call to its media streams, one after the other."""

    def __init__(
        self,
        line: Line,
        plan: CallPlan,
        webhooks: Webhooks,
        clock: Callable[[], float],
        randomness: random.Random,
    ) -> None:
        self._line = line
        self._plan = plan
        self._webhooks = webhooks
        self._clock = clock
        self._randomness = randomness

    async def connect(
        self, verb: Stream, interrupt: asyncio.Future[Interruption], how: Callable[[], StreamEnd]
    ) -> None:
        """Open a stream and hold it until it ends.

        An interruption ends it; of one by the customer, `how` says in which way.
        """
        stream_sid = new_sid("MZ", self._randomness)
        # A session of its own: closing it is how a connection is lost without a close frame.
        async with aiohttp.ClientSession() as session:
            try:
                socket = await self._upgrade(session, verb)
            except aiohttp.WSServerHandshakeError as error:
                self._line.file([(STREAM_REFUSED, f"the stream was answered {error.status}")])
                await self._report_stream(verb, stream_sid, "stream-error", "refused")
            except (aiohttp.ClientError, TimeoutError):
                self._line.file([(_NO_SOCKET, "the stream could not be opened")])
                await self._report_stream(verb, stream_sid, "stream-error", "no connection")
            else:
                await self._report_stream(verb, stream_sid, "stream-started")
                try:
                    end = await self._run(self._stream(socket, verb, stream_sid), interrupt, how)
                finally:
                    await session.close()
                    # There is nobody left to tell; this only frees the connection.
                    await socket.close()
                self._line.stream_ends.append(end)
                if end is StreamEnd.SERVER_VANISHED:
                    self._line.file([(_VANISHED, "the server lost the stream")])
                await self._report_stream(verb, stream_sid, "stream-stopped")

    async def _upgrade(
        self, session: aiohttp.ClientSession, verb: Stream
    ) -> aiohttp.ClientWebSocketResponse:
        signature = self._webhooks.upgrade_signature(verb.url, self._plan.upgrade_signing)
        async with asyncio.timeout(_UPGRADE_SECONDS):
            return await session.ws_connect(
                self._webhooks.reach(verb.url),
                headers={} if signature is None else {"x-twilio-signature": signature},
                max_msg_size=0,
            )

    def _stream(
        self, socket: aiohttp.ClientWebSocketResponse, verb: Stream, stream_sid: str
    ) -> MediaStream:
        return MediaStream(
            socket,
            stream_sid=stream_sid,
            call_sid=self._line.call_sid,
            account_sid=self._plan.account_sid,
            parameters=verb.parameters,
            playback=self._line.playback,
            mouth=self._line.mouth,
            clock=self._clock,
            on_error=lambda number, reason: self._line.file([(number, reason)]),
            on_tick=self._line.tick,
            start_after=self._plan.start_after,
        )

    async def _run(
        self,
        stream: MediaStream,
        interrupt: asyncio.Future[Interruption],
        how: Callable[[], StreamEnd],
    ) -> StreamEnd:
        self._line.opened(stream)
        running = asyncio.create_task(stream.run(), name="phone-stream")
        try:
            ends: list[asyncio.Future[StreamEnd] | asyncio.Future[Interruption]]
            ends = [running, interrupt]
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if interrupt.done():
                is_customer = interrupt.result().end is CallEnd.CUSTOMER_HUNG_UP
                stream.end(how() if is_customer else StreamEnd.HUNG_UP)
            return await running
        finally:
            running.cancel()

    async def _report_stream(
        self, verb: Stream, stream_sid: str, event: str, error: str = ""
    ) -> None:
        if not verb.status_url:
            return
        fields = {
            "AccountSid": self._plan.account_sid,
            "CallSid": self._line.call_sid,
            "StreamSid": stream_sid,
            "StreamName": stream_sid,
            "StreamEvent": event,
            "Timestamp": datetime.now(UTC).isoformat(timespec="milliseconds"),
        }
        if error:
            fields["StreamError"] = error
        await self._webhooks.ask(verb.status_url, fields)

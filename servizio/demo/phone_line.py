"""A simulated call as the customer has it: speak, press keys, listen, hang up."""

# ruff: noqa: ASYNC109 - a customer's patience belongs to each wait and reads best beside it

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from servizio.demo.phone_faults import LineFaults
from servizio.demo.phone_measures import Measures, barge_in_times, overlap_time, reply_times
from servizio.demo.phone_playback import BYTES_PER_SECOND, Mouth, Playback, Span
from servizio.demo.phone_stream import MediaStream, ProtocolError, StreamEnd
from servizio.demo.phone_ticks import Ticks
from servizio.errors import DemoError

_KEY_TICKS = 5
"""A key is held for 100 ms."""


class LineError(DemoError):
    """The call is over, or has no stream at the moment."""

    code = "line"


class Line:
    """One call. Times are seconds since the call was made.

    `Phone.call` opens it; every waiting method raises `LineError` when the call ends before
    that for which it waits, and `TimeoutError` when it takes too long.
    """

    def __init__(
        self,
        *,
        call_sid: str,
        clock: Callable[[], float],
        background: bytes,
        speaker: Callable[[bytes], None] | None = None,
    ) -> None:
        self.call_sid = call_sid
        """`CA` and 32 hex digits."""
        self.playback = Playback(speaker)
        """What the customer hears."""
        self.mouth = Mouth(background)
        """What the customer says."""
        self.faults = LineFaults(self._open_stream)
        """Things to do wrong on purpose."""
        self.protocol_errors: list[ProtocolError] = []
        """What the server did that Twilio would file as an error. A good server leaves none."""
        self.said: list[str] = []
        """Texts the provider itself spoke (`<Say>`), in order."""
        self.dialled: list[str] = []
        """Numbers that were rung (`<Dial>`), in order."""
        self.whispered: list[str] = []
        """Texts that only the person rung heard."""
        self.stream_ends: list[StreamEnd] = []
        """How each stream of the call ended."""
        self.agent_spoke = asyncio.Event()
        """Set when the agent is first heard."""
        self.under_way = asyncio.Event()
        """Set when the first instruction is being carried out, a stream is open, or it is over."""
        self.ended = asyncio.Event()
        """Set when the call is over and Twilio's last request for it has been answered."""
        self.end_reason = ""
        """Why it is over: a `phone.CallEnd`, blank until then."""
        self.stream: MediaStream | None = None
        """The stream, the last one after its end; `None` before the first."""
        self._clock = clock
        self._ticks = Ticks()
        self._last_key = 0.0
        self._first_start: float | None = None
        self._hang_up: Callable[[StreamEnd], None] | None = None

    @property
    def now(self) -> float:
        """Seconds since the call was made."""
        return self._clock()

    @property
    def heard(self) -> bytes:
        """All the customer heard so far: mu-law, 8000 Hz, byte n at n / 8000 seconds."""
        return self.playback.heard

    @property
    def agent_spans(self) -> tuple[Span, ...]:
        """When the agent was heard."""
        return self.playback.spans

    @property
    def customer_spans(self) -> tuple[Span, ...]:
        """When the customer spoke."""
        return self.mouth.spans

    @property
    def first_audio_at(self) -> float | None:
        """When the agent was first heard."""
        spans = self.playback.spans
        return spans[0].start if spans else None

    @property
    def measures(self) -> Measures:
        """The measurements so far."""
        agent, customer = self.agent_spans, self.customer_spans
        started, first = self._first_start, self.first_audio_at
        return Measures(
            first_audio=None if first is None or started is None else first - started,
            replies=reply_times(agent, customer),
            barge_ins=barge_in_times(agent, customer),
            overlap=overlap_time(agent, customer),
            deepest_queue=self.playback.deepest_queue_bytes / BYTES_PER_SECOND,
            worst_lateness=self.stream.lateness_of(1.0) if self.stream else 0.0,
        )

    async def speak(self, mulaw: bytes) -> None:
        """Say something and return when its last frame has left."""
        self._open_stream()
        goal = self.mouth.say(mulaw)
        while self.mouth.said_bytes < goal:
            await self._ticks.next()

    def feed(self, mulaw: bytes) -> None:
        """Say something behind what is being said, and return at once: a microphone."""
        self._open_stream()
        self.mouth.say(mulaw)

    async def press(self, keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            stream = self._open_stream()
            self._last_key = self.now
            await stream.send_event("dtmf", {"track": "inbound_track", "digit": key})
            for _ in range(_KEY_TICKS):
                await self._ticks.next()

    async def agent_speaks(self, timeout: float = 10.0) -> float:
        """Wait until the agent is heard after the customer's last word or key, and return since
        when.

        Speech that the agent had begun before does not count, unless it goes on afterwards.
        """

        def since() -> float:
            return max(self.mouth.last_spoken or 0.0, self._last_key)

        await self._until(
            lambda: (self.playback.last_heard or -1.0) > since(), timeout, "the agent to speak"
        )
        return next(max(span.start, since()) for span in self.playback.spans if span.end > since())

    async def agent_quiet(self, seconds: float = 0.8, timeout: float = 30.0) -> None:
        """Wait until nobody has been heard for that long and nothing audible is queued."""
        opened = self.stream.started_at if self.stream else 0.0

        def is_quiet() -> bool:
            last = max(self.playback.last_heard or 0.0, self.mouth.last_spoken or 0.0, opened)
            return not self.playback.is_audible_queued and self.now - last >= seconds

        await self._until(is_quiet, timeout, f"{seconds} s of quiet")

    async def hear_reply(self, quiet_seconds: float = 0.8, timeout: float = 30.0) -> bytes:
        """Wait until the agent has answered and has been quiet; return the answer's sound."""
        start = await self.agent_speaks(timeout)
        await self.agent_quiet(quiet_seconds, timeout)
        return self.playback.heard_between(start, self.playback.last_heard or start)

    async def hang_up(self, *, with_stop: bool = True) -> None:
        """Hang up and wait until the call is over. `with_stop=False`: only close the socket."""
        self._ask_for_end(StreamEnd.HUNG_UP if with_stop else StreamEnd.CLOSED_WITHOUT_STOP)
        await self.ended.wait()

    async def drop(self) -> None:
        """Lose the connection, with neither `stop` nor close, and wait until it is over."""
        self._ask_for_end(StreamEnd.DROPPED)
        await self.ended.wait()

    async def wait_ended(self, timeout: float = 30.0) -> None:
        """Wait until the other side, or an instruction, has ended the call."""
        try:
            async with asyncio.timeout(timeout):
                await self.ended.wait()
        except TimeoutError:
            raise TimeoutError(f"the call did not end within {timeout} s") from None

    async def streaming(self, timeout: float = 10.0) -> None:
        """Wait until a media stream is open."""
        try:
            async with asyncio.timeout(timeout):
                while self.stream is None or not self.stream.is_open:
                    await self._ticks.next()
        except TimeoutError:
            raise TimeoutError(f"no media stream within {timeout} s") from None

    def _open_stream(self) -> MediaStream:
        if self.stream is None or not self.stream.is_open:
            raise LineError("the line has no open stream" + self._why())
        return self.stream

    def _why(self) -> str:
        return f": {self.end_reason}" if self.end_reason else ""

    def _ask_for_end(self, how: StreamEnd) -> None:
        if self._hang_up is not None and not self.ended.is_set():
            self._hang_up(how)

    async def _until(self, holds: Callable[[], bool], timeout: float, what: str) -> None:
        try:
            async with asyncio.timeout(timeout):
                while not holds():
                    await self._ticks.next()
        except TimeoutError:
            raise TimeoutError(f"waited {timeout} s for {what}") from None

    def on_hang_up(self, act: Callable[[StreamEnd], None]) -> None:
        """Say what hanging up does. For the telephone exchange."""
        self._hang_up = act

    def opened(self, stream: MediaStream) -> None:
        """Take note of a stream that is about to run. For the telephone exchange."""
        self.stream = stream

    def tick(self) -> None:
        """A stream has started, or 20 ms of it are over. For the telephone exchange."""
        if self._first_start is None and self.stream is not None:
            self._first_start = self.stream.started_at
            self.under_way.set()
        if not self.agent_spoke.is_set() and self.playback.spans:
            self.agent_spoke.set()
        self._ticks.tick()

    def file(self, faults: Sequence[tuple[int, str]]) -> None:
        """Record protocol errors: number and reason. For the telephone exchange."""
        self.protocol_errors.extend(ProtocolError(*fault, at=self.now) for fault in faults)

    def finish(self, reason: str) -> None:
        """The call is over. For the telephone exchange."""
        self.end_reason = reason
        self._ticks.end(LineError(f"the call is over: {reason}"))
        self.under_way.set()
        self.ended.set()

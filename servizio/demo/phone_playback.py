"""What the simulated telephone plays to the customer, and when it was heard.

Twilio keeps what a server sends in a queue, plays it in order at 8 bytes a millisecond
whatever the size of the pieces, plays silence when there is nothing, and gives a mark back
when playback reaches its place (Media Streams, "mark message" and "clear message").

Nothing here knows a clock: `now` is in seconds since the customer's line opened.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

BYTES_PER_SECOND = 8000
FRAME_BYTES = 160
FRAME_SECONDS = FRAME_BYTES / BYTES_PER_SECOND
SILENCE = b"\xff"
"""Zero in mu-law. A zero byte is full scale."""

_LOUD_FROM = 256
"""Of 32 124: about -42 dB, above comfort noise and below any speech."""
_PHRASE_GAP_SECONDS = 0.4
"""Pauses between words are shorter than this."""


def _quiet_bytes() -> bytes:
    def magnitude(byte: int) -> int:
        bits = ~byte & 0x7F
        return (((bits & 0x0F) << 3) + 0x84 << (bits >> 4)) - 0x84

    return bytes(byte for byte in range(256) if magnitude(byte) < _LOUD_FROM)


_QUIET = _quiet_bytes()


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of speech, in seconds since the line opened."""

    start: float
    end: float

    def holds(self, moment: float) -> bool:
        """Say whether the moment lies within."""
        return self.start <= moment <= self.end


class Phrases:
    """Puts the audible parts of a sound together into stretches of speech."""

    def __init__(self) -> None:
        self._spans: list[Span] = []
        self._is_cut = False

    @property
    def spans(self) -> tuple[Span, ...]:
        """In order; pauses up to 0.4 s lie within a span."""
        return tuple(self._spans)

    @property
    def last_end(self) -> float | None:
        """When the last audible sample so far was over; `None` before the first."""
        return self._spans[-1].end if self._spans else None

    def add(self, mulaw: bytes, start: float) -> None:
        """Take a piece of sound that began at `start`. Silent pieces leave no trace."""
        for offset in range(0, len(mulaw), FRAME_BYTES):
            piece = mulaw[offset : offset + FRAME_BYTES]
            audible = piece.lstrip(_QUIET)
            if audible:
                first = offset + len(piece) - len(audible)
                last = offset + len(piece.rstrip(_QUIET))
                self._extend(start + first / BYTES_PER_SECOND, start + last / BYTES_PER_SECOND)

    def cut(self) -> None:
        """Let what comes next be a span of its own, however soon it comes."""
        self._is_cut = True

    def _extend(self, start: float, end: float) -> None:
        if self._spans and not self._is_cut and start - self._spans[-1].end <= _PHRASE_GAP_SECONDS:
            self._spans[-1] = Span(self._spans[-1].start, end)
        else:
            self._spans.append(Span(start, end))
        self._is_cut = False


class Playback:
    """The queue at the provider and the ear behind it."""

    def __init__(self, speaker: Callable[[bytes], None] | None = None) -> None:
        """`speaker` is given every sound the customer hears, silence included, as it plays."""
        self._queue: deque[bytes | str] = deque()
        self._speaker = speaker
        self._phrases = Phrases()
        self._timeline = bytearray()
        self._queued_bytes = 0
        self._audible_left = 0
        self.deepest_queue_bytes = 0
        """The most that ever waited to be played."""

    @property
    def spans(self) -> tuple[Span, ...]:
        """When the agent was heard."""
        return self._phrases.spans

    @property
    def last_heard(self) -> float | None:
        """When the last audible sample had been played; `None` before the first."""
        return self._phrases.last_end

    @property
    def is_audible_queued(self) -> bool:
        """Whether anything but silence still waits."""
        return self._audible_left > 0

    @property
    def queued_seconds(self) -> float:
        """How much sound waits."""
        return self._queued_bytes / BYTES_PER_SECOND

    @property
    def heard(self) -> bytes:
        """All the customer heard, mu-law, byte n at n / 8000 seconds, gaps as silence."""
        return bytes(self._timeline)

    def heard_between(self, start: float, end: float) -> bytes:
        """A stretch of `heard`."""
        first, last = int(start * BYTES_PER_SECOND), int(end * BYTES_PER_SECOND)
        return bytes(self._timeline[max(first, 0) : max(last, 0)])

    def advance(self, now: float) -> list[str]:
        """Play up to `now` and return the marks that were reached, in order."""
        marks: list[str] = []
        room = int(now * BYTES_PER_SECOND) - len(self._timeline)
        while self._queue:
            head = self._queue[0]
            if isinstance(head, str):
                marks.append(head)
                self._queue.popleft()
                continue
            if room <= 0:
                break
            self._play(head[:room])
            if len(head) > room:
                self._queue[0] = head[room:]
            else:
                self._queue.popleft()
            room -= len(head)
        if room > 0:
            self._hear(SILENCE * room)
        return marks

    def add(self, mulaw: bytes, now: float) -> list[str]:
        """Queue sound. Returns the marks reached up to `now`."""
        marks = self.advance(now)
        # Large pieces are cut up, so that taking a little from one copies little.
        for offset in range(0, len(mulaw), BYTES_PER_SECOND):
            self._queue.append(mulaw[offset : offset + BYTES_PER_SECOND])
        audible = len(mulaw.rstrip(_QUIET))
        if audible:
            self._audible_left = self._queued_bytes + audible
        self._queued_bytes += len(mulaw)
        self.deepest_queue_bytes = max(self.deepest_queue_bytes, self._queued_bytes)
        return marks

    def mark(self, name: str, now: float) -> list[str]:
        """Queue a mark. Returns the marks reached up to `now`, this one where nothing waits."""
        marks = self.advance(now)
        self._queue.append(name)
        return marks + self.advance(now)

    def clear(self, now: float) -> list[str]:
        """Drop all sound. Returns the marks reached up to `now`, then those dropped with it."""
        marks = self.advance(now)
        marks += [item for item in self._queue if isinstance(item, str)]
        self._queue.clear()
        self._queued_bytes = self._audible_left = 0
        self._phrases.cut()
        return marks

    def _play(self, mulaw: bytes) -> None:
        self._phrases.add(mulaw, len(self._timeline) / BYTES_PER_SECOND)
        self._queued_bytes -= len(mulaw)
        self._audible_left = max(0, self._audible_left - len(mulaw))
        self._hear(mulaw)

    def _hear(self, mulaw: bytes) -> None:
        self._timeline += mulaw
        if self._speaker is not None:
            self._speaker(mulaw)


class Mouth:
    """What the customer says, cut into frames; the room they stand in between utterances."""

    def __init__(self, background: bytes = SILENCE) -> None:
        """`background` is mu-law that is heard again and again while nobody speaks."""
        self._waiting = bytearray()
        self._background = background or SILENCE
        self._background_at = 0
        self._phrases = Phrases()
        self._taken = 0
        self._given = 0

    @property
    def spans(self) -> tuple[Span, ...]:
        """When the customer spoke."""
        return self._phrases.spans

    @property
    def last_spoken(self) -> float | None:
        """When the customer's last audible sample was over; `None` before the first."""
        return self._phrases.last_end

    @property
    def said_bytes(self) -> int:
        """How much of all that was given has left as frames."""
        return self._taken

    def say(self, mulaw: bytes) -> int:
        """Queue speech. Returns what `said_bytes` will be when it has been spoken."""
        self._waiting += mulaw
        self._given += len(mulaw)
        return self._given

    def frame(self, length: int, now: float) -> bytes:
        """Take the next frame, which ends at `now`; speech that ends in it is filled up."""
        speech = bytes(self._waiting[:length])
        del self._waiting[:length]
        self._taken += len(speech)
        self._phrases.add(speech, now - length / BYTES_PER_SECOND)
        if len(speech) == length:
            return speech
        return speech + self._room(length - len(speech))

    def _room(self, length: int) -> bytes:
        start, around = self._background_at, len(self._background)
        self._background_at = (start + length) % around
        return (self._background * -(-(start + length) // around))[start : start + length]

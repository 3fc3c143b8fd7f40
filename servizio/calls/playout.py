"""Sends an agent's speech down the line at the speed at which it is heard.

Twilio plays what it is given in order and holds the rest. Whatever it holds cannot be
taken back but by `clear`, and what is lost then is unknown, so never more than `LEAD`
seconds of unplayed speech are given away, and each piece is followed by a mark of its own
(Media Streams, "mark"): its echo says that the piece was HEARD, not merely sent. A `clear`
returns the marks of what it drops as well; those are told apart and never counted.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress

from servizio.calls.line import Line
from servizio.calls.speech import BYTES_PER_SECOND, Speech

LEAD = 0.2
"""Seconds of speech that may wait at the other end."""
PIECE = 640
"""Bytes a message carries: 80 ms, so that 120 ms stay in hand when the next one is due."""

SHORTEST_PAUSE = 0.001
"""Seconds; a shorter one is not worth a timer."""


class Playout:
    """The mouthpiece of one call. Lives on the event loop; owns one task between open and close.

    `on_heard_all(speech)` is called when the last mark of a complete speech came back,
    `on_first_sound(speech)` when its first piece has been written to the line.
    """

    def __init__(
        self,
        line: Line,
        *,
        clock: Callable[[], float],
        on_first_sound: Callable[[Speech], None],
        on_heard_all: Callable[[Speech], None],
    ) -> None:
        self._line = line
        self._clock = clock
        self._on_first_sound = on_first_sound
        self._on_heard_all = on_heard_all
        self._queue: deque[Speech] = deque()
        self._marks: dict[str, tuple[Speech, int]] = {}
        self._generation = 0
        self._pieces = 0
        self._plays_until = 0.0
        self._held: Speech | None = None
        self._wake = asyncio.Event()

    @property
    def busy(self) -> bool:
        """Whether speech is waiting, on its way, or not yet confirmed as heard."""
        return bool(self._queue)

    @property
    def current(self) -> Speech | None:
        """The speech being heard, or paused; `None` while there is none."""
        return self._held or (self._queue[0] if self._queue else None)

    def add(self, speech: Speech) -> None:
        """Queue a speech behind what is queued. It may still grow: see `grown`."""
        self._queue.append(speech)
        self._wake.set()

    def grown(self) -> None:
        """A queued speech has more sound, or is complete now."""
        self._wake.set()
        self._settle()

    async def clear(self, *, hold: bool) -> Speech | None:
        """Stop at once. Returns the speech that was cut off, `None` where nothing was heard.

        With `hold` the cut-off speech can go on by `resume`; everything queued behind it
        is dropped. The line is told even when all has been sent: seconds may wait there.
        """
        cut = self._queue[0] if self._queue else None
        self._queue.clear()
        self._generation += 1
        self._marks.clear()
        self._plays_until = 0.0
        self._wake.set()
        if cut is not None:
            cut.rewind()
            self._held = cut if hold else None
        await self._line.clear()
        return cut

    def resume(self) -> bool:
        """Go on with the held speech from what was last heard. False where none is held."""
        if self._held is None:
            return False
        speech, self._held = self._held, None
        self._queue.appendleft(speech)
        self._wake.set()
        self._settle()
        return True

    def release(self) -> None:
        """Forget the held speech: the customer did say something."""
        self._held = None

    def marked(self, name: str) -> None:
        """A mark came back. Unknown ones belong to sound that was cleared: not heard."""
        found = self._marks.pop(name, None)
        if found is None:
            return
        speech, position = found
        speech.heard = max(speech.heard, position)
        self._settle()

    @property
    def overdue(self) -> float:
        """Seconds since the last mark should have come back; 0 where none is missing."""
        if not self._marks or self._next_to_send() is not None:
            return 0.0
        return max(0.0, self._clock() - self._plays_until)

    def take_as_heard(self) -> None:
        """Give up marks that do not come back: what was sent counts as heard."""
        for speech, position in self._marks.values():
            speech.heard = max(speech.heard, position)
        self._marks.clear()
        self._settle()

    async def run(self) -> None:
        """Send until cancelled. Raises `TelephonyError` when the line is gone."""
        while True:
            speech = self._next_to_send()
            if speech is None:
                self._wake.clear()
                await self._wake.wait()
                continue
            too_early = self._plays_until - self._clock() + PIECE / BYTES_PER_SECOND - LEAD
            if too_early > SHORTEST_PAUSE:
                await self._pause(too_early)
                continue
            await self._send_piece(speech)

    def _next_to_send(self) -> Speech | None:
        """The first queued speech with enough new sound: whole pieces until it is complete."""
        for speech in self._queue:
            if speech.unsent >= PIECE or (speech.complete and speech.unsent):
                return speech
            if speech.unsent or not speech.complete:
                return None
        return None

    async def _pause(self, seconds: float) -> None:
        """Wait, but not through a `clear` or `resume`: those start a new reckoning."""
        self._wake.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._wake.wait()

    async def _send_piece(self, speech: Speech) -> None:
        generation = self._generation
        begin = speech.sent
        piece = bytes(speech.sound[begin : begin + PIECE])
        speech.sent = begin + len(piece)
        now = self._clock()
        self._plays_until = max(now, self._plays_until) + len(piece) / BYTES_PER_SECOND
        self._pieces += 1
        name = f"s{speech.number}:{speech.sent}:{self._pieces}"
        self._marks[name] = (speech, speech.sent)
        await self._line.play(piece)
        if generation != self._generation:
            return
        if begin == 0:
            self._on_first_sound(speech)
        await self._line.mark(name)

    def _settle(self) -> None:
        """Let go of speeches that were heard to the end."""
        while self._queue and self._queue[0].finished:
            self._on_heard_all(self._queue.popleft())

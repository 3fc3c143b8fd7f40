"""Sends an agent's speech down the line at the speed at which it is heard.

Twilio plays what it is given in order and holds the rest. Whatever it holds cannot be
taken back but by `clear`, and what is lost then is unknown, so never more than `LEAD`
seconds of unplayed speech are given away, and every 160 ms of it are followed by a mark
of their own (Media Streams, "mark"): its echo says that they were HEARD, not merely sent. A
`clear` returns the marks of what it drops as well; those are told apart and never counted.

Sound that comes when little is in hand leaves in the same instant, however short it is; where
the agent is ahead, a timer sends the next piece. No task runs for it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from servizio.calls.line import Line
from servizio.calls.speech import BYTES_PER_SECOND, Speech
from servizio.errors import TelephonyError

LEAD = 0.2
"""Seconds of speech that may wait at the other end."""
PIECE = 640
"""Bytes a message carries at most: 80 ms, so that 120 ms stay in hand when the next one is due."""
MARKED = 1280
"""Bytes that a mark confirms: 160 ms, less than a word."""

SHORTEST_PAUSE = 0.001
"""Seconds; a shorter one is not worth a timer."""


class Playout:
    """The mouthpiece of one call. Lives on the event loop; owns one timer while it runs.

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
        self._asked = 0
        self._plays_until = 0.0
        self._held: Speech | None = None
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._runs = False
        self._broken: asyncio.Future[None] = self._loop.create_future()

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
        self._send()

    def grown(self) -> None:
        """A queued speech has more sound."""
        self._send()

    def ended(self) -> None:
        """A queued speech is complete now."""
        self._send()
        self._settle()

    def clear(self, *, hold: bool) -> Speech | None:
        """Stop at once. Returns the speech that was cut off, `None` where nothing was heard.

        With `hold` the cut-off speech can go on by `resume`; everything queued behind it
        is dropped. The line is told even when all has been sent: seconds may wait there.
        """
        cut = self._queue[0] if self._queue else None
        self._queue.clear()
        self._marks.clear()
        self._plays_until = 0.0
        self._stop_timer()
        if cut is not None:
            cut.rewind()
            self._held = cut if hold else None
        self._line.clear()
        return cut

    def resume(self) -> bool:
        """Go on with the held speech from what was last heard. False where none is held."""
        if self._held is None:
            return False
        speech, self._held = self._held, None
        self._queue.appendleft(speech)
        self._send()
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
        speech.was_heard(position)
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
            speech.was_heard(position)
        self._marks.clear()
        self._settle()

    async def run(self) -> None:
        """Send until cancelled. Raises `TelephonyError` when the line is gone."""
        self._runs = True
        try:
            self._send()
            await self._broken
        finally:
            self._runs = False
            self._stop_timer()

    def _send(self) -> None:
        """Send what is due; a timer goes on with what is not."""
        if not self._runs or self._timer is not None:
            return
        try:
            while (speech := self._next_to_send()) is not None:
                now = self._clock()
                size = min(PIECE, speech.unsent)
                too_early = self._plays_until - now + size / BYTES_PER_SECOND - LEAD
                if too_early > SHORTEST_PAUSE:
                    self._timer = self._loop.call_later(too_early, self._due)
                    return
                self._send_piece(speech, size, now)
                if not (speech.complete or speech.unsent):
                    # Fifty times a second: all is sent, and nothing behind it may be yet.
                    return
            self._ask_for_ends()
        except TelephonyError as error:
            self._runs = False
            if not self._broken.done():
                self._broken.set_exception(error)

    def _due(self) -> None:
        self._timer = None
        self._send()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _next_to_send(self) -> Speech | None:
        """The first queued speech with unsent sound, unless one before it still grows."""
        for speech in self._queue:
            if speech.unsent:
                return speech
            if not speech.complete:
                return None
        return None

    def _send_piece(self, speech: Speech, size: int, now: float) -> None:
        is_first = speech.sent == 0
        piece = speech.take(size)
        self._plays_until = max(now, self._plays_until) + size / BYTES_PER_SECOND
        if speech.sent - speech.asked >= MARKED or (speech.complete and not speech.unsent):
            self._line.play(piece, self._mark(speech))
        else:
            self._line.play(piece)
        if is_first:
            self._on_first_sound(speech)

    def _ask_for_ends(self) -> None:
        """The last sound of a speech is to be confirmed too, also where its end came later."""
        for speech in self._queue:
            if not speech.complete or speech.unsent:
                return
            if speech.asked < speech.sent:
                self._line.mark(self._mark(speech))

    def _mark(self, speech: Speech) -> str:
        """The name of a mark that confirms what has been sent."""
        self._asked += 1
        speech.asked = speech.sent
        name = f"s{speech.number}:{speech.sent}:{self._asked}"
        self._marks[name] = (speech, speech.sent)
        return name

    def _settle(self) -> None:
        """Let go of speeches that were heard to the end."""
        while self._queue and self._queue[0].finished:
            self._on_heard_all(self._queue.popleft())

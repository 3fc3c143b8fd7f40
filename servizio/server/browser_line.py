"""The way to the ear of a customer who orders by browser.

A browser need not tell what it has played, so marks come back when their sound must have
been heard by the clock. From a browser that does tell (`played`), they come back by that.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from servizio.audio.frames import SAMPLE_RATE
from servizio.audio.g711 import mulaw_to_pcm16
from servizio.audio.short_filters import Upsampler
from servizio.errors import TelephonyError
from servizio.server import browser_messages

ON_THE_WAY = 0.15
"""Seconds that sound takes from here to the customer's ear: network and sound card."""
REST = 1.5
"""Seconds without more speech after which the agent has said what it had to say, where nobody
tells it sooner: one that thinks in mid-speech is quiet for a while, too."""


@dataclass(frozen=True, slots=True)
class _Mark:
    name: str
    chunk: int
    """The last chunk before it."""
    timer: asyncio.TimerHandle | None


class BrowserLine:
    """A `servizio.calls.line.Line` over the socket of `WS /ws/voice`.

    Lives on the event loop. `send` writes one message; `now` words the time. `close` does not
    close the socket: what ended the call has yet to be told over it. It sets `over`.
    """

    def __init__(self, send: Callable[[str], None], now: Callable[[], str]) -> None:
        self.over = asyncio.Event()
        """The call has hung up."""
        self.on_mark: Callable[[str], None] = lambda _name: None
        """Told the name of each mark that comes back."""
        self._send_message = send
        self._now = now
        self._loop = asyncio.get_running_loop()
        self._upsampler = Upsampler(browser_messages.SPEAKS_HZ // SAMPLE_RATE)
        self._marks: deque[_Mark] = deque()
        self._chunk = 0
        self._plays_until = 0.0
        self._tells_played = False
        self._speaking = False
        self._rest: asyncio.TimerHandle | None = None

    def play(self, mulaw: bytes, mark: str = "") -> None:
        """Queue speech behind what is queued already: mu-law, 8000 Hz, any length."""
        if mulaw:
            self._play(mulaw)
        if mark:
            self.mark(mark)

    def _play(self, mulaw: bytes) -> None:
        self._stop_rest()
        self._speaking = True
        now = self._loop.time()
        self._plays_until = max(now, self._plays_until) + len(mulaw) / SAMPLE_RATE
        self._chunk += 1
        pcm = self._upsampler.feed(mulaw_to_pcm16(mulaw))
        self._send(browser_messages.audio(pcm, chunk=self._chunk, at=self._now()))

    def mark(self, name: str) -> None:
        """Have `on_mark(name)` called when all that was queued before has been heard."""
        self._check_open()
        timer = None
        if not self._tells_played:
            timer = self._loop.call_at(self._plays_until + ON_THE_WAY, self._come_back)
        self._marks.append(_Mark(name, self._chunk, timer))

    def clear(self) -> None:
        """Drop all that is queued at the other end."""
        self._send(browser_messages.clear())
        waiting = tuple(self._marks)
        self._marks.clear()
        for mark in waiting:
            if mark.timer is not None:
                mark.timer.cancel()
            self._loop.call_soon(self.on_mark, mark.name)
        self._plays_until = 0.0
        self._stop_rest()
        self._speaking = False

    async def close(self) -> None:
        """Hang up."""
        self._stop_rest()
        self.over.set()

    def played(self, chunk: int) -> None:
        """The browser has played this chunk and all before it."""
        if not self._tells_played:
            self._tells_played = True
            for mark in self._marks:
                if mark.timer is not None:
                    mark.timer.cancel()
        while self._marks and self._marks[0].chunk <= min(chunk, self._chunk):
            self._come_back()

    def said(self) -> None:
        """The agent's speech is over, and all of it that was heard is known."""
        if self._rest is not None:
            self._rest.cancel()
            self._complete()

    def tell(self, message: str) -> None:
        """Send a message beside the sound; lost where nobody is there any more."""
        try:
            self._send_message(message)
        except TelephonyError:
            self.over.set()

    def _come_back(self) -> None:
        mark = self._marks.popleft()
        if not self._marks and self._speaking:
            self._stop_rest()
            self._rest = self._loop.call_later(REST, self._complete)
        self.on_mark(mark.name)

    def _complete(self) -> None:
        self._rest = None
        if self._marks:
            return
        self._speaking = False
        try:
            self._send(browser_messages.audio_complete())
        except TelephonyError:
            self.over.set()

    def _send(self, message: str) -> None:
        self._check_open()
        self._send_message(message)

    def _check_open(self) -> None:
        if self.over.is_set():
            raise TelephonyError("The line is closed.")

    def _stop_rest(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
            self._rest = None

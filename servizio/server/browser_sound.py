"""The customer's sound from a browser, made to be that of a telephone: mu-law without gaps.

A telephone sends 20 ms every 20 ms. A browser sends more at once after a hitch in the
network, nothing at all while its button is not pressed, or a whole recording in one second.
What comes is passed on as it comes, but never far ahead of the clock; where nothing comes,
silence does, as turns end in silence.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from servizio.audio.frames import FRAME_BYTES, SAMPLE_RATE, Framer, silence
from servizio.audio.g711 import pcm16_to_mulaw
from servizio.audio.short_filters import Downsampler
from servizio.server.browser_messages import HEARS_HZ

AHEAD = 1.0
"""Seconds by which sound may be ahead of the clock; the rest waits for it."""
LONGEST = 30.0
"""Seconds of sound that may wait. What comes beyond that is dropped."""
QUIET = 0.25
"""Seconds without sound after which silence stands in for it."""
TICK = 0.1


class BrowserSound:
    """Takes what the browser sends; `hear` gets whole frames of mu-law, 8000 Hz.

    Lives on the event loop and owns one timer until `close`.
    """

    def __init__(self, hear: Callable[[bytes], None]) -> None:
        self._hear = hear
        self._loop = asyncio.get_running_loop()
        self._downsampler = Downsampler(HEARS_HZ // SAMPLE_RATE)
        self._framer = Framer()
        self._waiting = bytearray()
        self._began = self._came_at = self._loop.time()
        self._passed = 0.0
        """Seconds of sound that were passed on."""
        self._timer = self._loop.call_later(TICK, self._tick)

    def feed(self, pcm: bytes) -> bool:
        """Take PCM16, 16 000 Hz. False where it is too much and was dropped."""
        if not pcm:
            return True
        self._came_at = self._loop.time()
        if len(self._waiting) + len(pcm) // 4 > LONGEST * SAMPLE_RATE:
            return False
        mulaw = pcm16_to_mulaw(self._downsampler.feed(pcm))
        self._waiting += b"".join(self._framer.feed(mulaw))
        self._pass_on()
        return True

    def close(self) -> None:
        """Pass nothing on any more."""
        self._timer.cancel()
        self._waiting.clear()

    def _tick(self) -> None:
        self._timer = self._loop.call_later(TICK, self._tick)
        if self._waiting:
            self._pass_on()
        elif self._loop.time() - self._came_at > QUIET:
            self._fill()

    def _pass_on(self) -> None:
        now = self._loop.time() - self._began
        # A clock that runs ahead after a long silence gives no credit for a flood.
        self._passed = max(self._passed, now - QUIET)
        room = int((now + AHEAD - self._passed) * SAMPLE_RATE)
        size = min(len(self._waiting), room - room % FRAME_BYTES)
        if size > 0:
            sound = bytes(self._waiting[:size])
            del self._waiting[:size]
            self._passed += size / SAMPLE_RATE
            self._hear(sound)

    def _fill(self) -> None:
        owed = self._loop.time() - self._began - self._passed
        if owed > 0:
            frames = silence(min(int(owed * 1000), int(TICK * 2000)) // 20 * 20)
            if frames:
                self._passed += len(frames) / SAMPLE_RATE
                self._hear(frames)

"""Sound between the telephone's mu-law and what a provider's session was set to carry."""

from __future__ import annotations

from typing import Protocol

from servizio.audio.resample import MulawDecoder, MulawEncoder

BYTES_PER_SECOND = 8000
"""Of the telephone's mu-law."""


class SoundPath(Protocol):
    """Both ways of one session."""

    def up(self, mulaw: bytes) -> bytes:
        """The customer's sound as the provider takes it."""
        ...

    def down(self, sound: bytes) -> bytes:
        """The provider's sound as the telephone takes it."""
        ...

    def end_of_speech(self) -> bytes:
        """What is left of a speech whose last piece came down."""
        ...


class Untouched:
    """Mu-law both ways: every byte is passed on as it is."""

    def up(self, mulaw: bytes) -> bytes:
        """The same bytes."""
        return mulaw

    def down(self, sound: bytes) -> bytes:
        """The same bytes."""
        return sound

    def end_of_speech(self) -> bytes:
        """Nothing is held back."""
        return b""


class Linear:
    """Linear samples at a higher rate, brought over without aliasing."""

    def __init__(self, up_rate: int, down_rate: int) -> None:
        self._down_rate = down_rate
        self._decoder = MulawDecoder(up_rate)
        self._encoder = MulawEncoder(down_rate)

    def up(self, mulaw: bytes) -> bytes:
        """16-bit samples at the higher rate; the filter may hold a few milliseconds back."""
        return self._decoder.feed(mulaw)

    def down(self, sound: bytes) -> bytes:
        """Mu-law of 16-bit samples."""
        return self._encoder.feed(sound)

    def end_of_speech(self) -> bytes:
        """The last milliseconds; the next speech begins with a filter of its own."""
        rest = self._encoder.flush()
        self._encoder = MulawEncoder(self._down_rate)
        return rest

"""Sound between the telephone's mu-law and what a session was set to carry."""

from __future__ import annotations

from typing import Protocol

from servizio.agents.deepgram.plan import DOWN_RATE, UP_RATE
from servizio.audio.resample import MulawDecoder, MulawEncoder


class SoundPath(Protocol):
    """Both ways of one session."""

    def up(self, mulaw: bytes) -> bytes:
        """The customer's sound as Deepgram takes it."""
        ...

    def down(self, sound: bytes) -> bytes:
        """Deepgram's sound as the telephone takes it."""
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

    def __init__(self) -> None:
        self._decoder = MulawDecoder(UP_RATE)
        self._encoder = MulawEncoder(DOWN_RATE)

    def up(self, mulaw: bytes) -> bytes:
        """16-bit samples at 48 kHz; the filter may hold a few milliseconds back."""
        return self._decoder.feed(mulaw)

    def down(self, sound: bytes) -> bytes:
        """Mu-law of 16-bit samples at 24 kHz."""
        return self._encoder.feed(sound)

    def end_of_speech(self) -> bytes:
        """The last milliseconds; the next speech begins with a filter of its own."""
        rest = self._encoder.flush()
        self._encoder = MulawEncoder(DOWN_RATE)
        return rest


def sound_path(encoding: str) -> SoundPath:
    """The path for an encoding of the settings."""
    return Linear() if encoding == "linear16" else Untouched()

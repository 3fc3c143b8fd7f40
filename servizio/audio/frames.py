"""The unit of sound on a telephone line: 20 ms of mu-law at 8000 Hz.

Source: Twilio Media Streams carry `audio/x-mulaw` at 8000 Hz, one channel. Each byte is one
sample, so lengths in bytes and in samples are the same number.
"""

from __future__ import annotations

SAMPLE_RATE = 8000
"""Samples a second on the telephone line."""
FRAME_MS = 20
"""Milliseconds in one frame."""
FRAME_BYTES = SAMPLE_RATE * FRAME_MS // 1000
"""Bytes of mu-law in one frame: 160."""
SILENCE = 0xFF
"""The mu-law byte of a sample of value zero."""


def silence(milliseconds: int) -> bytes:
    """Mu-law silence of this length."""
    return bytes((SILENCE,)) * max(0, SAMPLE_RATE * milliseconds // 1000)


class Framer:
    """Chops a stream of mu-law pieces of any length into whole frames, losing no byte."""

    def __init__(self, frame_bytes: int = FRAME_BYTES) -> None:
        if frame_bytes < 1:
            raise ValueError("a frame has at least one byte")
        self._frame_bytes = frame_bytes
        self._rest = b""

    def feed(self, mulaw: bytes) -> list[bytes]:
        """Take a piece; give the frames that are now whole."""
        stream = self._rest + mulaw if self._rest else mulaw
        whole = len(stream) - len(stream) % self._frame_bytes
        self._rest = stream[whole:]
        size = self._frame_bytes
        return [stream[start : start + size] for start in range(0, whole, size)]

    def flush(self) -> bytes:
        """Give the last frame, filled up with silence; empty where nothing is left."""
        rest, self._rest = self._rest, b""
        return rest.ljust(self._frame_bytes, bytes((SILENCE,))) if rest else b""

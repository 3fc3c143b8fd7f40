"""Sound as it comes from a speech server: bare samples or a WAV file, made into mu-law.

Servers that stream a WAV file do not know its length: what its header says of it is not read.
"""

from __future__ import annotations

import struct
from typing import Final

from servizio.audio.g711 import mulaw_to_pcm16
from servizio.audio.resample import MulawEncoder, float_to_pcm16, pcm16_to_float

BARE_RATE: Final = 24_000
"""Hz of samples without a header (OpenAI, `response_format: pcm`)."""
LONGEST_HEADER: Final = 64 * 1024
_PCM, _MULAW, _EXTENSIBLE = 1, 7, 0xFFFE


class SoundStream:
    """One sentence. Raises `ValueError` for what is no sound that is known here."""

    def __init__(self) -> None:
        self._head: bytearray | None = bytearray()
        """What came while it is not known what it is."""
        self._format = _PCM
        self._channels = 1
        self._encoder: MulawEncoder | None = None
        self._rest = b""

    def feed(self, data: bytes) -> bytes:
        """Take bytes as they come; give mu-law, 8000 Hz."""
        if self._head is None:
            return self._convert(data)
        self._head += data
        head = bytes(self._head)
        if len(head) < 12 and b"RIFF".startswith(head[:4]):
            return b""
        if head[:4] != b"RIFF":
            return self._begin(_PCM, 1, BARE_RATE, head)
        found = _after_header(head)
        if found is None:
            if len(head) > LONGEST_HEADER:
                raise ValueError("a WAV file without samples")
            return b""
        kind, channels, rate, samples = found
        return self._begin(kind, channels, rate, samples)

    def end(self) -> bytes:
        """The rest of it."""
        return self._encoder.flush() if self._encoder is not None else b""

    def _begin(self, kind: int, channels: int, rate: int, samples: bytes) -> bytes:
        self._head = None
        self._format, self._channels = kind, channels
        self._encoder = MulawEncoder(rate)
        return self._convert(samples)

    def _convert(self, data: bytes) -> bytes:
        if self._encoder is None:
            return b""
        frame = self._channels * (1 if self._format == _MULAW else 2)
        data = self._rest + data
        whole = len(data) - len(data) % frame
        self._rest = data[whole:]
        pcm = data[:whole]
        if self._format == _MULAW:
            pcm = mulaw_to_pcm16(pcm)
        if self._channels > 1:
            pcm = float_to_pcm16(pcm16_to_float(pcm).reshape(-1, self._channels).mean(axis=1))
        return self._encoder.feed(pcm)


def _after_header(head: bytes) -> tuple[int, int, int, bytes] | None:
    """Format, channels, rate and the first samples; `None` while the header is not whole."""
    if head[8:12] != b"WAVE":
        raise ValueError("no WAV file")
    at = 12
    described: tuple[int, int, int] | None = None
    while at + 8 <= len(head):
        name, size = head[at : at + 4], int.from_bytes(head[at + 4 : at + 8], "little")
        at += 8
        if name == b"data":
            if described is None:
                raise ValueError("a WAV file that does not say what it is")
            return (*described, head[at:])
        if name == b"fmt ":
            if at + 16 > len(head):
                return None
            described = _described(head[at : at + 26], size)
        at += size + size % 2
    return None


def _described(chunk: bytes, size: int) -> tuple[int, int, int]:
    kind, channels, rate, _, _, bits = struct.unpack("<HHIIHH", chunk[:16])
    if kind == _EXTENSIBLE and size >= 26 and len(chunk) == 26:
        kind = int.from_bytes(chunk[24:26], "little")
    if (kind, bits) not in {(_PCM, 16), (_MULAW, 8)} or not 1 <= channels <= 2:
        raise ValueError("a WAV file of a kind that is not known here")
    if not 4000 <= rate <= 192_000:
        raise ValueError("a WAV file of an impossible rate")
    return kind, channels, rate

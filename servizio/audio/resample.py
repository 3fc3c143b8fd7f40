"""Sample rate conversion without aliasing, for whole sounds and for streams.

Filters come from the SoX resampler (`soxr`). PCM is signed 16-bit little-endian, one channel;
float samples are 32-bit in -1 to 1.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import soxr

from servizio.audio.frames import SAMPLE_RATE
from servizio.audio.g711 import mulaw_to_pcm16, pcm16_to_mulaw

Samples = npt.NDArray[np.float32]
"""One channel of samples in -1 to 1."""

_FULL_SCALE: Final = 32768.0
_RATES: Final = range(4000, 192_001)


def pcm16_to_float(pcm: bytes) -> Samples:
    """PCM16 as samples in -1 to 1; an odd last byte is half a sample and is left out."""
    whole = len(pcm) - len(pcm) % 2
    return np.frombuffer(pcm[:whole], dtype="<i2").astype(np.float32) / np.float32(_FULL_SCALE)


def float_to_pcm16(samples: Samples) -> bytes:
    """Samples as PCM16; what is beyond -1 to 1 is limited to it."""
    scaled = np.rint(samples * np.float32(_FULL_SCALE))
    return bytes(np.clip(scaled, -_FULL_SCALE, _FULL_SCALE - 1).astype("<i2").tobytes())


def resample(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    """A whole sound at another rate. Empty stays empty."""
    _check_rates(from_hz, to_hz)
    if from_hz == to_hz or samples.size == 0:
        return samples
    changed: Samples = soxr.resample(samples, from_hz, to_hz).astype(np.float32, copy=False)
    return changed


class Resampler:
    """A PCM16 stream at another rate. Pieces may be of any length, even cut amid a sample."""

    def __init__(self, from_hz: int, to_hz: int) -> None:
        _check_rates(from_hz, to_hz)
        self._stream = (
            None
            if from_hz == to_hz
            else soxr.ResampleStream(from_hz, to_hz, 1, dtype="float32", quality="HQ")
        )
        self._half_sample = b""

    def feed(self, pcm: bytes) -> bytes:
        """Take a piece; give what is ready. The filter holds a few milliseconds back."""
        return self._convert(pcm, last=False)

    def flush(self) -> bytes:
        """End the stream and give what the filter still held. Nothing may be fed after."""
        return self._convert(b"", last=True)

    def _convert(self, pcm: bytes, *, last: bool) -> bytes:
        stream = self._half_sample + pcm
        whole = len(stream) - len(stream) % 2
        self._half_sample = stream[whole:]
        if self._stream is None:
            return stream[:whole]
        # Not in whole numbers: there the filter adds noise, and never the same twice.
        return float_to_pcm16(
            self._stream.resample_chunk(pcm16_to_float(stream[:whole]), last=last)
        )


class MulawEncoder:
    """A PCM16 stream of any rate to telephone mu-law at 8000 Hz."""

    def __init__(self, from_hz: int) -> None:
        self._resampler = Resampler(from_hz, SAMPLE_RATE)

    def feed(self, pcm: bytes) -> bytes:
        """Take PCM16 of any length; give mu-law."""
        return pcm16_to_mulaw(self._resampler.feed(pcm))

    def flush(self) -> bytes:
        """End the stream and give the rest of it."""
        return pcm16_to_mulaw(self._resampler.flush())


class MulawDecoder:
    """A telephone mu-law stream to PCM16 of any rate."""

    def __init__(self, to_hz: int) -> None:
        self._resampler = Resampler(SAMPLE_RATE, to_hz)

    def feed(self, mulaw: bytes) -> bytes:
        """Take mu-law; give PCM16."""
        return self._resampler.feed(mulaw_to_pcm16(mulaw))

    def flush(self) -> bytes:
        """End the stream and give the rest of it."""
        return self._resampler.flush()


def _check_rates(*rates: int) -> None:
    for rate in rates:
        if rate not in _RATES:
            raise ValueError(f"{rate} Hz is no sample rate between 4000 and 192000 Hz")

"""Rates that are whole multiples of one another, converted within two milliseconds.

A resampler of the best quality looks ahead by fifty milliseconds and more, which somebody who
waits for an answer pays for. Between a telephone's sound and a browser's short filters do:
Kaiser windows of 60 dB, past which a telephone has nothing to lose.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from servizio.audio.resample import float_to_pcm16, pcm16_to_float

_BETA: Final = 5.65
"""Kaiser's for 60 dB (Kaiser, 1974)."""

Filter = npt.NDArray[np.float32]


def _low_pass(taps: int, cutoff: float) -> Filter:
    """A filter of so many taps; `cutoff` as a share of the sample rate, below 0.5."""
    places = np.arange(taps) - (taps - 1) / 2
    shaped = np.sinc(2 * cutoff * places) * np.kaiser(taps, _BETA)
    whole: Filter = (shaped / shaped.sum()).astype(np.float32)
    return whole


class Upsampler:
    """A PCM16 stream at `factor` times its rate. The delay is 12 samples of the slow side."""

    def __init__(self, factor: int, *, taps: int = 24) -> None:
        whole = _low_pass(factor * taps, 0.485 / factor) * np.float32(factor)
        self._phases = [whole[phase::factor] for phase in range(factor)]
        self._before = np.zeros(taps - 1, dtype=np.float32)

    def feed(self, pcm: bytes) -> bytes:
        """Take PCM16, an even number of bytes; give `factor` times as much."""
        samples = np.concatenate([self._before, pcm16_to_float(pcm)])
        self._before = samples[samples.size - self._before.size :]
        if samples.size == self._before.size:
            return b""
        lanes = [np.convolve(samples, phase, "valid") for phase in self._phases]
        return float_to_pcm16(np.stack(lanes, axis=1).reshape(-1))


class Downsampler:
    """A PCM16 stream at one `factor`-th of its rate. The delay is 32 samples of the fast side."""

    def __init__(self, factor: int, *, taps: int = 64) -> None:
        self._factor = factor
        self._filter = _low_pass(taps, 0.46 / factor)
        self._before = np.zeros(taps - 1, dtype=np.float32)
        self._skip = 0

    def feed(self, pcm: bytes) -> bytes:
        """Take PCM16, an even number of bytes, any number of samples."""
        samples = np.concatenate([self._before, pcm16_to_float(pcm)])
        fresh = samples.size - self._before.size
        self._before = samples[fresh:]
        if fresh == 0:
            return b""
        kept = np.convolve(samples, self._filter, "valid")[self._skip :: self._factor]
        self._skip = (self._skip - fresh) % self._factor
        return float_to_pcm16(kept.astype(np.float32))

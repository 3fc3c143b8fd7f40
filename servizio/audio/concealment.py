"""Filling the short holes that lost packets leave in speech.

A telephone line brings nothing at all where a packet was lost, and the sudden edges of that
hole sound like consonants. The hole is filled with what was before it, repeated at its own
pitch and fading, as in ITU-T G.711 Appendix I.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from servizio.audio.frames import SAMPLE_RATE
from servizio.audio.resample import Samples

_SHORTEST_HOLE: Final = SAMPLE_RATE * 15 // 1000
_LONGEST_HOLE: Final = SAMPLE_RATE * 60 // 1000
_SHORTEST_PERIOD: Final = SAMPLE_RATE // 400
_LONGEST_PERIOD: Final = SAMPLE_RATE // 66
_COMPARED: Final = SAMPLE_RATE * 20 // 1000
_EDGE: Final = SAMPLE_RATE * 4 // 1000
"""Samples over which the filling passes into what follows."""
_LEFT_OF_IT: Final = 0.4
"""Loudness of the filling at its end."""


def conceal(samples: Samples) -> Samples:
    """Fill holes of 15 to 60 ms; 8000 Hz. What is silent for longer is silence. Gives the same
    array where there is nothing to fill."""
    filled = samples
    for start, end in _holes(samples):
        if filled is samples:
            filled = samples.copy()
        _fill(filled, start, end)
    return filled


def _holes(samples: Samples) -> list[tuple[int, int]]:
    nothing = np.concatenate(([False], samples == 0, [False]))
    edges = np.flatnonzero(nothing[1:] != nothing[:-1])
    return [
        (int(start), int(end))
        for start, end in zip(edges[::2], edges[1::2], strict=True)
        if _SHORTEST_HOLE <= end - start <= _LONGEST_HOLE
        and start >= _COMPARED + _LONGEST_PERIOD
        and end < samples.size
    ]


def _fill(samples: Samples, start: int, end: int) -> None:
    period = _period(samples[start - _COMPARED - _LONGEST_PERIOD : start])
    edge = min(_EDGE, samples.size - end)
    length = end - start + edge
    filling = np.resize(samples[start - period : start], length) * np.linspace(
        1.0, _LEFT_OF_IT, length, dtype=np.float32
    )
    samples[start:end] = filling[: end - start]
    after = np.linspace(0.0, 1.0, edge, dtype=np.float32)
    samples[end : end + edge] = samples[end : end + edge] * after + filling[end - start :] * (
        1 - after
    )


def _period(before: Samples) -> int:
    """After how many samples the sound is most like itself."""
    last = before[-_COMPARED:]
    best, found = -1.0, _LONGEST_PERIOD
    for lag in range(_SHORTEST_PERIOD, _LONGEST_PERIOD + 1):
        earlier = before[-_COMPARED - lag : -lag]
        likeness = float(np.dot(last, earlier)) / (float(np.dot(earlier, earlier)) ** 0.5 + 1e-6)
        if likeness > best:
            best, found = likeness, lag
    return found

"""What of an utterance is given to the speech model: no dead silence, and no piece too long."""

from __future__ import annotations

from typing import Final

import numpy as np

from servizio.audio.frames import SAMPLE_RATE
from servizio.audio.resample import Samples

_MARGIN_SECONDS: Final = 0.2
"""Silence that is left at both ends."""
SILENT: Final = 10 ** (-50 / 20)
"""Level below which there is nothing to hear, of samples in -1 to 1."""
_WINDOW_SECONDS: Final = 14.0
_MOST_WINDOWS: Final = 8


def trimmed(samples: Samples) -> Samples:
    """Without the dead silence at both ends, which costs time and tempts the model to invent."""
    loud = np.flatnonzero(np.abs(samples) > SILENT)
    if not loud.size:
        return samples[:0]
    margin = int(SAMPLE_RATE * _MARGIN_SECONDS)
    return samples[max(0, int(loud[0]) - margin) : int(loud[-1]) + margin]


def spoken_seconds(window: Samples) -> float:
    """How long somebody speaks in a window, without the silence around it."""
    return window.size / SAMPLE_RATE - 2 * _MARGIN_SECONDS


def windows_of(samples: Samples) -> list[Samples]:
    """Long speech cut where it is quietest: the model was taught on short pieces."""
    longest = int(_WINDOW_SECONDS * SAMPLE_RATE)
    block = SAMPLE_RATE // 20
    windows: list[Samples] = []
    while samples.size > longest and len(windows) < _MOST_WINDOWS:
        tail = samples[longest // 2 : longest]
        blocks = np.square(tail[: tail.size - tail.size % block]).reshape(-1, block).mean(axis=1)
        cut = longest // 2 + (int(np.argmin(blocks)) * block) + block // 2
        windows.append(samples[:cut])
        samples = samples[cut:]
    return [*windows, samples[:longest]]

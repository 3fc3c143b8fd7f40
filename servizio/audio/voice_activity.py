"""When the customer speaks and when not.

Two parts: `VoiceActivity` turns telephone frames into a probability of speech for every
32 ms, and `Segmenter` turns those into the beginning, the pauses and the end of an
utterance. Neither knows a clock: time is the sound that was fed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
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
_LOUDEST_PARTS: Final = 0.95
_QUICKLY_UP: Final = 0.6
_SLOWLY_DOWN: Final = 0.25
_DOUBT_DB: Final = 0.01
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
        self._before: Samples | None = None
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
        self._before = None
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
            self._before = samples
            return 0.0
        if is_loud:
            self._open_chunks = _CHUNKS_KEPT_OPEN
        else:
            self._open_chunks -= 1
        if self._before is not None:
            # The first sound of a word is often quiet: let the model hear it too.
            self._model.probability(self._before)
            self._before = None
        return self._model.probability(samples)


class Change(StrEnum):
    """What the segmenter noticed."""

    STARTED = "started"
    """Somebody began to speak."""
    PAUSED = "paused"
    """A short silence: perhaps the end of the turn."""
    RESUMED = "resumed"
    """The same utterance goes on after a pause."""
    ENDED = "ended"
    """A long silence: the utterance is over."""


@dataclass(frozen=True, slots=True)
class SegmenterSettings:
    """When a sound counts as speech and when silence as a pause."""

    threshold: float = 0.5
    """Probability from which a chunk is speech."""
    continue_threshold: float = 0.3
    """Probability from which it still is, once somebody speaks."""
    start_ms: int = 96
    """Speech that is needed to begin an utterance: a click or a knock is shorter."""
    start_window_ms: int = 192
    """Within which time it must come together."""
    resume_ms: int = 64
    """Speech that is needed to go on after a pause."""
    pause_ms: int = 224
    """Silence after which `PAUSED` is told."""
    end_ms: int = 1200
    """Silence after which `ENDED` is told."""
    margin_db: float = 5.0
    """How much louder than the line's noise speech must be."""
    behind_db: float = 13.0
    """How much quieter than the customer's own voice, as far as it is known, an utterance may
    begin: what is quieter is a television, or somebody else in the room."""
    fading_db: float = 19.0
    """How much quieter it may go on: voices sink at the end of a sentence."""


class OwnVoice:
    """How loud the customer speaks into the telephone: learned from what turned out to be words.

    Who goes on speaking below what is expected is heard in the end: it may be the customer, who
    has put the telephone down. To be deaf is worse than to hear a television.
    """

    def __init__(self) -> None:
        self.level_db: float | None = None
        """Loudness of the loudest parts of speech against full scale; `None`: not known yet."""
        self._levels: list[float] = []

    def note(self, level_db: float) -> None:
        """Take the level of a chunk of the utterance at hand."""
        self._levels.append(level_db)

    def begin(self, chunks: int) -> None:
        """An utterance began with the last few chunks; what was before is no part of it."""
        self._levels = self._levels[-chunks:]

    def learn(self) -> None:
        """The utterance at hand was the customer's."""
        if not self._levels:
            return
        level_db = float(np.quantile(self._levels, _LOUDEST_PARTS))
        self._levels = []
        if self.level_db is None:
            self.level_db = level_db
            return
        difference = level_db - self.level_db
        self.level_db += difference * (_QUICKLY_UP if difference > 0 else _SLOWLY_DOWN)

    def doubt(self) -> None:
        """Somebody spoke for a chunk, too quietly to be the customer as known so far."""
        if self.level_db is not None:
            self.level_db -= _DOUBT_DB


class Segmenter:
    """Finds utterances in the chunks of one call."""

    def __init__(self, settings: SegmenterSettings | None = None) -> None:
        self._settings = settings if settings is not None else SegmenterSettings()
        self._recent: list[bool] = []
        self._paused = False
        self._voice = OwnVoice()
        self.position_ms = 0
        """How much sound has been judged."""
        self.speaking = False
        """Whether an utterance has begun and not ended; true in its pauses too."""
        self.started_ms = 0
        """Position at which the utterance's first speech began."""
        self.speech_ms = 0
        """How much of the utterance is speech."""
        self.silence_ms = 0
        """How long it has been silent since the last speech."""
        self.last_speech_ms = 0
        """Position at which the last speech ended."""

    def feed(self, chunk: Chunk) -> Change | None:
        """Take one chunk; tell what changed by it, if anything."""
        self.position_ms += CHUNK_MS
        is_speech = self._is_speech(chunk)
        if is_speech:
            self._voice.note(chunk.level_db)
        self._recent = [*self._recent, is_speech][-self._chunks(self._settings.start_window_ms) :]
        if is_speech:
            self.last_speech_ms = self.position_ms
            self.silence_ms = 0
        else:
            self.silence_ms += CHUNK_MS
        return self._go_on(is_speech) if self.speaking else self._begin()

    def learn_voice(self) -> None:
        """The utterance at hand, or the one that has just ended, was the customer's: what is far
        quieter from now on is not."""
        self._voice.learn()

    def reset(self) -> None:
        """Forget the utterance at hand, as if it had ended."""
        self.speaking = False
        self._paused = False
        self._recent = []

    def _is_speech(self, chunk: Chunk) -> bool:
        settings = self._settings
        needed = settings.continue_threshold if self.speaking else settings.threshold
        if chunk.speech < needed or chunk.level_db < chunk.floor_db + settings.margin_db:
            return False
        own_db = self._voice.level_db
        behind_db = settings.fading_db if self.speaking else settings.behind_db
        if own_db is None or chunk.level_db >= own_db - behind_db:
            return True
        self._voice.doubt()
        return False

    def _begin(self) -> Change | None:
        heard = sum(self._recent)
        if not self._recent or not self._recent[-1]:
            return None
        if heard < self._chunks(self._settings.start_ms):
            return None
        self.speaking = True
        self._voice.begin(heard)
        self._paused = False
        self.speech_ms = heard * CHUNK_MS
        first = self._recent.index(True)
        self.started_ms = self.position_ms - (len(self._recent) - first) * CHUNK_MS
        return Change.STARTED

    def _go_on(self, is_speech: bool) -> Change | None:
        settings = self._settings
        if is_speech:
            self.speech_ms += CHUNK_MS
            resumed = sum(self._recent) >= self._chunks(settings.resume_ms)
            if self._paused and resumed:
                self._paused = False
                return Change.RESUMED
            return None
        if self.silence_ms >= settings.end_ms:
            self.reset()
            return Change.ENDED
        if not self._paused and self.silence_ms >= settings.pause_ms:
            self._paused = True
            self._recent = []
            return Change.PAUSED
        return None

    @staticmethod
    def _chunks(milliseconds: int) -> int:
        return max(1, math.ceil(milliseconds / CHUNK_MS))


def _level_db(samples: Samples) -> float:
    power = float(np.dot(samples, samples)) / max(1, samples.size)
    return max(_DEAD_LINE_DB, 10 * math.log10(power + 1e-12))

"""Where utterances begin, pause and end, told from what was heard in each 32 ms.

Time is the sound that was fed. A voice that the model does not believe at once, high or sung,
still is one utterance: what was as loud just before and just after certain speech goes with it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from servizio.audio.voice_activity import CHUNK_MS, Chunk

_LOUDEST_PARTS: Final = 0.95
_QUICKLY_UP: Final = 0.6
_SLOWLY_DOWN: Final = 0.25
_DOUBT_DB: Final = 0.01


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
    loud_db: float = 25.0
    """How much louder than the line's noise a sound must be to pass for a voice that the model
    does not believe at once: high and sung ones, as a child's."""
    beside_db: float = 12.0
    """How much quieter than the loudest of the utterance it may be then."""
    unbelieved_ms: int = 640
    """How long an utterance may go on in such sound."""
    lost_ms: int = 2400
    """How far an utterance reaches back into such sound before the first speech."""
    lost_pause_ms: int = 640
    """The longest silence in that."""


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

    @property
    def loudest_db(self) -> float:
        """The highest level in the utterance at hand."""
        return max(self._levels, default=math.inf)

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
        self._believed_ms = 0
        self._loud_ms: tuple[int, int] | None = None
        """Where loud sound began, speech or not, and where it last was; `None`: nowhere yet."""

    def feed(self, chunk: Chunk) -> Change | None:
        """Take one chunk; tell what changed by it, if anything."""
        self.position_ms += CHUNK_MS
        is_speech = self._is_speech(chunk)
        if is_speech:
            self._voice.note(chunk.level_db)
            self._believed_ms = self.position_ms
        elif self.speaking:
            is_speech = self._goes_on_unbelieved(chunk)
        else:
            self._note_loud(chunk)
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
        self._loud_ms = None

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

    def _goes_on_unbelieved(self, chunk: Chunk) -> bool:
        """Whether a sound as loud as the words just before it is the rest of them."""
        least_db = max(
            chunk.floor_db + self._settings.loud_db,
            self._voice.loudest_db - self._settings.beside_db,
        )
        since_ms = self.position_ms - self._believed_ms
        return chunk.level_db >= least_db and since_ms <= self._settings.unbelieved_ms

    def _note_loud(self, chunk: Chunk) -> None:
        own_db = self._voice.level_db
        near = own_db is None or chunk.level_db >= own_db - self._settings.behind_db
        if not near or chunk.level_db < chunk.floor_db + self._settings.loud_db:
            return
        began, last = self._loud_ms or (0, -self._settings.lost_pause_ms)
        if self.position_ms - CHUNK_MS - last >= self._settings.lost_pause_ms:
            began = self.position_ms - CHUNK_MS
        self._loud_ms = began, self.position_ms

    def _with_what_was_loud(self, first_ms: int) -> int:
        """Where an utterance began of which the speech from here on was believed."""
        began, last = self._loud_ms or (first_ms, first_ms)
        if first_ms - last >= self._settings.lost_pause_ms:
            return first_ms
        return max(min(began, first_ms), first_ms - self._settings.lost_ms)

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
        self.started_ms = self._with_what_was_loud(
            self.position_ms - (len(self._recent) - first) * CHUNK_MS
        )
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

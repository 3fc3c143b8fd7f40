"""Listens to one call: finds utterances, has them recognised, decides when a turn is over.

At every short pause what was said so far is recognised on speculation, so that the words
are there when the silence has lasted long enough. Time is the sound that was fed, so the
same sound always gives the same turns.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from servizio.agents.local.endpoint import (
    EndpointSettings,
    Regard,
    SilenceRule,
    as_words,
    is_certain,
    silence_needed,
)
from servizio.agents.local.hypothesis import Hypothesis, RecognitionContext
from servizio.agents.local.listening import Listening, Recogniser
from servizio.agents.local.second_look import is_doubtful
from servizio.audio.frames import SAMPLE_RATE
from servizio.audio.segmenter import Change, Segmenter, SegmenterSettings
from servizio.audio.voice_activity import VoiceActivity
from servizio.errors import SpeechError
from servizio.language.meaning import Meaning

BYTES_PER_MS = SAMPLE_RATE // 1000
BEFORE_MS = 320
"""Sound before the first certain speech that is recognised along: soft consonants."""
PAUSE_MS = 96
"""Silence after which what was said so far is recognised: early, as that takes its time."""
LONGEST_MS = 25_000
"""An utterance is cut here; what follows is the next one."""
KEPT_MS = 4_000
"""Sound that is kept while nobody speaks."""
JOINED_MS = 1_200
"""Words that were let pass are heard once more, with what follows them within this time: "two
..." may have been the beginning of an order."""
SPOKEN_MS = 1_500
"""Speech of such a length is no noise where words were heard in a part of it."""
SPOKEN_WORDS = 3
"""So many words at least."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Utterance:
    """A turn of the customer's."""

    texts: tuple[str, ...]
    """The hypotheses, best first."""
    text: str
    """The one that makes most sense."""
    ended_at: float
    """When its last word ended, on the loop's clock."""
    words_at: float
    """When its words were there."""
    needed_ms: int
    """How much silence these words needed."""
    passes: bool = False
    """Whether it was no turn: a nod, or a hum heard wrong."""


@dataclass(frozen=True, slots=True)
class EarsEvents:
    """Whom to tell what. All are called on the event loop and must return at once."""

    started: Callable[[], None]
    """Somebody began to speak."""
    noise: Callable[[], None]
    """What began was no words."""
    partial: Callable[[str], None]
    """The words so far; the turn is not over."""
    turn: Callable[[Utterance], None]
    """A turn is over, or what was said is let pass."""
    failed: Callable[[SpeechError], None]
    """The recogniser is gone."""


class Ears:
    """The ears of one call. Lives on the event loop; `close` ends its one task."""

    def __init__(
        self,
        recogniser: Recogniser,
        *,
        events: EarsEvents,
        context: Callable[[], RecognitionContext],
        understand: Callable[[Sequence[str]], Meaning],
        clock: Callable[[], float],
        regard: Callable[[Sequence[str], Meaning, int], Regard] = as_words,
        silence_rule: SilenceRule = silence_needed,
        activity: VoiceActivity | None = None,
        settings: EndpointSettings | None = None,
    ) -> None:
        self._listening = Listening(recogniser, understand)
        self._events = events
        self._context = context
        self._understand = understand
        self._clock = clock
        self._regard = regard
        self._silence_rule = silence_rule
        self._activity = activity or VoiceActivity()
        self._settings = settings or EndpointSettings()
        self._segmenter = Segmenter(
            SegmenterSettings(pause_ms=PAUSE_MS, end_ms=self._settings.ceiling)
        )
        self._sound = bytearray()
        self._dropped_ms = 0
        self._fed_ms = 0.0
        self._task: asyncio.Task[None] | None = None
        self._hypotheses: list[Hypothesis] | None = None
        self._heard_before: list[Hypothesis] = []
        """What the beginning of this utterance was recognised as."""
        self._text = ""
        self._needed_ms = self._settings.ceiling
        self._words_at = 0.0
        self._regarded = Regard.WORDS
        self._passed: tuple[float, float] | None = None
        """Where the words that were let pass last begin and end; `None`: nothing to join."""

    def feed(self, mulaw: bytes) -> None:
        """Take the customer's sound: mu-law, 8000 Hz, without gaps."""
        self._sound += mulaw
        self._fed_ms += len(mulaw) / BYTES_PER_MS
        for chunk in self._activity.feed(mulaw):
            self._heed(self._segmenter.feed(chunk))
        if not self._segmenter.speaking and self._task is None:
            self._forget(self._segmenter.position_ms - KEPT_MS)

    def close(self) -> None:
        """Stop listening."""
        self._drop_task()

    def _heed(self, change: Change | None) -> None:
        match change:
            case Change.STARTED:
                self._begin()
            case Change.PAUSED:
                self._recognise()
            case Change.RESUMED:
                self._drop_task()
                self._hypotheses = None
            case Change.ENDED | None:
                pass
        if self._segmenter.speaking:
            self._consider()
        elif change is Change.ENDED:
            self._end_when_recognised()

    def _begin(self) -> None:
        if self._task is None:
            self._forget(self._beginning() - BEFORE_MS)
        else:
            # The last words are still being recognised: the customer goes on with them.
            self._drop_task()
        self._hypotheses = None
        self._heard_before = []
        self._events.started()

    def _beginning(self) -> float:
        """Where what is being said began, with what was let pass just before it."""
        began, passed, self._passed = self._segmenter.started_ms, self._passed, None
        if passed is not None and began - passed[1] <= JOINED_MS:
            return passed[0]
        return began

    def _consider(self) -> None:
        """End the turn if it has been silent long enough for what was said."""
        segmenter = self._segmenter
        if self._hypotheses is not None:
            if not self._hypotheses:
                if segmenter.silence_ms >= self._settings.noise:
                    self._finish()
            elif segmenter.silence_ms >= self._needed_ms:
                self._finish()
        elif segmenter.position_ms - segmenter.started_ms > LONGEST_MS and self._task is None:
            self._recognise()
            self._end_when_recognised()

    def _end_when_recognised(self) -> None:
        self._needed_ms = 0
        if self._hypotheses is not None:
            self._finish()
        elif self._task is None:
            self._recognise()

    def _recognise(self) -> None:
        self._drop_task()
        self._hypotheses = None
        self._needed_ms = self._settings.ceiling
        sound = bytes(self._sound)
        self._task = asyncio.create_task(self._transcribe(sound), name="recognise")

    async def _transcribe(self, sound: bytes) -> None:
        try:
            context = self._context()
            found, meaning = await self._listening.make_sense(sound, context)
            if meaning is None and self._was_spoken():
                found = self._heard_before
                meaning = self._understand([hypothesis.text for hypothesis in found])
            elif meaning is not None and is_doubtful(meaning, context.expecting):
                self._weigh(found, meaning, looks_again=True)
                if self._hypotheses is None or self._regarded is not Regard.WORDS:
                    # Too late for more, or we go on speaking as it is.
                    self._task = None
                    return
                found, meaning = await self._listening.closely(sound, context, found, meaning)
            self._task = None
            self._weigh(found, meaning)
        except SpeechError as error:
            self._task = None
            self._events.failed(error)
        except Exception:
            log.exception("ears_crashed")
            self._events.failed(SpeechError("What was heard could not be made sense of."))

    def _was_spoken(self) -> bool:
        """Whether words were heard in the beginning of what no words can be made of now: to let
        it pass as a noise would leave the customer without an answer."""
        before = self._heard_before
        is_long = self._segmenter.speech_ms >= SPOKEN_MS
        return is_long and bool(before) and len(before[0].text.split()) >= SPOKEN_WORDS

    def _weigh(
        self, found: list[Hypothesis], meaning: Meaning | None, *, looks_again: bool = False
    ) -> None:
        """Decide by the words how much silence they need to be a turn: more, while they are
        being listened to more closely."""
        self._hypotheses = found
        self._words_at = self._clock()
        if meaning is None:
            if not self._segmenter.speaking or not self._needed_ms:
                self._finish()
            return
        self._heard_before = found
        needed_ms = self._silence_for(found, meaning)
        if looks_again and self._regarded is Regard.WORDS:
            needed_ms = max(needed_ms, self._settings.uncertain)
        if self._needed_ms:
            self._needed_ms = needed_ms
        self._text = meaning.text or found[0].text
        self._events.partial(self._text)
        if not self._segmenter.speaking or not self._needed_ms:
            self._finish()

    def _silence_for(self, found: Sequence[Hypothesis], meaning: Meaning) -> int:
        texts = [hypothesis.text for hypothesis in found]
        self._regarded = self._regard(texts, meaning, self._segmenter.speech_ms)
        match self._regarded:
            case Regard.NOD:
                return self._settings.nod
            case Regard.HUM:
                return self._settings.hum
            case Regard.WORDS:
                expecting = self._context().expecting
                return self._silence_rule(
                    meaning, expecting, self._settings, certain=is_certain(found)
                )

    def _finish(self) -> None:
        hypotheses, regarded = self._hypotheses or [], self._regarded
        segmenter = self._segmenter
        silent_s = max(0.0, self._fed_ms - segmenter.last_speech_ms) / 1000
        self._drop_task()
        self._hypotheses = None
        if hypotheses:
            segmenter.learn_voice()
        segmenter.reset()
        if hypotheses and regarded is Regard.HUM:
            self._passed = segmenter.started_ms, segmenter.last_speech_ms
        else:
            self._forget(segmenter.last_speech_ms + 32)
        if not hypotheses:
            self._events.noise()
            return
        self._events.turn(
            Utterance(
                texts=tuple(hypothesis.text for hypothesis in hypotheses),
                text=self._text,
                ended_at=self._clock() - silent_s,
                words_at=self._words_at,
                needed_ms=self._needed_ms,
                passes=regarded is not Regard.WORDS,
            )
        )

    def _forget(self, before_ms: float) -> None:
        """Let go of sound before this position."""
        surplus = int(before_ms - self._dropped_ms)
        if surplus > 0:
            del self._sound[: surplus * BYTES_PER_MS]
            self._dropped_ms += surplus

    def _drop_task(self) -> None:
        if self._task is not None:
            self._task.cancel()
            self._task = None

"""Speech to words: telephone sound in, the likeliest few hypotheses out.

Runs in a worker process (`speech_worker`), one utterance at a time, never on the event loop.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from servizio.agents.local.beam_search import BeamSearch
from servizio.agents.local.beams import Beam, Logits
from servizio.agents.local.bias import PhraseBias
from servizio.agents.local.closed_questions import (
    ClosedQuestion,
    closed_question,
)
from servizio.agents.local.closed_search import Answers, ClosedSearch
from servizio.agents.local.expectations import known_words, weighted_phrases
from servizio.agents.local.expected_answers import among_expected
from servizio.agents.local.heard_words import spoken_words
from servizio.agents.local.hypothesis import Hypothesis, RecognitionContext, union
from servizio.agents.local.known_words import KnownWords, KnownWordsSearch
from servizio.agents.local.pace import likelier, stretched, wants_more_time
from servizio.agents.local.speech_network import SpeechNetwork, model_folder
from servizio.agents.local.tokenizer import Tokenizer
from servizio.agents.local.windows import SILENT, spoken_seconds, trimmed, windows_of
from servizio.audio.concealment import conceal
from servizio.audio.frames import SAMPLE_RATE
from servizio.audio.g711 import mulaw_to_pcm16
from servizio.audio.resample import Samples, pcm16_to_float, resample
from servizio.audio.speech_model import CHUNK_SAMPLES, SpeechModel

_MODEL_RATE: Final = 16_000
_TOKENS_A_SECOND: Final = 8.0
"""Quick speech comes to nearly seven; where it is cut off the last words of an order are lost."""
_TOKENS_AT_LEAST: Final = 7
_CLOSE_BEAMS: Final = 6
"""Beams of the free search where it is listened closely."""
_KNOWN_BEAMS: Final = 8
"""Those of the search among known words beside it."""
_MORE_WORDS: Final = 3
"""How many words more known ones may be: beyond that the bias has gone on after the speech."""
_COMPILED_KEPT: Final = 64
_TOKENISED_KEPT: Final = 20_000
_LEAST_CONFIDENCE: Final = 0.2
_ASTRAY: Final = 20.0
"""How much less likely, in nats, biased words may be than those heard without any bias."""
_DOUBTFUL_CONFIDENCE: Final = 0.45
_DOUBTFUL_WORDS: Final = 3
"""So few words may be what the model writes under noise: "you", "thank you", "so"."""
_VOICED_CHUNKS: Final = 3
_AFTERTHOUGHT: Final = 4.0
"""How much less likely, in nats and without bias, words make what is whole without them."""
_NEVER_SAID: Final = frozenset({"you", "thank you for watching", "thanks for watching"})
"""What the model, brought up on subtitles, makes of noise, and no customer says alone."""


Search = BeamSearch | ClosedSearch | KnownWordsSearch


class Recogniser:
    """The model, its tokenizer, and the phrases it leans towards."""

    def __init__(self, network: SpeechNetwork, tokenizer: Tokenizer) -> None:
        self._network = network
        self._tokenizer = tokenizer
        self._starts_word = np.array(tokenizer.starts_word, np.bool_)
        self._menus: dict[str, tuple[str, ...]] = {}
        self._compiled: OrderedDict[RecognitionContext, PhraseBias] = OrderedDict()
        self._answers: OrderedDict[ClosedQuestion, Answers] = OrderedDict()
        self._known: dict[str, KnownWords] = {}
        self._tokenised: dict[str, tuple[int, ...]] = {}
        self._detector = SpeechModel()
        self._unbiased = PhraseBias({}, tokenizer.encode, tokenizer.starts_word)
        self._listened_to = b""

    @classmethod
    def load(cls, folder: Path | None = None, *, threads: int = 1) -> Recogniser:
        """Load the model of the `local` extra. Takes a second. Raises `SpeechError`."""
        folder = folder if folder is not None else model_folder()
        return cls(SpeechNetwork(folder, threads=threads), Tokenizer.load(folder / "tokenizer.bin"))

    def register(self, menu: str, phrases: Iterable[str]) -> None:
        """Learn the phrases of a menu under a name for `RecognitionContext.menu`; without any,
        forget that menu."""
        self._menus[menu] = tuple(phrases)
        self._known.pop(menu, None)
        if self._menus[menu]:
            # Compiled here, as it takes its time, and not when a customer waits for an answer.
            self._known_words(menu)
        else:
            del self._menus[menu]
        for context in [context for context in self._compiled if context.menu == menu]:
            del self._compiled[context]

    def transcribe(
        self,
        mulaw: bytes,
        context: RecognitionContext | None = None,
        *,
        n_best: int = 4,
        beams: int = 4,
    ) -> list[Hypothesis]:
        """Recognise one utterance: mu-law, 8000 Hz, any length (a minute or so is heard).

        `context` of `None` means no bias at all. Gives the best first, at most `n_best`, each
        with other words; nothing where nobody seems to have said anything.
        """
        samples = conceal(pcm16_to_float(mulaw_to_pcm16(mulaw)))
        if samples.size:
            samples = samples - samples.mean()
        bias = self._unbiased if context is None else self._bias_for(context)
        question = closed_question(context) if context is not None else None
        windows = windows_of(trimmed(samples))
        known = self._known_words(context.menu) if context and context.closely else None
        if question is not None and (len(windows) > 1 or not _may_answer(question, windows[0])):
            question = None
        found: list[Hypothesis] = []
        for window in windows:
            heard = self._recognise(window, bias, question, known, beams=beams)
            found = _join(found, heard, n_best)
        return found[:n_best]

    def _recognise(
        self,
        samples: Samples,
        bias: PhraseBias,
        question: ClosedQuestion | None = None,
        known: KnownWords | None = None,
        *,
        beams: int,
    ) -> list[Hypothesis]:
        if not samples.size or float(np.abs(samples).max()) < SILENT:
            return []
        seconds = spoken_seconds(samples)
        found = self._search(samples, bias, question, known, beams=beams, seconds=seconds)
        if question is None or not wants_more_time(found, question):
            return found
        slower = stretched(samples)
        slowly = self._search(slower, bias, question, known, beams=beams, seconds=seconds)
        return likelier(found, slowly, question)

    def _search(
        self,
        samples: Samples,
        bias: PhraseBias,
        question: ClosedQuestion | None,
        known: KnownWords | None,
        *,
        beams: int,
        seconds: float,
    ) -> list[Hypothesis]:
        """Search one window of sound; somebody spoke for so many seconds of it."""
        longest = int(samples.size / SAMPLE_RATE * _TOKENS_A_SECOND) + _TOKENS_AT_LEAST
        width = beams if known is None else max(beams, _CLOSE_BEAMS)
        free = BeamSearch(bias, self._starts_word, width=width, longest=longest)
        searches: list[Search] = [free]
        closed = among = None
        if question is not None:
            answers = self._answers_to(question)
            most = longest + _TOKENS_AT_LEAST
            closed = ClosedSearch(answers, width=question.width, longest=most)
            searches.append(closed)
        if known is not None:
            among = KnownWordsSearch(known, bias, width=_KNOWN_BEAMS, longest=longest)
            searches.append(among)
        self._run(searches, self._listen(samples))
        heard = without_afterthoughts(self._hypotheses(free.best()))
        found = self._without_inventions(heard, samples)
        if heard and heard[0].confidence < _DOUBTFUL_CONFIDENCE:
            found = self._not_led_astray(heard, samples, longest) or found
        if found and among is not None:
            words = len(found[0].text.split()) + _MORE_WORDS
            others = self._hypotheses(among.best())
            found = union(found, [one for one in others if len(one.text.split()) <= words])
        if not found or question is None or closed is None:
            return found
        return among_expected(
            found,
            without_afterthoughts(self._hypotheses(closed.best())),
            question,
            seconds,
        )

    def _listen(self, samples: Samples) -> Logits:
        """The first logits; the network is spared where it has just listened to this."""
        sound = samples.tobytes()
        if sound == self._listened_to:
            return self._network.again()
        self._listened_to = b""
        logits = self._network.listen(resample(samples, SAMPLE_RATE, _MODEL_RATE))
        self._listened_to = sound
        return logits

    def _run(self, searches: Sequence[Search], logits: Logits) -> None:
        """Bring the searches to their ends side by side: a step costs hardly more for the beams
        of two searches than for those of one."""
        live = [(search, search.advance(logits)) for search in searches]
        while live := [(search, rows) for search, rows in live if not search.is_over]:
            logits = self._network.go_on(
                [row for _, rows in live for row in rows],
                [beam.tokens[-1] for search, _ in live for beam in search.live],
            )
            at, after = 0, []
            for search, rows in live:
                here = search.advance(logits[at : at + len(rows)])
                after.append((search, [at + row for row in here]))
                at += len(rows)
            live = after

    def _hypotheses(self, beams: Sequence[Beam]) -> list[Hypothesis]:
        found: dict[str, Hypothesis] = {}
        for beam in beams:
            text = spoken_words(self._tokenizer.decode(beam.tokens))
            confidence = math.exp(beam.log_probability / (len(beam.tokens) + 1))
            if text and text not in found:
                found[text] = Hypothesis(text, beam.score, confidence, beam.log_probability)
        return list(found.values())

    def _without_inventions(self, found: list[Hypothesis], samples: Samples) -> list[Hypothesis]:
        """Nothing, where the words are the model's own invention over a noise."""
        found = [hypothesis for hypothesis in found if hypothesis.text not in _NEVER_SAID]
        if not found or found[0].confidence < _LEAST_CONFIDENCE:
            return []
        is_doubtful = (
            found[0].confidence < _DOUBTFUL_CONFIDENCE
            or len(found[0].text.split()) <= _DOUBTFUL_WORDS
        )
        return [] if is_doubtful and not self._is_voiced(samples) else found

    def _not_led_astray(
        self, found: list[Hypothesis], samples: Samples, longest: int
    ) -> list[Hypothesis]:
        """What is left of doubtful words where somebody is heard clearly without the bias: those
        that it has not led far from the sound, and what is heard without it. Else nothing."""
        plain = BeamSearch(self._unbiased, self._starts_word, width=_CLOSE_BEAMS, longest=longest)
        self._run([plain], self._listen(samples))
        clear = self._without_inventions(self._hypotheses(plain.best()), samples)
        if not clear or clear[0].confidence < _DOUBTFUL_CONFIDENCE:
            return []
        least = clear[0].log_probability - _ASTRAY
        near = [one for one in found if one.log_probability >= least]
        lower = near[-1].score - clear[0].score - 1.0 if near else 0.0
        return union(near, [replace(one, score=one.score + lower) for one in clear])

    def _is_voiced(self, samples: Samples) -> bool:
        self._detector.reset()
        voiced = 0
        for start in range(0, samples.size - CHUNK_SAMPLES + 1, CHUNK_SAMPLES):
            chunk = samples[start : start + CHUNK_SAMPLES]
            voiced += self._detector.probability(chunk) > 0.5
            if voiced == _VOICED_CHUNKS:
                return True
        return False

    def _bias_for(self, context: RecognitionContext) -> PhraseBias:
        known = self._compiled.get(context)
        if known is not None:
            self._compiled.move_to_end(context)
            return known
        phrases: Mapping[str, float] = weighted_phrases(context, self._menus.get(context.menu, ()))
        compiled = PhraseBias(phrases, self._encode, self._tokenizer.starts_word)
        self._compiled[context] = compiled
        if len(self._compiled) > _COMPILED_KEPT:
            self._compiled.popitem(last=False)
        return compiled

    def _known_words(self, menu: str) -> KnownWords:
        known = self._known.get(menu)
        if known is None:
            words = sorted(known_words(self._menus.get(menu, ())))
            known = self._known[menu] = KnownWords(words, self._encode)
        return known

    def _answers_to(self, question: ClosedQuestion) -> Answers:
        known = self._answers.pop(question, None)
        if known is None:
            known = Answers(
                question.answers,
                self._encode,
                self._tokenizer.starts_word,
                row=question.row,
            )
        self._answers[question] = known
        if len(self._answers) > _COMPILED_KEPT:
            self._answers.popitem(last=False)
        return known

    def _encode(self, text: str) -> tuple[int, ...]:
        known = self._tokenised.get(text)
        if known is None:
            if len(self._tokenised) >= _TOKENISED_KEPT:
                self._tokenised.clear()
            known = self._tokenised[text] = self._tokenizer.encode(text)
        return known


def without_afterthoughts(found: list[Hypothesis]) -> list[Hypothesis]:
    """Without those that only go on where another one ends, and are far less likely for it: the
    speech was over, and the bias went looking for more of its phrases."""

    def goes_on_for_nothing(hypothesis: Hypothesis) -> bool:
        return any(
            hypothesis.text.startswith(f"{shorter.text} ")
            and hypothesis.log_probability < shorter.log_probability - _AFTERTHOUGHT
            for shorter in found
        )

    return [hypothesis for hypothesis in found if not goes_on_for_nothing(hypothesis)]


def _may_answer(question: ClosedQuestion, samples: Samples) -> bool:
    return spoken_seconds(samples) <= question.longest


def _join(before: list[Hypothesis], after: list[Hypothesis], n_best: int) -> list[Hypothesis]:
    if not before or not after:
        return before or after
    joined = [
        Hypothesis(
            f"{first.text} {second.text}",
            first.score + second.score,
            min(first.confidence, second.confidence),
        )
        for first in before
        for second in after
    ]
    return sorted(joined, key=lambda hypothesis: -hypothesis.score)[:n_best]

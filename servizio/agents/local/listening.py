"""From sound to meaning: once, and once more where the first time leaves a doubt."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from servizio.agents.local.hypothesis import Hypothesis, RecognitionContext
from servizio.agents.local.second_look import (
    CLOSELY_BEST,
    is_better,
    is_clearer,
    leaning_harder,
    led_by,
    listening_closely,
    makes_sense,
    together,
)
from servizio.language.meaning import Meaning

_GIVEN: Final = 4
"""Hypotheses of both times that are given on."""


class Recogniser(Protocol):
    """Turns sound into likely words."""

    async def transcribe(
        self, mulaw: bytes, *, context: RecognitionContext, n_best: int = 4
    ) -> list[Hypothesis]:
        """Best first; empty where there are no words. Raises `SpeechError`."""
        ...


@dataclass(frozen=True, slots=True)
class Listening:
    """A recogniser, and what makes sense of its words."""

    recogniser: Recogniser
    understand: Callable[[Sequence[str]], Meaning]

    async def make_sense(
        self, sound: bytes, context: RecognitionContext
    ) -> tuple[list[Hypothesis], Meaning | None]:
        """What was heard and what it means: a second time, where it means next to nothing."""
        found = await self.recogniser.transcribe(sound, context=context)
        if not found:
            return found, None
        meaning = await self._meaning(found)
        if makes_sense(meaning, context.expecting):
            return found, meaning
        again = await self.recogniser.transcribe(sound, context=leaning_harder(context))
        if again:
            better = await self._meaning(again)
            if is_better(better, meaning):
                return again, better
        return found, meaning

    async def closely(
        self, sound: bytes, context: RecognitionContext, found: list[Hypothesis], meaning: Meaning
    ) -> tuple[list[Hypothesis], Meaning]:
        """The same with more time to listen, where `is_doubtful` says so; the words that make
        most sense come first."""
        again = await self.recogniser.transcribe(
            sound, context=listening_closely(context), n_best=CLOSELY_BEST
        )
        both = together(found, again)
        clearer = await self._meaning(both)
        if not is_clearer(clearer, meaning):
            return found, meaning
        return led_by(clearer.text, both)[:_GIVEN], clearer

    async def _meaning(self, found: Sequence[Hypothesis]) -> Meaning:
        texts = [hypothesis.text for hypothesis in found]
        for text in texts[1:]:
            # One reading takes milliseconds, and other calls wait for the loop: they may go in
            # between. What has been read is remembered, so that choosing costs nothing.
            self.understand([text])
            await asyncio.sleep(0)
        return self.understand(texts)

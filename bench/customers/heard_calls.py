"""Spoken calls without a telephone, where time stands still while the machine thinks.

What a customer says goes through the ears, the recogniser and the mind of a real call, but a
busy machine cannot make anybody wait: figures of hearing and understanding alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from random import Random

from bench.customers.grading import Turn
from bench.customers.moves import Move
from bench.customers.typed_calls import TypedShop
from bench.customers.voices import Voice, background, draw_manner, mixed, speech
from servizio.agents.local.ears import Ears, EarsEvents, Utterance
from servizio.agents.local.hypothesis import Hypothesis, RecognitionContext
from servizio.agents.local.member import MENU_PHRASES
from servizio.agents.local.mind import Mind, Reply
from servizio.agents.local.recogniser import Recogniser
from servizio.errors import SpeechError
from servizio.language.phrases import ordering_phrases
from servizio.shop.menu import Menu
from servizio.store.sqlite import SqliteStore

FRAME = 160
"""Bytes of 20 ms."""
BEFORE_MS = 300
AFTER_MS = 2600
"""Of the line around what is said: longer than any turn is waited for."""


class _Recogniser:
    """The recogniser, as the ears ask it; it answers before the next frame comes."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser

    async def transcribe(
        self, mulaw: bytes, *, context: RecognitionContext, n_best: int = 4
    ) -> list[Hypothesis]:
        return self._recogniser.transcribe(mulaw, context, n_best=n_best)


class HeardShop(TypedShop):
    """Takes calls by ear, in one voice after the other."""

    def __init__(self, menu: Menu, store: SqliteStore, recogniser: Recogniser) -> None:
        super().__init__(menu, store)
        recogniser.register(MENU_PHRASES, ordering_phrases(menu))
        self._recogniser = _Recogniser(recogniser)
        self._rng = Random(0)
        self.voice: Voice | None = None

    def ring(self, voice: Voice, rng: Random) -> None:
        """The next call is in this voice, in a manner of its own."""
        self.voice, self._rng = voice, rng
        self._silences = 0
        self._manner = draw_manner(rng)
        self._noise = background(self._manner, rng)

    async def take(self, mind: Mind, move: Move, turns: list[Turn]) -> Reply:
        """Hear what is said, and answer each turn that the ears make of it."""
        if move.keys or self.voice is None:
            return await super().take(mind, move, turns)
        sound = speech(self.voice, move.say, self._manner, self._rng)
        around = [bytes([255]) * (8 * ms) for ms in (BEFORE_MS, AFTER_MS)]
        heard = await self._listen(mind, mixed(around[0] + sound + around[1], self._noise), turns)
        if heard is None:
            # For the agent it was as if nobody had spoken.
            turns.append(Turn("customer", "(nothing)"))
            self._silences += 1
            return await mind.silent(self._silences)
        self._silences = 0
        return heard

    async def _listen(self, mind: Mind, line: bytes, turns: list[Turn]) -> Reply | None:
        reply: Reply | None = None
        ended: list[Utterance] = []
        ears = self._ears(mind, ended)
        for at in range(0, len(line), FRAME):
            ears.feed(line[at : at + FRAME])
            await _settled()
            for said in ended:
                if said.passes:
                    continue
                turns.append(Turn("customer", said.text))
                if reply is not None:
                    # The customer went on: the answer to the first part was not heard.
                    mind.spoken("", whole=False)
                reply = await mind.answer(said.texts)
            ended.clear()
        ears.close()
        return reply

    def _ears(self, mind: Mind, ended: list[Utterance]) -> Ears:
        def failed(error: SpeechError) -> None:
            raise error

        return Ears(
            self._recogniser,
            events=EarsEvents(
                started=_nothing,
                noise=_nothing,
                partial=lambda _: None,
                turn=ended.append,
                failed=failed,
            ),
            context=lambda: RecognitionContext(
                menu=MENU_PHRASES, expecting=mind.expecting, phrases=tuple(mind.phrases)
            ),
            understand=lambda texts: mind.understand(list(texts)),
            clock=asyncio.get_running_loop().time,
        )


def _nothing() -> None:
    """Whoever began to speak is not interrupted here."""


async def _settled() -> None:
    """Let the ears finish what they have begun."""
    others: Sequence[asyncio.Task[object]] = [
        task for task in asyncio.all_tasks() if task.get_name() == "recognise"
    ]
    if others:
        await asyncio.wait(others)
    await asyncio.sleep(0)

"""Sentences to sound, for all calls: each is rendered once, and known by heart from then on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

from servizio.agents.local.mouth import SentenceCache
from servizio.agents.local.sentences import clauses, leads, split_sentences
from servizio.agents.local.speech_queue import Priority
from servizio.agents.local.speech_worker import Reply, Request, Speak, Spoken
from servizio.errors import SpeechError

Ask = Callable[[Request, Priority], Awaitable[Reply]]
"""Has a worker do something. Raises `SpeechError`."""


@dataclass(slots=True)
class _Rendering:
    """A sentence that is being rendered, for whoever waits for it."""

    task: asyncio.Task[bytes]
    listeners: int = 0


class Renderer:
    """The voice of a server. Lives on the event loop."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._cache = SentenceCache()
        self._renderings: dict[str, _Rendering] = {}

    async def speak(self, text: str) -> AsyncGenerator[bytes, None]:
        """Speak a text piece by piece. Close the iterator to stop. Raises `SpeechError`."""
        ahead: list[asyncio.Task[bytes]] = []
        try:
            # The first words that are not known by heart are waited for, if not in silence then
            # while those before them are heard, which are soon over.
            priority = Priority.FIRST_SENTENCE
            for sentence in self._pieces(text):
                ahead.append(asyncio.create_task(self._speak(sentence, priority)))
                if self._cache.get(sentence) is None:
                    priority = Priority.OTHER_SENTENCE
            for task in ahead:
                yield await task
        finally:
            for task in ahead:
                task.cancel()
            await asyncio.gather(*ahead, return_exceptions=True)

    async def learn(self, sentence: str) -> None:
        """Render a sentence that nobody waits for, unless it is known."""
        if self._cache.get(sentence) is None:
            with suppress(SpeechError):
                await self._render(sentence, Priority.SPECULATIVE)

    def _pieces(self, text: str) -> list[str]:
        """What of a text is rendered by itself: whole sentences where they are known by heart,
        else their clauses. Before the first one the words that are known stand alone: they are
        heard at once, and the rest is there when they are over."""
        pieces = [piece for whole in split_sentences(text) for piece in self._clauses(whole)]
        if pieces and not self._is_known(pieces[0]):
            for lead in leads(pieces[0]):
                if self._is_known(lead):
                    return [lead, pieces[0][len(lead) :], *pieces[1:]]
        return pieces

    def _clauses(self, sentence: str) -> list[str]:
        return [sentence] if self._is_known(sentence) else clauses(sentence)

    def _is_known(self, sentence: str) -> bool:
        return self._cache.get(sentence) is not None

    async def _speak(self, sentence: str, priority: Priority) -> bytes:
        """The sound of a sentence. Calls that want the same one at once share the work."""
        known = self._cache.get(sentence)
        if known is not None:
            return known
        rendering = self._renderings.get(sentence)
        if rendering is None:
            task = asyncio.create_task(self._render(sentence, priority), name="render")
            rendering = self._renderings[sentence] = _Rendering(task)
            task.add_done_callback(lambda _task: self._renderings.pop(sentence, None))
        rendering.listeners += 1
        try:
            return await asyncio.shield(rendering.task)
        finally:
            rendering.listeners -= 1
            if not rendering.listeners and not rendering.task.done():
                self._renderings.pop(sentence, None)
                rendering.task.cancel()

    async def _render(self, sentence: str, priority: Priority) -> bytes:
        reply = await self._ask(Speak(sentence), priority)
        if not isinstance(reply, Spoken):
            raise SpeechError("the speech worker gave no speech")
        self._cache.put(sentence, reply.mulaw)
        return reply.mulaw

"""The agent's voice: sentences become sound, one after the other, and fall silent at once.

A speech is told sentence by sentence: its words, then its sound. A new one does not begin
while the customer speaks.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

from servizio.agents.cloud.sound_path import BYTES_PER_SECOND
from servizio.agents.pipeline.conversation import Entry
from servizio.agents.protocol import AgentAudio, AgentEvent, AgentSentence, AgentSpeechEnded
from servizio.errors import AgentError

AHEAD = 6.0
"""Seconds of sound that may wait to be heard; more would be made in vain on a barge-in."""


class Mouth(Protocol):
    """Makes sound of sentences, for one call."""

    async def open(self) -> None:
        """Get ready. Raises `AgentError`."""
        ...

    def speak(self, text: str) -> AsyncGenerator[bytes, None]:
        """Mu-law of a sentence, 8000 Hz, in pieces. Close the iterator to stop.

        Raises `AgentError` where the sound does not come, or not to its end.
        """
        ...

    async def close(self) -> None:
        """Put everything away. Safe to call twice."""
        ...


@dataclass(slots=True)
class Speech:
    """One speech, while it is being put together."""

    entry: Entry
    """Where it stands in the conversation."""
    number: int = 0
    """0 until it begins."""
    is_filler: bool = False
    """Whether it only asks the customer to wait."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    speech: Speech
    text: str


@dataclass(frozen=True, slots=True)
class _End:
    speech: Speech


class Speaker:
    """Speaks for one call; `run` does the work."""

    def __init__(
        self, mouth: Mouth, emit: Callable[[AgentEvent], None], failed: Callable[[AgentError], None]
    ) -> None:
        self._mouth = mouth
        self._emit = emit
        self._failed = failed
        self._clock = asyncio.get_running_loop().time
        self._waiting: deque[_Sentence | _End] = deque()
        self._wake = asyncio.Event()
        self._current: asyncio.Task[None] | None = None
        self._open: Speech | None = None
        self._speeches = 0
        self._plays_until = 0.0
        self._floor = asyncio.Event()
        self._floor.set()
        self.answered_at = float("-inf")
        """When the last sound was handed over that was no filler."""

    @property
    def is_busy(self) -> bool:
        """Whether something is being said, or waits to be."""
        return self._current is not None or bool(self._waiting)

    @property
    def plays_until(self) -> float:
        """When all that was handed over will have been heard."""
        return self._plays_until

    def say(self, speech: Speech, text: str) -> None:
        """Say a sentence of this speech behind everything that waits."""
        self._waiting.append(_Sentence(speech, text))
        self._wake.set()

    def end(self, speech: Speech) -> None:
        """The speech has no more sentences."""
        self._waiting.append(_End(speech))
        self._wake.set()

    def hold(self) -> None:
        """The customer speaks: begin nothing new."""
        self._floor.clear()

    def go_on(self) -> None:
        """The customer does not speak any more."""
        self._floor.set()

    def stop(self) -> None:
        """Nothing of what was to be said is wanted any more."""
        self._waiting.clear()
        if self._current is not None:
            self._current.cancel()
        if self._open is not None:
            self._emit(AgentSpeechEnded(self._open.number))
            self._open = None
        self._plays_until = self._clock()

    async def run(self) -> None:
        """Say what is to be said until cancelled, or until the mouth fails."""
        try:
            while True:
                while not self._waiting:
                    self._wake.clear()
                    await self._wake.wait()
                self._current = asyncio.create_task(self._take(self._waiting.popleft()))
                # Cancelled by `stop`, the sentence ends and the next one begins.
                await asyncio.wait([self._current])
                if not self._current.cancelled() and (error := self._current.exception()):
                    raise error
                self._current = None
        except AgentError as error:
            self._failed(error)
        finally:
            if self._current is not None:
                self._current.cancel()
                await asyncio.wait([self._current])

    async def _take(self, next_up: _Sentence | _End) -> None:
        if isinstance(next_up, _End):
            if self._open is next_up.speech:
                self._emit(AgentSpeechEnded(next_up.speech.number))
                self._open = None
            return
        await self._floor.wait()
        ahead = self._plays_until - self._clock()
        if ahead > AHEAD:
            await asyncio.sleep(ahead - AHEAD)
        is_told = False
        async with aclosing(self._mouth.speak(next_up.text)) as sound:
            async for mulaw in sound:
                # Words are told with their first sound: words without any were never said.
                if not is_told:
                    self._begin(next_up.speech, next_up.text)
                    is_told = True
                self._hand_over(next_up.speech, mulaw)

    def _begin(self, speech: Speech, text: str) -> None:
        if self._open is not speech:
            if self._open is not None:
                self._emit(AgentSpeechEnded(self._open.number))
            self._open = speech
            self._speeches += 1
            speech.number = speech.entry.speech = self._speeches
        speech.entry.said = f"{speech.entry.said} {text}".strip()
        self._emit(AgentSentence(speech.number, text))

    def _hand_over(self, speech: Speech, mulaw: bytes) -> None:
        now = self._clock()
        if not speech.is_filler:
            self.answered_at = now
        self._plays_until = max(now, self._plays_until) + len(mulaw) / BYTES_PER_SECOND
        self._emit(AgentAudio(speech.number, mulaw))

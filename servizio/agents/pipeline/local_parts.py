"""Ears and mouth of this machine, for an agent whose mind is elsewhere."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass

from servizio.agents.local.agent import SpeechWork
from servizio.agents.local.ears import Ears, EarsEvents, Utterance
from servizio.agents.local.hypothesis import RecognitionContext
from servizio.agents.pipeline.hearing import HearingEvents
from servizio.errors import AgentError, SpeechError
from servizio.language.meaning import Expecting, Meaning
from servizio.language.understand import Understander

READY_WITHIN = 2.0
"""Seconds for models that are being loaded; after that another agent takes the call."""
_ASKS_FOR = (
    (Expecting.PHONE_NUMBER, re.compile(r"\b(phone |telephone )?number\b.*\?", re.IGNORECASE)),
    (Expecting.YES_NO, re.compile(r"\b(right|correct|okay|ok)\?", re.IGNORECASE)),
    (Expecting.YES_NO, re.compile(r"\b(is|does|shall|should|do|may|can) (that|this|it|i|we)\b.*\?",
                                  re.IGNORECASE)),
    (Expecting.ORDER, re.compile(r"\b(anything|something) else\?|\bget (for )?you\b",
                                 re.IGNORECASE)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LocalSpeech:
    """Hearing and speaking on this machine, for a shop's menu."""

    work: SpeechWork
    understander: Understander
    menu_phrases: str
    """Name under which the work knows the menu's phrases."""


@dataclass(frozen=True, slots=True)
class LocalAccess:
    """The way to hearing and speaking on this machine, which load behind the server's back."""

    speech: Callable[[], LocalSpeech | None]
    """`None` while it is loading, and where it never will be."""
    state: Callable[[], str]
    """`ready`, `loading` or `broken`."""


class LocalHearing:
    """The local ears; the menu's grammar decides what is heard and when a turn is over."""

    def __init__(self, access: LocalAccess) -> None:
        self._access = access
        self._speech: LocalSpeech
        self._ears: Ears | None = None
        self._expecting = Expecting.ANYTHING

    async def open(self, events: HearingEvents) -> None:
        """Wait for the models."""
        self._speech = await _ready(self._access)
        self._ears = Ears(
            self._speech.work,
            events=EarsEvents(
                started=events.started,
                noise=events.noise,
                partial=events.words,
                turn=lambda heard: _turn_over(events, heard),
                failed=lambda error: events.failed(AgentError(error.message, error.hint)),
            ),
            context=self._context,
            understand=self._understand,
            clock=asyncio.get_running_loop().time,
        )

    def feed(self, mulaw: bytes) -> None:
        """Listen."""
        if self._ears is not None:
            self._ears.feed(mulaw)

    def expect(self, question: str) -> None:
        """Lean towards what answers this."""
        self._expecting = next(
            (what for what, asks in _ASKS_FOR if asks.search(question)), Expecting.ANYTHING
        )

    async def close(self) -> None:
        """Stop listening."""
        if self._ears is not None:
            self._ears.close()

    def _context(self) -> RecognitionContext:
        return RecognitionContext(menu=self._speech.menu_phrases, expecting=self._expecting)

    def _understand(self, hypotheses: Sequence[str]) -> Meaning:
        return self._speech.understander.understand(hypotheses, expecting=self._expecting)


class LocalMouth:
    """The local voice."""

    def __init__(self, access: LocalAccess) -> None:
        self._access = access
        self._speech: LocalSpeech

    async def open(self) -> None:
        """Wait for the models."""
        self._speech = await _ready(self._access)

    async def speak(self, text: str) -> AsyncGenerator[bytes, None]:
        """Render a sentence."""
        sound = self._speech.work.synthesise(text)
        try:
            async for piece in sound:
                yield piece
        except SpeechError as error:
            raise AgentError(error.message, error.hint) from error
        finally:
            close = getattr(sound, "aclose", None)
            if close is not None:
                await close()

    async def close(self) -> None:
        """Nothing is held open."""


def _turn_over(events: HearingEvents, heard: Utterance) -> None:
    if heard.passes:
        events.noise()
    else:
        events.turn(heard.text, heard.ended_at)


async def _ready(access: LocalAccess) -> LocalSpeech:
    speech = access.speech()
    if speech is None:
        raise AgentError("Hearing and speaking on this machine are not loaded.")
    try:
        await speech.work.wait_ready(READY_WITHIN)
    except SpeechError as error:
        raise AgentError(error.message, error.hint) from error
    return speech

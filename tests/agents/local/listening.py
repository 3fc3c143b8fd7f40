"""Sound for the ears of the local agent, and a recogniser that hears what the story says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import cache

from servizio.agents.local.hypothesis import Hypothesis, RecognitionContext
from servizio.audio.frames import FRAME_BYTES, silence
from servizio.demo.scripts import load_scripts
from servizio.errors import SpeechError

FRAME_S = 0.02


@cache
def spoken(customer: str, step: int) -> bytes:
    """A sentence of a simulated customer of the demo, without the silence at its ends."""
    script = next(each for each in load_scripts() if each.id == customer)
    return script.steps[step - 1].mulaw.strip(b"\xff\x7f\xfe\x7e\xfd\x7d\xfc\x7c")


def order() -> bytes:
    """Three seconds of speech."""
    return spoken("ann", 1)


def short_word() -> bytes:
    """`Yes.`"""
    return spoken("ann", 5)


class ToldRecogniser:
    """Hears what it is told to, after a while; knows what it was given."""

    def __init__(self, *texts: str) -> None:
        self.texts: tuple[str, ...] = texts
        """What the next sounds are: hypotheses, best first; none: no words."""
        self.takes = 0.12
        self.given: list[bytes] = []
        self.contexts: list[RecognitionContext] = []
        self.fault: Exception | None = None

    async def transcribe(
        self, mulaw: bytes, *, context: RecognitionContext, n_best: int = 4
    ) -> list[Hypothesis]:
        self.given.append(mulaw)
        self.contexts.append(context)
        texts = self.texts
        await asyncio.sleep(self.takes)
        if self.fault is not None:
            raise self.fault
        return [Hypothesis(text, -float(n)) for n, text in enumerate(texts[:n_best])]


class ToldSpeech(ToldRecogniser):
    """Hearing and speaking of an agent in a story: a word lasts a quarter of a second."""

    def __init__(self) -> None:
        super().__init__()
        self.ready = True
        self.mute: SpeechError | None = None
        """Raised instead of speech, where there is one."""
        self.renders_for = 0.05
        self.known_by_heart: tuple[str, ...] = ()
        """What is rendered at once."""

    async def wait_ready(self, timeout: float) -> None:  # noqa: ASYNC109 - as the engine has it
        if not self.ready:
            await asyncio.sleep(timeout)
            raise SpeechError("The models are still loading.")

    async def synthesise(self, text: str) -> AsyncIterator[bytes]:
        await asyncio.sleep(0.0 if text in self.known_by_heart else self.renders_for)
        if self.mute is not None:
            raise self.mute
        for _ in text.split():
            yield b"\x20" * 2000


async def feed(hear: Callable[[bytes], None], mulaw: bytes) -> None:
    """Let this be heard at the speed of speech."""
    for start in range(0, len(mulaw), FRAME_BYTES):
        hear(mulaw[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\xff"))
        await asyncio.sleep(FRAME_S)


async def feed_quiet(hear: Callable[[bytes], None], seconds: float) -> None:
    """Let nothing be heard for so long."""
    await feed(hear, silence(round(seconds * 1000)))

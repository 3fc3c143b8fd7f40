"""How somebody at this machine holds a customer's side of a call: typed, recorded or spoken."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from servizio.agents.local.spoken_figures import phone_words, speakable
from servizio.audio.frames import SAMPLE_RATE
from servizio.demo.call_screen import CallScreen
from servizio.demo.call_words import CallWords
from servizio.demo.customer import ANSWER_SECONDS, POLITE_SECONDS
from servizio.demo.microphone import Handset
from servizio.demo.phone import PlacedCall
from servizio.demo.typed_lines import TypedLines

PRESS, QUIT = "/press", "/quit"

_KEYS = re.compile(r"[0-9*#]+")
_LONG_NUMBER = re.compile(r"\+?\d(?:[\s().-]{0,2}\d){6,14}")

Say = Callable[[str], Awaitable[bytes]]
"""Makes speech of words: mu-law, 8000 Hz."""


@dataclass(frozen=True, slots=True)
class Manners:
    """How long the customer waits, in seconds."""

    polite: float = POLITE_SECONDS
    """For quiet, before speaking."""
    answer: float = ANSWER_SECONDS
    """For an answer."""
    keys: float = 4.0
    """For an answer to keys: amid a number there is none."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a customer has to do with."""

    line: PlacedCall
    words: CallWords
    screen: CallScreen
    manners: Manners

    async def answered(self, seconds: float | None = None) -> None:
        """Wait until the agent has answered and is quiet."""
        await self.line.hear_reply(self.manners.polite, seconds or self.manners.answer)

    async def quiet(self) -> None:
        """Wait until nobody speaks."""
        await self.line.agent_quiet(self.manners.polite)


Customer = Callable[[Scene], Coroutine[Any, Any, None]]
"""Holds the customer's side of a call; returns when the customer hangs up."""


def spoken(words: str) -> str:
    """Typed words as they are said: telephone numbers digit by digit, other figures in words."""
    return speakable(_LONG_NUMBER.sub(lambda number: phone_words(number[0]), words))


def recorded_customer(recordings: Sequence[tuple[str, bytes]]) -> Customer:
    """Says each recording (name, mu-law) in turn."""

    async def speak(scene: Scene) -> None:
        await scene.answered()
        for name, mulaw in recordings:
            scene.screen.tell(f"({name}, {len(mulaw) / SAMPLE_RATE:.1f} s)")
            await scene.line.speak(mulaw)
            await scene.answered()

    return speak


def typed_customer(lines: TypedLines, say: Say) -> Customer:
    """Says each line when the agent is quiet; `/press KEYS` presses keys, `/quit` hangs up."""

    async def speak(scene: Scene) -> None:
        await scene.answered()
        while True:
            scene.screen.ask()
            words = await lines.next()
            if words is None or words == QUIT:
                return
            scene.screen.answered()
            await scene.quiet()
            scene.screen.say(words)
            if words.startswith("/"):
                await _obey(scene, words)
            elif mulaw := await say(spoken(words)):
                scene.words.customer_said(words)
                await scene.line.speak(mulaw)
                await scene.answered()

    return speak


async def _obey(scene: Scene, command: str) -> None:
    name, _, keys = command.partition(" ")
    keys = "".join(keys.split())
    if name != PRESS or not _KEYS.fullmatch(keys):
        scene.screen.tell(f"({PRESS} and digits, * or # presses keys; {QUIT} hangs up)")
        return
    scene.words.customer_said(keys)
    await scene.line.press(keys)
    with suppress(TimeoutError):
        await scene.answered(scene.manners.keys)


def speaking_customer(handset: Handset) -> Customer:
    """Speaks through the microphone until the shop hangs up."""

    async def speak(scene: Scene) -> None:
        handset.listen_to(scene.line)
        await scene.line.ended.wait()

    return speak

"""The telephone of a simulated restaurant: ears and a voice for a mind that only knows words.

A call of it is polite: it listens until the other side is quiet, then answers. What is said
into its own words is heard, and answered when they are over.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from typing import Protocol

from servizio.agents.local.ears import Ears, EarsEvents, Utterance
from servizio.agents.local.endpoint import EndpointSettings
from servizio.agents.local.hypothesis import RecognitionContext
from servizio.agents.local.listening import Recogniser
from servizio.demo.phone import PlacedCall
from servizio.demo.phone_line import LineError
from servizio.errors import SpeechError
from servizio.language.meaning import Expecting, Meaning

STREAM_SECONDS = 15.0
"""How long the line may take to carry sound."""
TURN_MS = 960
"""Silence after which it is this side's turn."""
LONGEST_TURN_SECONDS = 10.0
"""How long it lets the other side speak before it speaks up."""
SILENT_SECONDS = 8.0
"""Without a word, after which it asks whether anybody is there."""
BREATH_SECONDS = 0.3
"""Before it answers."""


class Reply(Protocol):
    """What the restaurant says next."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """Spoken in order; none: it goes on listening."""
        ...

    @property
    def hang_up(self) -> bool:
        """Whether that was all."""
        ...

    @property
    def wait_seconds(self) -> float:
        """It looks something up before."""
        ...


class Mind(Protocol):
    """What the restaurant thinks: words in, words out."""

    @property
    def phrases(self) -> tuple[str, ...]:
        """Words that may come back now."""
        ...

    def pick_up(self) -> Reply:
        """The first words."""
        ...

    def hear(self, texts: Sequence[str]) -> Reply:
        """Something was said: likely words, best first."""
        ...

    def silent(self, times: int) -> Reply:
        """Nobody says anything, for so many times in a row (from 1)."""
        ...


class Voice(Recogniser, Protocol):
    """Hears and speaks."""

    async def wait_ready(self, seconds: float) -> None:
        """Until it can. Raises `SpeechError`."""
        ...

    def synthesise(self, text: str) -> AsyncIterator[bytes]:
        """Speech of a text: mu-law, 8000 Hz."""
        ...


class RestaurantTelephone:
    """Takes one call (`servizio.demo.rung_call.FarEnd`). Lives on the event loop."""

    def __init__(
        self,
        mind: Mind,
        voice: Voice,
        *,
        answers: bool = True,
        is_busy: bool = False,
        is_machine: bool = False,
        caller: str = "",
        tell: Callable[[str], None] = lambda _line: None,
    ) -> None:
        """`caller`: the name that its display shows of whoever rings. `tell` is given each line
        of the conversation, as this side means and hears it.
        """
        self.answers = answers
        self.is_busy = is_busy
        self.is_machine = is_machine
        self._mind = mind
        self._voice = voice
        self._caller = names_leant_to(caller)
        self._tell = tell
        self._first = mind.pick_up()
        self._known: dict[str, bytes] = {}
        """Sentences that are rendered already."""
        self._heard: asyncio.Queue[tuple[str, ...]] = asyncio.Queue()
        self._is_hearing = False
        self._ears: Ears | None = None

    async def ready(self) -> None:
        """Until the first words are there. Never, where no voice loads: then nobody answers."""
        try:
            await self._voice.wait_ready(60.0)
            for sentence in self._first.sentences:
                self._known[sentence] = await self._spoken(sentence)
        except SpeechError:
            await asyncio.Event().wait()

    def listen(self, mulaw: bytes) -> None:
        """Hear what is on the line."""
        if self._ears is not None:
            self._ears.feed(mulaw)

    async def talk(self, line: PlacedCall) -> None:
        """Hold this side until somebody hangs up."""
        await line.streaming(STREAM_SECONDS)
        self._ears = self._new_ears()
        try:
            await self._converse(line)
        except SpeechError as error:
            raise LineError(error.message) from error
        finally:
            self._ears.close()

    async def _converse(self, line: PlacedCall) -> None:
        reply, silences = self._first, 0
        while True:
            await asyncio.sleep(reply.wait_seconds or BREATH_SECONDS)
            # In one breath: a rest between sentences would be taken for the end of the turn.
            sound = b"".join([await self._spoken(sentence) for sentence in reply.sentences])
            await self._quiet()
            if silences and not self._heard.empty():
                # It was about to ask whether anybody is there, and somebody is.
                silences = 0
            else:
                self._tell(f"restaurant: {' '.join(reply.sentences)}")
                await line.speak(sound)
                if reply.hang_up:
                    return
            said = await self._next(line)
            silences = 0 if said else silences + 1
            if said:
                self._tell(f"heard: {said[0]}")
            reply = self._mind.hear(said) if said else self._mind.silent(silences)

    async def _next(self, line: PlacedCall) -> tuple[str, ...]:
        """What was said; empty: nothing for a while. Raises `LineError` when it is over."""
        while not line.ended.is_set():
            try:
                async with asyncio.timeout(SILENT_SECONDS):
                    said = await self._heard.get()
            except TimeoutError:
                if not self._is_hearing:
                    return ()
                continue
            # What was said meanwhile belongs to it.
            while not self._heard.empty():
                more = self._heard.get_nowait()
                said = tuple(f"{one} {two}" for one, two in zip(said, more, strict=False))
            return said
        raise LineError("the call is over")

    async def _quiet(self) -> None:
        """Until the other side is not speaking: that is polite."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST_TURN_SECONDS):
                while self._is_hearing:  # noqa: ASYNC110 - asked, not told
                    await asyncio.sleep(0.05)

    async def _spoken(self, sentence: str) -> bytes:
        if sentence in self._known:
            return self._known[sentence]
        return b"".join([piece async for piece in self._voice.synthesise(sentence)])

    def _new_ears(self) -> Ears:
        return Ears(
            self._voice,
            events=EarsEvents(
                started=lambda: self._hears(True),
                noise=lambda: self._hears(False),
                partial=lambda _text: None,
                turn=self._turn,
                failed=lambda _error: self._heard.put_nowait(()),
            ),
            context=lambda: RecognitionContext(phrases=(*self._mind.phrases, *self._caller)),
            understand=_nothing_of_ours,
            silence_rule=_after_a_while,
            clock=asyncio.get_running_loop().time,
        )

    def _hears(self, is_hearing: bool) -> None:
        self._is_hearing = is_hearing

    def _turn(self, heard: Utterance) -> None:
        self._is_hearing = False
        if not heard.passes:
            self._heard.put_nowait((heard.text, *heard.texts[:3]))


def names_leant_to(caller: str) -> tuple[str, ...]:
    """How somebody whose name is on the display may say it."""
    name = caller.lower()
    ways = ("{}", "it's {}", "the name is {}", "calling for {}", "under {}")
    return tuple(way.format(name) for way in ways) if name else ()


def _nothing_of_ours(texts: Sequence[str]) -> Meaning:
    """The shop's own understanding of orders has no place here."""
    return Meaning(texts[0] if texts else "", (), 0.0)


def _after_a_while(
    meaning: Meaning, expecting: Expecting, settings: EndpointSettings, *, certain: bool
) -> int:
    del meaning, expecting, settings, certain
    return TURN_MS

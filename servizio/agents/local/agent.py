"""The local agent: ears, mind and mouth of one call, behind the door all agents share."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Protocol

from servizio.agents.local.backchannel import regard_of
from servizio.agents.local.call_mind import CallMind, MindMaker, Reply
from servizio.agents.local.ears import Ears, EarsEvents, Utterance
from servizio.agents.local.endpoint import Regard
from servizio.agents.local.hypothesis import RecognitionContext
from servizio.agents.local.listening import Recogniser
from servizio.agents.local.opening import Opening, in_one_breath
from servizio.agents.local.pressed_keys import PressedKeys
from servizio.agents.local.turn_times import TurnTimes
from servizio.agents.protocol import (
    AgentAudio,
    AgentEvent,
    AgentFailed,
    AgentSentence,
    AgentSpeechEnded,
    CallBrief,
    CustomerHeard,
    CustomerNoise,
    CustomerStarted,
)
from servizio.errors import AgentError, SpeechError
from servizio.language.meaning import Expecting, Meaning

log = logging.getLogger(__name__)


class SpeechWork(Recogniser, Protocol):
    """Recognition and synthesis on this machine, off the event loop."""

    async def wait_ready(self, timeout: float) -> None:  # noqa: ASYNC109 - a plain deadline
        """Until both can be used. Raises `SpeechError` where they cannot in time."""
        ...

    def synthesise(self, text: str) -> AsyncIterator[bytes]:
        """Speech of a sentence in pieces: mu-law, 8000 Hz. Raises `SpeechError`."""
        ...

    async def prepare(self, text: str) -> None:
        """Render a sentence that will probably be spoken soon, when there is nothing to do."""
        ...


Thought = Callable[[CallMind], Awaitable[Reply]]
"""What the mind is to think about next."""


class LocalAgent:
    """One call's local agent (`servizio.agents.protocol.Agent`).

    Turns are taken one after the other by one task; what was not yet said when the customer
    goes on speaking is dropped, and the mind is told how much was heard.
    """

    name = "local"

    def __init__(self, speech: SpeechWork, make_mind: MindMaker, *, menu_phrases: str) -> None:
        self._speech = speech
        self._make_mind = make_mind
        self._menu_phrases = menu_phrases
        self._mind: CallMind | None = None
        self._ears: Ears | None = None
        self._events: asyncio.Queue[AgentEvent] = asyncio.Queue()
        self._speeches = 0
        self._reply: int | None = None
        """Number of the speech that is the mind's last reply; `None`: it has not begun."""
        self._cut_off = False
        """Whether what the customer is saying was said into our speech."""
        self._times: TurnTimes | None = None
        """Of the turn that is being answered; `None` once it is."""
        self._keys = PressedKeys(self._take_keys)
        self._thoughts: asyncio.Queue[Thought] = asyncio.Queue()
        self._thinking: asyncio.Task[None] | None = None
        self._speaking: list[asyncio.Task[None]] = []
        """What is being said or is still to be said, in order."""
        self._sounding: set[asyncio.Task[None]] = set()
        """Of these, what has begun to sound."""
        self._floor_is_free = asyncio.Event()
        self._floor_is_free.set()
        self._closed = False
        self._opening = Opening(
            prepare=lambda text: speech.prepare(text),  # noqa: PLW0108 - few calls need it
            nobody_greets=lambda: self._think(lambda mind: mind.silent(0)),
        )

    async def start(self, brief: CallBrief) -> None:
        """Wait for the models, listen, and speak the first sentence."""
        loop = asyncio.get_running_loop()
        try:
            await self._speech.wait_ready(2.5)
            mind = self._mind = self._make_mind(brief.tools)
            self._keys.region = brief.tools.region
            self._ears = Ears(
                self._speech,
                events=EarsEvents(
                    started=self._customer_started,
                    noise=self._customer_noise,
                    partial=lambda text: self._emit(CustomerHeard(text, final=False)),
                    turn=self._customer_turn,
                    failed=self._fail,
                ),
                context=self._context,
                understand=self._understand,
                clock=loop.time,
                regard=self._regard,
                silence_rule=mind.silence_needed,
            )
        except SpeechError as error:
            raise AgentError(error.message, error.hint) from error
        self._thinking = asyncio.create_task(self._think_in_turn(mind), name="mind")
        self._opening.prepare(mind.prepared)
        waits = brief.tools.speaks_first_after
        if waits is not None and not brief.history:
            self._opening.wait_for_hello(waits)
        elif brief.greeting is not None:
            self._speak((await mind.welcome(brief.greeting)).sentences)
        else:
            self._speak(mind.take_over(brief.apology or "", brief.history).sentences)

    def hear(self, mulaw: bytes) -> None:
        """Listen."""
        if self._ears is not None and not self._closed:
            self._ears.feed(mulaw)

    def press(self, digit: str) -> None:
        """Collect keys until they are a whole number, `#`, or the customer stops pressing."""
        if not self._keys:
            self._emit(CustomerStarted())
        self._keys.press(digit)

    def interrupted(self, speech: int, heard: str, heard_ms: int) -> None:
        """The customer spoke into this speech."""
        del heard_ms  # What was asked and answered is known by its words.
        self._cut_off = True
        if self._mind is not None and self._reply is not None and speech <= self._reply:
            self._mind.spoken(heard if speech == self._reply else "", whole=False)

    def played(self, speech: int) -> None:
        """The customer heard all of it."""
        if self._mind is not None and speech == self._reply:
            self._mind.spoken("", whole=True)

    def silence(self, times: int) -> None:
        """Nobody has said anything for a while."""
        self._think(lambda mind: mind.silent(times))

    def say(self, text: str) -> None:
        """Speak a sentence of the staff's or the call's; the question at hand stays open.

        It does not stand behind an answer that is still being rendered: that may be why the
        customer is asked to wait.
        """
        before = tuple(task for task in self._speaking if task in self._sounding)
        self._speak((text,), is_reply=False, before=before)

    async def events(self) -> AsyncIterator[AgentEvent]:
        """What happens, in order."""
        while not self._closed:
            event = await self._events.get()
            yield event
            self._events.task_done()
            if isinstance(event, AgentFailed):
                return

    async def close(self) -> None:
        """Stop listening and speaking."""
        self._closed = True
        self._keys.close()
        if self._ears is not None:
            self._ears.close()
        tasks = [*self._speaking, *([self._thinking] if self._thinking is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(self._opening.close(), *tasks, return_exceptions=True)

    # What the ears tell

    def _context(self) -> RecognitionContext:
        mind = self._mind
        if mind is None:
            return RecognitionContext(menu=self._menu_phrases)
        # Where no order is taken, nobody speaks of the menu.
        menu = "" if mind.expecting is Expecting.TABLE else self._menu_phrases
        return RecognitionContext(menu=menu, expecting=mind.expecting, phrases=tuple(mind.phrases))

    def _understand(self, hypotheses: Sequence[str]) -> Meaning:
        if self._mind is None:
            return Meaning("", (), 0.0)
        return self._mind.understand(hypotheses)

    def _regard(self, texts: Sequence[str], meaning: Meaning, speech_ms: int) -> Regard:
        """What was said into our speech may be a nod, which is short, and is no turn then."""
        if not self._cut_off or self._mind is None:
            return Regard.WORDS
        return regard_of(texts, meaning, speech_ms, self._mind.only_listens)

    def _customer_started(self) -> None:
        self._opening.somebody_speaks()
        self._cut_off = False
        self._floor_is_free.clear()
        self._emit(CustomerStarted())

    def _customer_noise(self) -> None:
        self._floor_is_free.set()
        self._emit(CustomerNoise())

    def _customer_turn(self, said: Utterance) -> None:
        if said.passes:
            self._emit(CustomerHeard("", final=False))
            self._customer_noise()
            return
        self._times = TurnTimes.of(said, asyncio.get_running_loop().time())
        self._turn_over(said.text, said.ended_at)
        self._think(lambda mind: mind.answer(said.texts))

    def _take_keys(self, keys: str) -> None:
        self._turn_over(" ".join(keys) or "#", None)
        self._think(lambda mind: mind.keys(keys))

    def _turn_over(self, text: str, ended_at: float | None) -> None:
        """The customer has spoken: what was being said is over, heard or not."""
        for task in self._speaking:
            task.cancel()
        if self._reply is None and self._mind is not None:
            self._mind.spoken("", whole=False)
        self._floor_is_free.set()
        self._emit(CustomerHeard(text, final=True, ended_at=ended_at))

    def _fail(self, error: SpeechError) -> None:
        self._emit(AgentFailed(AgentError(error.message, error.hint)))

    def _emit(self, event: AgentEvent) -> None:
        if not self._closed:
            self._events.put_nowait(event)

    # Thinking and speaking

    def _answered(self) -> None:
        """The first sound of the answer is on its way."""
        times, self._times = self._times, None
        if times is not None:
            log.debug("turn_answered %s", times.told(asyncio.get_running_loop().time()))

    def _think(self, thought: Thought) -> None:
        """Think about this next. Thoughts are never cut off: an order may be at stake."""
        self._thoughts.put_nowait(thought)

    async def _think_in_turn(self, mind: CallMind) -> None:
        while True:
            thought = await self._thoughts.get()
            # What the tools do to the call must come after the words that caused it.
            await self._events.join()
            try:
                reply = await thought(mind)
            except Exception:
                log.exception("mind_crashed")
                self._emit(AgentFailed(AgentError("The agent lost its thread.")))
                return
            if self._times is not None:
                self._times.thought_at = asyncio.get_running_loop().time()
            if self._thoughts.empty():
                self._speak(reply.sentences)
            elif reply.sentences:
                # The customer has said more since: the reply to all of it comes next.
                mind.spoken("", whole=False)

    def _speak(
        self,
        sentences: tuple[str, ...],
        *,
        is_reply: bool = True,
        before: Sequence[asyncio.Task[None]] | None = None,
    ) -> None:
        """Say this when what is being said has been said, or `before` where it is given."""
        if is_reply and sentences:
            self._reply = None
        earlier = tuple(self._speaking) if before is None else before
        task = asyncio.create_task(
            self._say_after(earlier, sentences, is_reply=is_reply), name="speech"
        )
        self._speaking.append(task)
        task.add_done_callback(self._said)

    def _said(self, task: asyncio.Task[None]) -> None:
        self._speaking.remove(task)
        self._sounding.discard(task)

    async def _say_after(
        self, before: Sequence[asyncio.Task[None]], sentences: Sequence[str], *, is_reply: bool
    ) -> None:
        if before:
            await asyncio.wait(before)
        # The customer may have gone on while the answer was being found: let them finish.
        await self._floor_is_free.wait()
        if not sentences:
            self._emit(CustomerNoise())
            return
        speech: int | None = None
        try:
            for sentence in sentences:
                is_told = False
                sound = self._speech.synthesise(sentence)
                whole = self._mind is not None and self._mind.in_one_breath
                async for piece in in_one_breath(sound) if whole else sound:
                    speech = speech if speech is not None else self._begin_speech(is_reply=is_reply)
                    if not is_told:
                        self._emit(AgentSentence(speech, sentence))
                        is_told = True
                    self._emit(AgentAudio(speech, piece))
                    if is_reply:
                        self._answered()
        except SpeechError as error:
            self._fail(error)
            return
        # Where there was nothing to say after all, nobody waits for it.
        self._emit(AgentSpeechEnded(speech) if speech is not None else CustomerNoise())

    def _begin_speech(self, *, is_reply: bool) -> int:
        """The number of a speech whose first sound is there."""
        self._speeches += 1
        if is_reply:
            self._reply = self._speeches
        if (task := asyncio.current_task()) is not None:
            self._sounding.add(task)
        return self._speeches

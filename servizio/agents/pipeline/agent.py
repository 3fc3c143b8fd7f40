"""The pipeline agent: ears, a language model and a mouth as one agent of ours."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator

from servizio.agents.cloud.ending import end_tasks
from servizio.agents.cloud.event_stream import EventStream
from servizio.agents.cloud.first_words import FirstWords
from servizio.agents.cloud.functions import FunctionCall, FunctionCalls
from servizio.agents.cloud.keypad import Keypad
from servizio.agents.cloud.sentences import FILLER, NUDGE
from servizio.agents.cloud.timers import Timers
from servizio.agents.local.backchannel import is_backchannel
from servizio.agents.pipeline.answering import Answering
from servizio.agents.pipeline.chat import Chat
from servizio.agents.pipeline.chat_pieces import ChatError, Trouble
from servizio.agents.pipeline.conversation import Conversation, Entry
from servizio.agents.pipeline.hearing import Hearing, HearingEvents
from servizio.agents.pipeline.plan import PipelineParts
from servizio.agents.pipeline.speaking import Mouth, Speaker, Speech
from servizio.agents.pipeline.waiting import Waiting
from servizio.agents.protocol import (
    AgentEvent,
    AgentFailed,
    CallBrief,
    CustomerHeard,
    CustomerNoise,
    CustomerStarted,
)
from servizio.agents.toolset import Toolset
from servizio.errors import AgentError, AgentRefusedError, AgentUnreachableError

START_SECONDS = 2.0
"""For ears, mouth and model to get ready; usually it takes a third of a second."""

log = logging.getLogger(__name__)


class PipelineAgent:
    """One call's pipeline (`servizio.agents.protocol.Agent`)."""

    name = "pipeline"

    def __init__(self, parts: PipelineParts) -> None:
        self._parts = parts
        self._loop = asyncio.get_running_loop()
        self._events = EventStream()
        self._chat: Chat = parts.chat
        self._hearing: Hearing = parts.make_hearing()
        self._mouth: Mouth = parts.make_mouth()
        self._speaker = Speaker(self._mouth, self._emit, self._fail)
        self._conversation: Conversation
        self._functions: FunctionCalls
        self._answering: Answering
        self._keypad = Keypad(
            on_first=self._first_key_pressed,
            on_number=self._keys_pressed,
        )
        self._answer: asyncio.Task[None] | None = None
        self._draft: Entry | None = None
        """What the customer has probably said, where the answer is one to that."""
        self._tasks: list[asyncio.Task[None]] = []
        self._waiting = Waiting(self._speaker, self._loop, fill=self._fill, give_up=self._give_up)
        self._cut_off = False
        """Whether what the customer is saying was said into our speech."""
        self._timers = Timers(self._loop)
        self._first_words = FirstWords(self._timers, self.say)
        self._tools: Toolset
        self._closed = False
        self._call_sid = ""

    async def start(self, brief: CallBrief) -> None:
        """Get all three ready, and speak the first sentence."""
        self._call_sid, self._tools = brief.call_sid, brief.tools
        try:
            async with asyncio.timeout(START_SECONDS):
                await self._open_parts()
        except TimeoutError as error:
            raise AgentUnreachableError("The parts of the pipeline did not answer.") from error
        self._prepare(brief)
        self._tasks = [
            asyncio.create_task(self._functions.run(), name="pipeline functions"),
            asyncio.create_task(self._speaker.run(), name="pipeline speaker"),
        ]
        first = brief.greeting or brief.apology
        if not self._first_words.wait(brief) and first:
            self.say(first)

    def hear(self, mulaw: bytes) -> None:
        """Listen."""
        if not self._closed:
            self._hearing.feed(mulaw)

    def press(self, digit: str) -> None:
        """Collect keys; a whole number goes to the model as words of the customer's."""
        self._keypad.press(digit)

    def interrupted(self, speech: int, heard: str, heard_ms: int) -> None:
        """The customer spoke into this speech."""
        del heard_ms
        self._cut_off = True
        self._conversation.interrupted(speech, heard)

    def played(self, speech: int) -> None:
        """The customer heard all of it."""
        self._conversation.played(speech)

    def silence(self, times: int) -> None:
        """Ask whether the customer is there."""
        if text := self._tools.at_silence(times):
            self.say(text)
        else:
            self._emit(CustomerNoise())

    def say(self, text: str) -> None:
        """Speak this behind what is being said."""
        entry = Entry("assistant", text, is_open=True)
        self._conversation.add(entry)
        self._hearing.expect(text)
        self._speak(entry, text)

    def events(self) -> AsyncIterator[AgentEvent]:
        """What happens, in order."""
        return self._events.events()

    async def close(self) -> None:
        """End everything; what is still coming from the providers is cut."""
        self._closed = True
        self._timers.close()
        self._events.close()
        self._waiting.end()
        self._keypad.close()
        tasks = [*self._tasks, *([self._answer] if self._answer is not None else [])]
        await end_tasks(tasks, self._close_parts)

    async def _close_parts(self) -> None:
        await asyncio.gather(self._hearing.close(), self._mouth.close(), return_exceptions=True)

    # Getting ready

    async def _open_parts(self) -> None:
        """All at once. The first to fail decides; the others are put away by `close`."""
        ears = HearingEvents(
            started=self._customer_started,
            noise=self._customer_noise,
            words=self._customer_words,
            pauses=self._customer_pauses,
            goes_on=self._customer_goes_on,
            turn=self._customer_turn,
            missed=lambda: self.say(NUDGE),
            failed=self._fail,
        )
        openings = [
            asyncio.ensure_future(self._hearing.open(ears)),
            asyncio.ensure_future(self._mouth.open()),
            asyncio.ensure_future(open_model(self._chat)),
        ]
        try:
            await asyncio.gather(*openings)
        finally:
            for each in openings:
                each.cancel()
            await asyncio.gather(*openings, return_exceptions=True)

    def _prepare(self, brief: CallBrief) -> None:
        told = brief.tools.prompt(
            now=self._parts.now(),
            extra=self._parts.prompt_extra,
            takes_over=brief.greeting is None,
        )
        self._conversation = Conversation(told, brief.history)
        self._functions = FunctionCalls(
            brief.tools,
            answer=self._function_answered,
            settled=self._events.join,
        )
        self._answering = Answering(
            self._chat,
            self._conversation,
            self._functions,
            self._speaker,
            tools=brief.tools.specs(),
            call_sid=brief.call_sid,
            spoken=self._hearing.expect,
        )
        self._keypad.open(brief.tools.region)

    def _function_answered(self, call: FunctionCall, content: str) -> None:
        self._answering.answered(call, content)

    # What the ears tell

    def _customer_started(self) -> None:
        self._cut_off = False
        self._first_words.somebody_spoke()
        self._speaker.hold()
        self._waiting.end()
        self._emit(CustomerStarted())

    def _customer_noise(self) -> None:
        self._customer_goes_on()
        self._emit(CustomerNoise())
        self._speaker.go_on()
        if self._answer is None and self._conversation.owes_answer():
            self._begin_answer()
        elif self._answer is not None and not self._answer.done():
            self._waiting.begin()

    def _customer_words(self, text: str) -> None:
        self._emit(CustomerHeard(text, final=False))
        if not self._is_nod(text):
            self._drop_answer()

    def _customer_pauses(self, text: str) -> None:
        """Think of the answer; nothing is said or done before the turn is over."""
        if not text.strip() or self._is_nod(text):
            return
        self._drop_answer()
        self._draft = self._conversation.customer(text)
        self._functions.turn_began()
        self._answer = asyncio.create_task(self._answer_turn(), name="pipeline draft")

    def _customer_goes_on(self) -> None:
        if self._draft is not None:
            self._drop_answer()

    def _customer_turn(self, text: str, ended_at: float | None) -> None:
        if not text.strip() or self._is_nod(text):
            self._emit(CustomerHeard("", final=False))
            self._customer_noise()
            return
        self._take_turn(text, text, ended_at)

    def _first_key_pressed(self) -> None:
        self._emit(CustomerStarted())
        self._speaker.hold()

    def _keys_pressed(self, digits: str) -> None:
        self._take_turn(" ".join(digits), digits, None)

    def _is_nod(self, text: str) -> bool:
        """Whether this only says "I am listening", into a speech that is no question yet."""
        return self._cut_off and is_backchannel(text) and not self._conversation.has_asked()

    def _take_turn(self, shown: str, told: str, ended_at: float | None) -> None:
        is_drafted = self._draft is not None and self._draft.text == told
        if not is_drafted:
            self._drop_answer()
            self._conversation.customer(told)
        self._draft = None
        self._functions.new_turn()
        self._functions.turn_ended()
        self._emit(CustomerHeard(shown, final=True, ended_at=ended_at))
        self._speaker.go_on()
        if is_drafted:
            self._waiting.begin()
        else:
            self._begin_answer()

    def _begin_answer(self) -> None:
        self._answer = asyncio.create_task(self._answer_turn(), name="pipeline answer")
        self._waiting.begin()

    def _drop_answer(self) -> None:
        """The customer has said more: what is being thought and said is of no use any more."""
        if self._answer is not None:
            self._answer.cancel()
            self._tasks = [each for each in self._tasks if not each.done()]
            self._tasks.append(self._answer)
            self._answer = None
        self._speaker.stop()
        self._conversation.stopped()
        if self._draft is not None:
            calls = self._conversation.withdraw(self._draft)
            self._draft = None
            self._functions.cancel(calls)
            self._functions.turn_ended()
            self._answering.forget(calls)

    # Thinking and speaking

    async def _answer_turn(self) -> None:
        try:
            # How far we were heard must be known before the model is told.
            await self._events.join()
            await self._answering.answer()
        except AgentError as error:
            if self._draft is not None:
                # The turn is not over: it is asked again then.
                self._drop_answer()
            else:
                self._fail(error)
        except Exception:
            log.exception("pipeline_crashed call=%s", self._call_sid)
            self._fail(AgentError("The agent lost its thread."))

    def _speak(self, entry: Entry, text: str) -> None:
        speech = Speech(entry)
        self._speaker.say(speech, text)
        self._speaker.end(speech)

    def _fill(self) -> None:
        """Ask the customer to wait. The model need not know."""
        speech = Speech(Entry("assistant", ""), is_filler=True)
        self._speaker.say(speech, FILLER)
        self._speaker.end(speech)

    def _give_up(self) -> None:
        self._fail(AgentError("The pipeline owes an answer."))

    def _fail(self, error: AgentError) -> None:
        self._waiting.end()
        self._emit(AgentFailed(error))

    def _emit(self, event: AgentEvent) -> None:
        self._events.put(event)


async def open_model(chat: Chat) -> None:
    """See that the model's server is there and takes our key. Raises `AgentError`."""
    try:
        await chat.check()
    except ChatError as error:
        if error.trouble is Trouble.REFUSED:
            raise AgentRefusedError(
                f"The language model refused: {error.text}.", "Check llm.api_key."
            ) from error
        raise AgentUnreachableError(
            f"The language model {error.text}.", "Check llm.base_url."
        ) from error

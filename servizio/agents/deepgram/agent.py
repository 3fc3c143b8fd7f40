"""The Deepgram Voice Agent as an agent of ours: one session holds one call."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable

from servizio.agents.cloud.customer_sound import CustomerSound
from servizio.agents.cloud.ending import end_tasks
from servizio.agents.cloud.event_stream import EventStream
from servizio.agents.cloud.first_words import FirstWords
from servizio.agents.cloud.functions import FunctionCall, FunctionCalls
from servizio.agents.cloud.keypad import Keypad
from servizio.agents.cloud.replies import Replies
from servizio.agents.cloud.timers import Timers
from servizio.agents.cloud.vigil import FATAL, Verdict, Vigil
from servizio.agents.deepgram.asides import Asides
from servizio.agents.deepgram.connection import Connection, fault_error
from servizio.agents.deepgram.messages import (
    AudioDone,
    Fault,
    FunctionsCancelled,
    FunctionsKept,
    FunctionsWanted,
    InjectionRefused,
    Message,
    Notice,
    Said,
    SettingsApplied,
    Thinking,
    TurnEnded,
    UserStarted,
    Welcome,
    read,
)
from servizio.agents.deepgram.plan import DeepgramShop, settings_message, sound_path
from servizio.agents.protocol import (
    AgentAudio,
    AgentEvent,
    AgentFailed,
    CallBrief,
    CustomerHeard,
    CustomerNoise,
    CustomerStarted,
)
from servizio.agents.toolset import Toolset
from servizio.errors import AgentError, AgentLostError, AgentUnreachableError

START_SECONDS = 2.0
"""For the whole handshake; usually it takes a third of a second."""
GREETING_WITHIN = 2.8
"""Seconds from the beginning until the customer hears something."""
LOOK = 0.1
"""Seconds between two looks at what should have happened."""

log = logging.getLogger(__name__)


class DeepgramAgent:
    """One call's session (`servizio.agents.protocol.Agent`)."""

    name = "deepgram"

    def __init__(self, shop: DeepgramShop) -> None:
        self._shop = shop
        self._loop = asyncio.get_running_loop()
        self._timers = Timers(self._loop)
        self._events = EventStream()
        self._connection: Connection | None = None
        self._sound = sound_path(shop.plan)
        self._replies = Replies(self._sound, self._loop.time, self._emit)
        self._customer = CustomerSound(self._loop.time)
        self._vigil = Vigil(self._replies, self._customer, self._loop.time)
        self._tools: Toolset
        self._functions: FunctionCalls
        self._keypad = Keypad(
            on_first=self._first_key_pressed,
            on_number=self._keys_pressed,
        )
        self._keyed: deque[str] = deque(maxlen=4)
        self._asides = Asides(self._vigil, self._send, self._timers.later)
        self._first_words = FirstWords(self._timers, self.say)
        self._went_on = False
        """Whether speech that was cut off is being heard again."""
        self._fault: AgentError | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._closed = False
        self._call_sid = ""
        self._speak: Callable[[AgentAudio], bool] = lambda _sound: False

    async def start(self, brief: CallBrief) -> None:
        """Open a session. Deepgram speaks the greeting, or the apology, by itself."""
        began = self._loop.time()
        self._call_sid, self._tools = brief.call_sid, brief.tools
        self._speak = brief.speak
        try:
            async with asyncio.timeout(START_SECONDS):
                connection = self._connection = await Connection.open(self._shop.plan)
                request_id = await connection.settle(self._settings(brief))
        except TimeoutError as error:
            raise AgentUnreachableError("Deepgram did not answer in time.") from error
        log.info("deepgram_session call=%s request=%s", brief.call_sid, request_id[:64])
        self._functions = FunctionCalls(brief.tools, answer=self._answer, settled=self._events.join)
        self._keypad.open(brief.tools.region)
        if not self._first_words.wait(brief) and (brief.greeting or brief.apology):
            self._vigil.owe(patience=GREETING_WITHIN - (self._loop.time() - began))
        self._tasks = [
            asyncio.create_task(self._receive(connection), name="deepgram receiver"),
            asyncio.create_task(self._functions.run(), name="deepgram functions"),
        ]
        self._timers.later(LOOK, self._look)

    def hear(self, mulaw: bytes) -> None:
        """Pass it on."""
        if self._connection is None or self._closed:
            return
        self._connection.send_sound(self._sound.up(mulaw))
        # Its own echo is no customer, unless Deepgram says so.
        if self._vigil.is_hearing or not self._replies.is_heard:
            self._customer.feed(mulaw)

    def press(self, digit: str) -> None:
        """Collect keys; a whole number goes to the model as words of the customer's."""
        self._keypad.press(digit)

    def interrupted(self, speech: int, heard: str, heard_ms: int) -> None:
        """Deepgram knows by itself that it was interrupted."""

    def played(self, speech: int) -> None:
        """Nothing waits for that."""

    def silence(self, times: int) -> None:
        """Ask whether the customer is there."""
        if text := self._tools.at_silence(times):
            self.say(text)
        else:
            self._emit(CustomerNoise())

    def say(self, text: str) -> None:
        """Have a sentence spoken behind what is being said."""
        self._asides.say(text)

    def events(self) -> AsyncIterator[AgentEvent]:
        """What happens, in order."""
        return self._events.events()

    async def close(self) -> None:
        """End the session."""
        self._closed = True
        self._timers.close()
        self._events.close()
        self._keypad.close()
        await end_tasks(self._tasks, self._hang_up)

    async def _hang_up(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    # What Deepgram tells

    async def _receive(self, connection: Connection) -> None:
        await connection.listen(self._take_frame)
        self._fail(self._fault or connection.closed_error())

    def _take_frame(self, frame: str | bytes) -> None:
        if self._events.is_over:
            return
        try:
            if isinstance(frame, str):
                message = read(frame)
                if message is not None:
                    self._take(message)
            elif frame and self._replies.take_sound(frame) and not self._asides.is_filling:
                self._vigil.sound_came()
        except Exception:
            log.exception("deepgram_crashed call=%s", self._call_sid)
            self._fail(self._fault or AgentLostError("The session of Deepgram broke down."))

    def _take(self, message: Message) -> None:
        match message:
            case UserStarted():
                self._customer_started()
            case Said(by_customer=True, text=text):
                self._customer_said(text)
            case Said(text=text):
                self._agent_says(text)
            case AudioDone():
                self._speech_ended()
            case FunctionsWanted() | FunctionsCancelled() | FunctionsKept() | TurnEnded():
                self._take_functions(message)
            case Thinking():
                self._replies.open_gate()
                self._vigil.progress()
            case InjectionRefused():
                self._asides.refused()
            case Notice(code=code):
                log.warning("deepgram_warning call=%s code=%s", self._call_sid, code[:80])
            case Fault():
                self._fault = fault_error(message)
                self._fail(self._fault)
            case Welcome() | SettingsApplied():
                pass

    def _take_functions(
        self, message: FunctionsWanted | FunctionsCancelled | FunctionsKept | TurnEnded
    ) -> None:
        functions = self._functions
        match message:
            case FunctionsWanted(calls=calls):
                self._replies.open_gate()
                self._vigil.progress()
                functions.want(calls)
            case FunctionsCancelled(ids=ids):
                functions.cancel(ids)
            case FunctionsKept(ids=ids):
                functions.keep(ids)
            case TurnEnded():
                functions.turn_ended()
                self._replies.open_gate()

    def _customer_started(self) -> None:
        # First of all, before anything else can be sent: the line falls silent.
        self._emit(CustomerStarted())
        self._first_words.somebody_spoke()
        self._vigil.customer_started()
        self._replies.shut()
        self._asides.forget()
        self._went_on = False
        self._functions.turn_began()

    def _customer_said(self, text: str) -> None:
        self._replies.open_gate()
        self._functions.turn_ended()
        if text in self._keyed:
            self._keyed.remove(text)
            return
        if not text.strip():
            return
        self._functions.new_turn()
        if self._went_on:
            # There were words after all: what went on is dead once more.
            self._went_on = False
            self._emit(CustomerStarted())
        self._emit(CustomerHeard(text, final=True, ended_at=self._customer.ended_at))
        self._vigil.customer_understood()

    def _agent_says(self, text: str) -> None:
        if self._replies.take_sentence(text):
            self._asides.spoken(text)

    def _speech_ended(self) -> None:
        if self._replies.is_open and not self._replies.sounded:
            # Words without a sound: the vigil decides whether it still comes.
            return
        self._end_speech()

    def _end_speech(self) -> None:
        self._replies.end()
        self._asides.forget()

    # What we tell Deepgram

    def _settings(self, brief: CallBrief) -> dict[str, object]:
        return settings_message(
            self._shop.plan,
            prompt=brief.tools.prompt(
                now=self._shop.now(),
                extra=self._shop.prompt_extra,
                takes_over=brief.greeting is None,
            ),
            tools=brief.tools.specs(),
            greeting=brief.greeting or brief.apology,
            history=brief.history,
            voice=brief.tools.voice,
            key_terms=brief.tools.key_terms(),
        )

    def _answer(self, call: FunctionCall, content: str) -> None:
        answer: dict[str, object] = {
            "type": "FunctionCallResponse",
            "id": call.id,
            "name": call.name,
            "content": content,
        }
        if call.thought_signature:
            answer["thought_signature"] = call.thought_signature
        self._send(answer)
        self._vigil.progress()

    def _first_key_pressed(self) -> None:
        self._emit(CustomerStarted())
        self._replies.shut()

    def _keys_pressed(self, digits: str) -> None:
        self._keyed.append(digits)
        self._replies.open_gate()
        self._emit(CustomerHeard(" ".join(digits), final=True))
        self._functions.new_turn()
        self._send({"type": "InjectUserMessage", "content": digits})
        self._vigil.customer_understood()

    def _send(self, message: dict[str, object]) -> None:
        if self._connection is not None and not self._closed:
            self._connection.send(message)

    # What should have happened

    def _look(self) -> None:
        self._timers.later(LOOK, self._look)
        if self._connection is not None and self._connection.is_stuck:
            self._fail(AgentError("Deepgram takes no more sound."))
            return
        match self._vigil.look(at_work=self._functions.busy > 0):
            case Verdict.FILL:
                self._asides.fill()
            case Verdict.NUDGE:
                self._replies.open_gate()
                self._asides.nudge()
            case Verdict.NOISE:
                self._replies.open_gate()
                self._functions.turn_ended()
                self._went_on = True
                self._emit(CustomerNoise())
            case Verdict.SPEECH_OVER:
                self._end_speech()
            case Verdict.NOTHING:
                pass
            case fatal:
                self._fail(AgentError(f"Deepgram {FATAL[fatal]}."))

    def _fail(self, error: AgentError) -> None:
        self._timers.stop()
        self._emit(AgentFailed(error))

    def _emit(self, event: AgentEvent) -> None:
        if self._events.is_over:
            return
        if isinstance(event, AgentAudio) and self._events.is_empty and self._speak(event):
            return
        self._events.put(event)

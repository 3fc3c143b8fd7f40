"""OpenAI's Realtime API as an agent of ours: one call, one session, and another where one ends."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator

from servizio.agents.cloud.customer_sound import CustomerSound
from servizio.agents.cloud.ending import end_tasks
from servizio.agents.cloud.event_stream import EventStream
from servizio.agents.cloud.first_words import FirstWords
from servizio.agents.cloud.functions import FunctionCall, FunctionCalls
from servizio.agents.cloud.keypad import Keypad
from servizio.agents.cloud.replies import Replies
from servizio.agents.cloud.sound_path import Untouched
from servizio.agents.cloud.timers import Timers
from servizio.agents.cloud.vigil import DRY, FATAL, UNHEARD_AFTER, Verdict, Vigil
from servizio.agents.openai_realtime.connection import Connection
from servizio.agents.openai_realtime.conversation import Conversation, Outside
from servizio.agents.openai_realtime.customer_words import CustomerTurns
from servizio.agents.openai_realtime.faults import Weight, fault_error, weigh
from servizio.agents.openai_realtime.joining import Joined, join
from servizio.agents.openai_realtime.messages import (
    Committed,
    CustomerWords,
    Fault,
    Message,
    SessionTold,
    SpeechStarted,
    read,
)
from servizio.agents.openai_realtime.plan import RealtimeShop, exactly, fault_of, going_on
from servizio.agents.openai_realtime.way import Way
from servizio.agents.protocol import (
    AgentEvent,
    AgentFailed,
    AgentSentence,
    CallBrief,
    CustomerHeard,
    CustomerNoise,
    CustomerStarted,
    CustomerStopped,
)
from servizio.errors import AgentError, AgentRefusedError, AgentUnreachableError

START_SECONDS = 2.0
"""For the whole handshake; usually it takes a third of a second."""
GREETING_WITHIN = 2.8
"""Seconds from the beginning until the customer hears something."""
LOOK = 0.1
"""Seconds between two looks at what should have happened."""
THINKS_FOR = 1.4
"""Seconds for which nothing may come after the longest end of a turn."""

log = logging.getLogger(__name__)


class RealtimeAgent:
    """One call's session (`servizio.agents.protocol.Agent`)."""

    name = "openai"

    def __init__(self, shop: RealtimeShop) -> None:
        self._shop = shop
        self._loop = asyncio.get_running_loop()
        self._timers = Timers(self._loop)
        self._events = EventStream()
        self._way = Way(self._loop.time)
        self._replies = Replies(Untouched(), self._loop.time, self._emit)
        self._customer = CustomerSound(self._loop.time)
        self._vigil = Vigil(
            self._replies,
            self._customer,
            self._loop.time,
            unheard_after=max(UNHEARD_AFTER, shop.plan.end_of_turn + THINKS_FOR),
        )
        self._turns: CustomerTurns
        self._brief: CallBrief
        self._functions: FunctionCalls
        self._conversation: Conversation
        self._keypad = Keypad(
            on_first=self._first_key_pressed,
            on_number=self._keys_pressed,
        )
        self._sessions = 0
        """How many have been opened in this call."""
        self._first_words = FirstWords(self._timers, self.say)
        self._tolerated: Counter[str] = Counter()
        self._tasks: list[asyncio.Task[None]] = []
        self._closed = False

    async def start(self, brief: CallBrief) -> None:
        """Open a session and ask for the greeting, or the apology."""
        began = self._loop.time()
        self._brief = brief
        self._turns = CustomerTurns(brief.history)
        self._functions = FunctionCalls(brief.tools, answer=self._answer, settled=self._events.join)
        try:
            async with asyncio.timeout(START_SECONDS):
                session = await self._join(takes_over=brief.greeting is None)
        except TimeoutError as error:
            raise AgentUnreachableError("OpenAI did not answer in time.") from error
        self._keypad.open(brief.tools.region)
        self._tasks.append(asyncio.create_task(self._functions.run(), name="openai functions"))
        self._enter(session)
        if not self._first_words.wait(brief):
            self._conversation.go_on(
                exactly(session.instructions, brief.greeting)
                if brief.greeting
                else going_on(session.instructions, brief.apology)
            )
            self._vigil.owe(patience=GREETING_WITHIN - (self._loop.time() - began))
        self._timers.later(LOOK, self._look)

    def hear(self, mulaw: bytes) -> None:
        """Pass it on."""
        # Its own echo is no customer, unless the provider says so.
        is_customer = self._vigil.is_hearing or not self._replies.is_heard
        if self._way.send_sound(mulaw) and is_customer:
            self._customer.feed(mulaw)

    def press(self, digit: str) -> None:
        """Collect keys; a whole number goes to the model as words of the customer's."""
        self._keypad.press(digit)

    def interrupted(self, speech: int, heard: str, heard_ms: int) -> None:
        """Tell the model how much of what it said was heard."""
        self._turns.agent_was_cut_off(heard)
        self._conversation.interrupted(speech, heard_ms)

    def played(self, speech: int) -> None:
        """The customer has heard all of it."""
        self._turns.agent_was_heard(speech)
        self._conversation.voice.played(speech)

    def silence(self, times: int) -> None:
        """Ask whether the customer is there."""
        if text := self._brief.tools.at_silence(times):
            self._conversation.asides.say(text, lasts=False)
        else:
            self._emit(CustomerNoise())

    def say(self, text: str) -> None:
        """Have a sentence spoken behind what is being said."""
        self._conversation.asides.say(text, lasts=True)

    def events(self) -> AsyncIterator[AgentEvent]:
        """What happens, in order."""
        return self._events.events()

    async def close(self) -> None:
        """End the session."""
        if self._tolerated and not self._closed:
            log.info("openai_tolerated call=%s %s", self._brief.call_sid, dict(self._tolerated))
        self._closed = True
        self._timers.close()
        self._events.close()
        self._keypad.close()
        await end_tasks(self._tasks, self._way.close)

    # Sessions

    async def _join(self, *, takes_over: bool) -> Joined:
        """A session that knows of the call so far."""
        return await join(self._shop, self._brief.tools, self._turns.said, takes_over=takes_over)

    def _enter(self, session: Joined) -> None:
        """This session holds the call from now on."""
        self._sessions += 1
        self._way.enter(session, self._shop.now().timestamp())
        outside = Outside(self._way.send, self._timers.later, self._fail, self._functions)
        self._conversation = Conversation(
            self._sessions, session.instructions, self._replies, self._vigil, outside
        )
        self._tasks.append(
            asyncio.create_task(self._receive(session.connection), name="openai receiver")
        )

    async def _rejoin(self) -> None:
        """Go on in a new session; this one is at its end."""
        old = self._way.connection
        try:
            async with asyncio.timeout(START_SECONDS):
                session = await self._join(takes_over=True)
        except (TimeoutError, AgentError):
            if old is not None:
                self._way.term.put_off()
                return
            self._fail(AgentError("OpenAI ended the session, and there was no other."))
            return
        if old is not None and not self._is_quiet:
            # What it was told is old by now.
            await session.connection.close()
            self._way.term.put_off()
            return
        owes = not self._is_quiet
        self._replies.end()
        self._enter(session)
        if owes:
            self._vigil.customer_is_done()
            self._conversation.go_on(going_on(session.instructions, None))
        if old is not None:
            await old.close()

    # What the provider tells

    async def _receive(self, connection: Connection) -> None:
        try:
            async for frame in connection.frames():
                if self._events.is_over:
                    return
                message = read(frame)
                if message is not None and connection is self._way.connection:
                    self._take(message)
        except Exception:
            log.exception("openai_crashed call=%s", self._brief.call_sid)
        if connection is not self._way.connection:
            return
        # The loop above ends as silently for an expired session as for a good end.
        if connection.has_expired and self._way.term.may_rejoin():
            self._way.connection = None
            await connection.close()
            await self._rejoin()
        else:
            self._fail(connection.closed_error())

    def _take(self, message: Message) -> None:
        match message:
            case SpeechStarted():
                self._customer_started()
            case Committed():
                self._customer_stopped()
            case CustomerWords():
                self._customer_said(message)
            case Fault():
                self._take_fault(message)
            case SessionTold(session=session):
                if fault := fault_of(session):
                    self._fail(AgentRefusedError(f"OpenAI changed the session: {fault}."))
            case _:
                self._conversation.take(message)

    def _take_fault(self, fault: Fault) -> None:
        match weigh(fault):
            case Weight.FATAL:
                self._fail(fault_error(fault))
                return
            case Weight.ACTIVE:
                self._conversation.refused(fault.ours, is_active=True)
            case Weight.PASSING:
                self._conversation.refused(fault.ours, is_active=False)
            case Weight.NOTHING | Weight.EXPIRED:
                # An expired session closes its socket next.
                pass
        self._tolerated[fault.code or fault.kind or "no code"] += 1

    def _customer_started(self) -> None:
        # First of all, before anything else can be sent: the line falls silent.
        self._emit(CustomerStarted())
        self._first_words.somebody_spoke()
        self._vigil.customer_started()
        self._conversation.customer_began()

    def _customer_stopped(self) -> None:
        self._functions.new_turn()
        self._emit(CustomerStopped(self._customer.ended_at))
        self._vigil.customer_understood()

    def _customer_said(self, message: CustomerWords) -> None:
        text = self._turns.take(message)
        if text:
            self._emit(CustomerHeard(text, final=message.whole, late=message.whole))

    # What we tell the provider

    def _first_key_pressed(self) -> None:
        self._emit(CustomerStarted())
        self._conversation.stop()

    def _answer(self, call: FunctionCall, content: str) -> None:
        self._conversation.answer(call, content)

    def _keys_pressed(self, digits: str) -> None:
        spoken = " ".join(digits)
        self._turns.customer_said(spoken)
        self._emit(CustomerHeard(spoken, final=True))
        self._functions.new_turn()
        self._vigil.customer_understood()
        self._conversation.add_words(digits)
        self._conversation.go_on()

    # What should have happened

    def _look(self) -> None:
        self._timers.later(LOOK, self._look)
        if self._way.is_stuck:
            self._fail(AgentError("OpenAI takes no more sound."))
            return
        if self._way.term.is_over and self._is_quiet:
            self._way.term.renew()
            self._tasks.append(asyncio.create_task(self._rejoin(), name="openai renewal"))
        match self._vigil.look(at_work=self._functions.busy > 0):
            case Verdict.FILL:
                self._conversation.asides.fill()
            case Verdict.NUDGE:
                self._conversation.asides.nudge()
            case Verdict.NOISE:
                self._conversation.guard.expect_no_answer()
                self._emit(CustomerNoise())
            case Verdict.SPEECH_OVER:
                self._speech_ran_out()
            case Verdict.NOTHING:
                pass
            case fatal:
                self._fail(AgentError(f"OpenAI {FATAL[fatal]}."))

    @property
    def _is_quiet(self) -> bool:
        quiet = not self._replies.is_heard and not self._vigil.is_hearing
        return quiet and self._conversation.guard.is_idle and not self._functions.busy

    def _speech_ran_out(self) -> None:
        """Ends are told here: what has none goes on, or has stopped."""
        voice = self._conversation.voice
        if not voice.is_busy:
            self._replies.end()
        elif voice.is_whole:
            # A preamble was said; the answer to it is still due.
            voice.rest()
            self._vigil.owe(may_fill=True)
        elif self._loop.time() - self._replies.plays_until > DRY:
            self._fail(AgentError("OpenAI stopped in the middle of a sentence."))

    def _fail(self, error: AgentError) -> None:
        self._timers.stop()
        self._emit(AgentFailed(error))

    def _emit(self, event: AgentEvent) -> None:
        if isinstance(event, AgentSentence):
            self._turns.agent_says(event.speech, event.text)
        self._events.put(event)

"""Who speaks in one call: takes what the agent tells, and says whose turn it is.

The agent falls silent at once when the customer speaks, goes on when that was only a noise,
and owes an answer when it was not.
"""

from __future__ import annotations

from collections.abc import Callable

from servizio.agents.cloud.sentences import FILLER
from servizio.agents.protocol import (
    AgentAudio,
    AgentEvent,
    AgentFailed,
    AgentSentence,
    AgentSpeechEnded,
    CustomerHeard,
    CustomerNoise,
    CustomerStarted,
    CustomerStopped,
)
from servizio.calls.agent_voice import AgentVoice
from servizio.calls.deadlines import Deadlines
from servizio.calls.history import CallHistory
from servizio.calls.latency import Latency
from servizio.calls.relay import Deed, Relay
from servizio.calls.speech import BYTES_PER_SECOND
from servizio.calls.state import CallState
from servizio.store.records import Role


class TurnTaking:
    """The turns of one call. Lives on the event loop."""

    def __init__(
        self,
        *,
        voice: AgentVoice,
        relay: Relay,
        deadlines: Deadlines,
        history: CallHistory,
        clock: Callable[[], float],
        on_answer: Callable[[float], None],
    ) -> None:
        self.latency = Latency()
        self._voice = voice
        self._relay = relay
        self._deadlines = deadlines
        self._history = history
        self._clock = clock
        self._on_answer = on_answer
        self._asks_to_wait = False
        """Whether the agent was told to say that the answer will come."""
        self._filler: int | None = None
        """Number of the speech that says so, and is no answer."""

    async def take(self, event: AgentEvent | Deed) -> None:
        """Take what the agent tells, in order. Raises `TelephonyError`."""
        match event:
            case Deed(do=do):
                do()
            case AgentSentence(speech=number, text=text):
                if self._asks_to_wait and text == FILLER:
                    self._asks_to_wait, self._filler = False, number
                self._voice.take(event)
            case AgentAudio() | AgentSpeechEnded():
                self.take_sound(event)
            case CustomerStarted():
                await self._customer_started()
            case CustomerNoise():
                self._customer_made_noise()
            case CustomerStopped(ended_at=ended_at):
                self._customer_stopped(ended_at)
            case CustomerHeard(text=text, late=True):
                self._history.turn(Role.CUSTOMER, text)
            case CustomerHeard(text=text, final=final, ended_at=ended_at):
                self._customer_heard(text, final=final, ended_at=ended_at)
            case AgentFailed():
                pass

    def take_sound(self, event: AgentAudio | AgentSpeechEnded) -> None:
        """Take sound of the agent's, or the end of it."""
        taken = self._voice.take(event)
        state = self._state
        if taken and (state is CallState.THINKING or state is CallState.LISTENING):
            self._enter(CallState.SPEAKING if self._voice.busy else CallState.LISTENING)

    def first_sound(self) -> None:
        """The first sound of a speech was written to the line."""
        waited = self.latency.agent_began(self._clock())
        if waited is not None:
            self._on_answer(waited)

    def agent_heard(self, number: int, words: str, whole: bool) -> None:
        """A speech of the agent's is over: its number, the words that were heard, whether to
        its end."""
        if words:
            self._history.turn(Role.AGENT, words, whole=whole)
        if whole:
            self._relay.tell(lambda agent: agent.played(number))
        if self._state is not CallState.SPEAKING or self._voice.busy:
            return
        if number == self._filler:
            self._deadlines.still_owed()
        else:
            self._enter(CallState.LISTENING)

    def ask_to_wait(self) -> None:
        """The answer is late: have the agent say that it will come."""
        self._asks_to_wait = True
        self._relay.tell(lambda agent: agent.say(FILLER))

    async def _customer_started(self) -> None:
        self._deadlines.silences = 0
        self._relay.unanswered.speech_began()
        self.latency.customer_went_on()
        cut = await self._voice.cut_off()
        if cut is not None:
            number, heard = cut.number, cut.words_heard()
            heard_ms = cut.heard * 1000 // BYTES_PER_SECOND
            self._relay.tell(lambda agent: agent.interrupted(number, heard, heard_ms))
        if self._state is not CallState.CLOSING:
            self._enter(CallState.HEARING)

    def _customer_made_noise(self) -> None:
        self._relay.unanswered.was_noise()
        if self._voice.go_on():
            if self._state is not CallState.CLOSING:
                self._enter(CallState.SPEAKING)
        elif self._state in {CallState.HEARING, CallState.THINKING}:
            self._enter(CallState.LISTENING)

    def _customer_heard(self, text: str, *, final: bool, ended_at: float | None) -> None:
        if not final:
            self._history.customer_speaking(text)
            return
        # Before the customer's, the words into which the customer spoke.
        self._voice.give_up()
        self._history.turn(Role.CUSTOMER, text)
        self._customer_stopped(ended_at)

    def _customer_stopped(self, ended_at: float | None) -> None:
        self._deadlines.silences = 0
        self._relay.unanswered.was_taken()
        self._voice.give_up()
        self.latency.customer_stopped(ended_at if ended_at is not None else self._clock())
        if self._state is CallState.OVER or self._history.staff_wanted:
            return
        self._history.outcome = ""
        self._enter(CallState.THINKING)

    @property
    def _state(self) -> CallState:
        return self._deadlines.state

    def _enter(self, state: CallState) -> None:
        self._deadlines.enter(state)

"""One call, from the first sound to the end.

The call stands between the line and the agent: it feeds the one with the other, hands over to
the next agent when one fails, and ends exactly once. Whose turn it is to speak is known by its
`TurnTaking`, what is late by its `Deadlines`. All of it lives on the event loop; the call owns
its tasks.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress

from servizio.agents.failover import Succession
from servizio.agents.protocol import CallBrief
from servizio.agents.toolset import Toolset
from servizio.calls.agent_voice import AgentVoice, VoiceEvents
from servizio.calls.deadlines import Deadlines, LateEvents
from servizio.calls.history import CallHistory
from servizio.calls.line import Line
from servizio.calls.relay import AgentFactory, Relay, RelayEvents
from servizio.calls.state import CallState, Patience
from servizio.calls.turn_taking import TurnTaking
from servizio.errors import AgentError, OrderError, TelephonyError
from servizio.store.records import Role

OUT_OF_TIME = "I'm sorry, I have to end the call now. Please call again. Goodbye."
"""The last sentence of a call that has gone on for too long."""
COMPLETED, SILENT = "completed", "silent"
"""How a call ended that came to its end, and one in which the customer said no more."""

log = logging.getLogger(__name__)


class Call:
    """Everything of one call. No other call can see it."""

    def __init__(
        self,
        *,
        line: Line,
        agents: Sequence[AgentFactory],
        tools: Toolset,
        history: CallHistory,
        greeting: str,
        apology: str,
        patience: Patience,
        on_answer: Callable[[float], None] = lambda _seconds: None,
        on_over: Callable[[Call], None] = lambda _call: None,
        on_closing: Callable[[CallHistory], None] = lambda _history: None,
        first_words: str = "",
        succession: Succession | None = None,
    ) -> None:
        self.tools = tools
        self.history = history
        self._is_written = asyncio.Event()
        self._line = line
        self._greeting = greeting
        self._apology = apology
        self._first_words = first_words
        self._said_before = len(history.said())
        self._on_over = on_over
        self._on_closing = on_closing
        self._succession = succession or Succession()
        self._clock = asyncio.get_running_loop().time
        self._voice = self._make_voice()
        self._relay = self._make_relay(agents, patience)
        self._deadlines = self._make_deadlines(patience)
        self._turns = TurnTaking(
            voice=self._voice,
            relay=self._relay,
            deadlines=self._deadlines,
            history=history,
            clock=self._clock,
            on_answer=on_answer,
        )
        self._tasks: list[asyncio.Task[None]] = []
        self._ending: asyncio.Task[None] | None = None

    # Voice, relay and deadlines tell of what happens by names that are there once all are made.

    def _make_voice(self) -> AgentVoice:
        return AgentVoice(
            self._line,
            clock=self._clock,
            events=VoiceEvents(
                first_sound=lambda: self._turns.first_sound(),  # noqa: PLW0108
                heard=lambda *speech: self._turns.agent_heard(*speech),  # noqa: PLW0108
                speaking=self.history.agent_speaking,
            ),
        )

    def _make_relay(self, agents: Sequence[AgentFactory], patience: Patience) -> Relay:
        return Relay(
            agents,
            call_sid=self.history.call_sid,
            starting_seconds=patience.starting,
            brief=self._brief,
            events=RelayEvents(
                starting=lambda: self._enter(CallState.STARTING),
                hired=self._agent_hired,
                failed=self._agent_failed,
                take=lambda event: self._turns.take(event),  # noqa: PLW0108
                take_sound=lambda sound: self._turns.take_sound(sound),  # noqa: PLW0108
            ),
        )

    def _make_deadlines(self, patience: Patience) -> Deadlines:
        return Deadlines(
            patience,
            self._voice,
            self._relay,
            clock=self._clock,
            events=LateEvents(
                fail=self._fail,
                hang_up=self._hang_up_soon,
                out_of_time=lambda: self.take_leave("too_long"),
                hold_on=lambda: self._turns.ask_to_wait(),  # noqa: PLW0108
                still_there=self._still_there,
            ),
        )

    @property
    def call_sid(self) -> str:
        """The telephone company's name for the call."""
        return self.history.call_sid

    @property
    def state(self) -> CallState:
        """What the call is waiting for."""
        return self._deadlines.state

    def view(self) -> dict[str, object]:
        """The call as the API shows it, without its transcript."""
        latency = {"latency_ms": self._turns.latency.summary()}
        return self.history.view() | self.tools.view() | latency

    # The line's side

    def start(self) -> None:
        """Begin. The line must be ready to take speech."""
        self._tasks = [
            asyncio.create_task(self._play(), name=f"playout {self.call_sid}"),
            asyncio.create_task(self._converse(), name=f"conversation {self.call_sid}"),
        ]
        self._deadlines.start()

    def hear(self, mulaw: bytes) -> None:
        """Take the customer's sound: mu-law, 8000 Hz."""
        self._deadlines.heard_line(sound=True)
        self._relay.hear(mulaw)

    def press(self, digit: str) -> None:
        """Take a key of the customer's telephone."""
        self._deadlines.silences = 0
        if self.state is CallState.LISTENING:
            self._enter(CallState.LISTENING)
        self._relay.press(digit)

    def marked(self, name: str) -> None:
        """Take the echo of a mark."""
        self._deadlines.heard_line(sound=False)
        self._voice.playout.marked(name)

    async def line_closed(self, how: str) -> None:
        """End the call, whatever it was doing. Returns when all of it is written.

        The one end of every call: hang-up, drop, error, drain. Later ones wait for the first.
        """
        if self._ending is None:
            self._ending = asyncio.create_task(self._end(how), name=f"end {self.call_sid}")
        await asyncio.shield(self._ending)

    async def until_written(self, seconds: float) -> None:
        """Wait until the call has ended and all of it is written, at most so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._is_written.wait()

    # The staff's side

    async def hang_up(self, outcome: str = "ended_by_staff") -> None:
        """End the call at once."""
        self.history.outcome = outcome
        self._enter(CallState.OVER)
        await self._close_line()

    async def say(self, text: str) -> None:
        """Staff have the agent speak a sentence. Raises `AgentError` where none is there."""
        if self._relay.agent is None:
            raise AgentError("No agent is on this call at the moment.", "Try again in a second.")
        self._relay.tell(lambda agent: agent.say(text))

    async def transfer(self, reason: str) -> None:
        """Staff take over: the line goes to the shop's telephone.

        Raises `OrderError` where the shop has none.
        """
        if not self.tools.can_transfer:
            raise OrderError(
                "There is no telephone to put the customer through to.", "Set shop.staff_phone."
            )
        self.history.hand_to_staff(reason, announced=False)
        self._enter(CallState.OVER)
        await self._close_line()

    def take_leave(self, outcome: str) -> None:
        """Say so and hang up; what the customer still says does not keep the line open."""
        self._relay.tell(lambda agent: agent.say(OUT_OF_TIME))
        self.close_after_speech(outcome)

    # The tools' side

    def close_after_speech(self, outcome: str) -> None:
        """Hang up once the agent's last words have been heard.

        An agent that takes leave of somebody who says nothing and has no order ends a silent
        call, and not one that came to its end.
        """
        seen = self.tools.view()
        is_unordered = seen.get("cart") is not None and seen.get("order_number") is None
        may_be_silent = outcome == COMPLETED and is_unordered

        def close() -> None:
            if self.state is not CallState.OVER:
                is_silent = may_be_silent and self._deadlines.silences > 0
                self.history.outcome = SILENT if is_silent else outcome
                self._enter(CallState.CLOSING)

        self.in_order(close)

    def hand_to_staff_after_speech(self, reason: str) -> None:
        """Hand over to a person once the agent's last words have been heard."""

        def hand_over() -> None:
            if self.state is not CallState.OVER:
                self.history.hand_to_staff(reason)
                self._enter(CallState.CLOSING)

        self.in_order(hand_over)

    def in_order(self, deed: Callable[[], None]) -> None:
        """Do this after everything that the agent has told so far."""
        self._relay.in_order(deed)

    # The agents' side

    async def _play(self) -> None:
        try:
            await self._voice.playout.run()
        except TelephonyError as error:
            log.info("line_lost call=%s reason=%s", self.call_sid, error.code)
        except Exception:
            log.exception("playout_crashed call=%s", self.call_sid)
        # Nobody could be heard any more: a mute call must not go on.
        self._hang_up_soon("dropped")

    async def _converse(self) -> None:
        """Let one agent after another hold the call until the line is closed."""
        try:
            while await self._relay.employ_next():
                if self.state in {CallState.CLOSING, CallState.OVER}:
                    return
                await self._voice.silence()
        except TelephonyError:
            self._hang_up_soon("dropped")
            return
        self.history.outcome = "no_agent"
        self.history.staff_wanted = True
        await self._close_line()

    def _brief(self, takes_over: bool) -> CallBrief:
        greeted = self.history.greeted or bool(self._first_words)
        apology = self._apology if takes_over and greeted else None
        said = self.history.said()
        if self._first_words and len(said) == self._said_before:
            apology = self._first_words
        return CallBrief(
            call_sid=self.call_sid,
            tools=self.tools,
            greeting=None if greeted else self._greeting,
            apology=apology,
            history=said,
        )

    def _agent_failed(self, name: str, error: AgentError) -> None:
        self.history.agent_failed(name)
        self._succession.failed(name, error)

    def _agent_hired(self, name: str) -> None:
        self.history.agent_took_over(name)
        self._succession.hired(name)
        # Whoever rings waits for a "hello": nothing is due from the agent until then.
        waits = self.tools.speaks_first_after is not None and not self.history.said()
        self._enter(CallState.LISTENING if waits else CallState.THINKING)

    # What is late

    def _enter(self, state: CallState) -> None:
        self._deadlines.enter(state)

    def _still_there(self, times: int) -> None:
        self._relay.tell(lambda agent: agent.silence(times))

    def _fail(self, message: str) -> None:
        if self.state is not CallState.CLOSING:
            self._enter(CallState.STARTING)
        self._relay.fail(message)

    def _hang_up_soon(self, outcome: str | None) -> None:
        if self.state is CallState.OVER:
            return
        self.history.outcome = outcome if outcome is not None else self.history.outcome
        self._enter(CallState.OVER)
        self._tasks.append(asyncio.create_task(self._close_line(), name=f"hang up {self.call_sid}"))

    async def _close_line(self) -> None:
        with suppress(TelephonyError):
            await self._line.close()

    async def _end(self, how: str) -> None:
        self._enter(CallState.OVER)
        self._deadlines.stop()
        for task in self._tasks:
            task.cancel()
        results = await asyncio.gather(*self._tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                log.error("call_task_failed call=%s", self.call_sid, exc_info=result)
        # A call that ended elsewhere, such as at the telephone company, still has its line.
        await self._close_line()
        cut = self._voice.playout.current
        if cut is not None and (words := cut.words_heard()):
            self.history.turn(Role.AGENT, words, whole=False)
        self._on_closing(self.history)
        try:
            await self.history.close(how, latency=self._turns.latency.summary())
        finally:
            self._on_over(self)
            self._is_written.set()

"""Looks at the clock for one call: what is late, and what happens then.

Holds the call's state, since a deadline runs from the moment in which a state was entered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from servizio.audio.frames import silence
from servizio.calls.agent_voice import AgentVoice
from servizio.calls.relay import Relay
from servizio.calls.state import CallState, Patience

TICK = 0.25
"""Seconds between two looks at the clock."""
GAP = 0.4
"""Seconds without sound after which silence is filled in: some telephones send none, and a
turn would never end for want of it."""
LAST_REST = 0.4
"""Seconds of quiet after which a closing call is hung up: the agent may still be adding."""

LAST_WAIT = 2.0
"""Seconds for which a closing call waits for the agent's last words to begin."""


@dataclass(frozen=True, slots=True)
class LateEvents:
    """Whom to tell what. All are called on the event loop and must return at once."""

    fail: Callable[[str], None]
    """The agent cannot go on, for this reason."""
    hang_up: Callable[[str | None], None]
    """The call is over, with this outcome; `None`: with the one that was decided."""
    out_of_time: Callable[[], None]
    """The call has gone on for too long: the last sentence is due. Told once."""
    hold_on: Callable[[], None]
    """The last agent owes an answer for a while now. Told once for each answer."""
    still_there: Callable[[int], None]
    """Nobody has spoken for a while, for the nth time in a row (from 1)."""


class Deadlines:
    """The only timer of a call, and the state that it watches."""

    def __init__(
        self,
        patience: Patience,
        voice: AgentVoice,
        relay: Relay,
        *,
        clock: Callable[[], float],
        events: LateEvents,
    ) -> None:
        self.state = CallState.STARTING
        self.silences = 0
        """How often in a row the agent has asked whether the customer is there."""
        self._patience = patience
        self._voice = voice
        self._relay = relay
        self._clock = clock
        self._events = events
        self._entered = self._began = self._media_at = self._alive_at = clock()
        self._said_last = False
        self._owed_since = self._entered
        self._asked_to_wait = False
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Begin to look."""
        self._timer = asyncio.get_running_loop().call_later(TICK, self._tick)

    def stop(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()

    def enter(self, state: CallState) -> None:
        """The call stands there from now on, or once more. A call that is over stays so."""
        if self.state is not CallState.OVER:
            self.state = state
            self._entered = self._clock()
            if state is CallState.THINKING:
                self._owed_since = self._entered
                self._asked_to_wait = False

    def still_owed(self) -> None:
        """What the agent said was not the answer yet: it is due as before."""
        if self.state is not CallState.OVER:
            self.state = CallState.THINKING
            self._entered = self._owed_since

    def heard_line(self, *, sound: bool) -> None:
        """The telephone gave a sign of life: sound, or the echo of a mark."""
        self._alive_at = self._clock()
        if sound:
            self._media_at = self._alive_at

    def _tick(self) -> None:
        """Look at every deadline."""
        now = self._clock()
        self.start()
        if now - self._alive_at > self._patience.dead_line:
            self._events.hang_up("dropped")
        elif now - self._media_at > GAP:
            self._relay.hear(silence(round(TICK * 1000)))
        if now - self._began > self._patience.whole_call:
            self._out_of_time(now)
        self._check_voice(now)
        self._check_answer(now)
        limit = self._limit
        if limit is not None and now - self._entered > limit:
            self._too_late()

    def _out_of_time(self, now: float) -> None:
        if now - self._began > self._patience.whole_call + self._patience.closing:
            self._events.hang_up("too_long")
        elif not self._said_last and self._relay.agent is not None:
            self._said_last = True
            self._events.out_of_time()

    def _check_voice(self, now: float) -> None:
        voice = self._voice
        if voice.playout.overdue > self._patience.stalled:
            voice.playout.take_as_heard()
        stalled = voice.starved and now - voice.sound_at > self._stall_limit
        if self.state is CallState.SPEAKING and stalled:
            self._events.fail("The agent stopped in mid-speech.")
        elif self.state is CallState.CLOSING and stalled:
            self._events.hang_up(None)
        elif self.state is CallState.CLOSING and not voice.busy:
            has_spoken = voice.sound_at > self._entered
            if now - max(self._entered, voice.sound_at) > (LAST_REST if has_spoken else LAST_WAIT):
                self._events.hang_up(None)

    def _check_answer(self, now: float) -> None:
        alone = self.state is CallState.THINKING and not self._relay.has_another
        if alone and not self._asked_to_wait and now - self._entered > self._patience.hold_on:
            self._asked_to_wait = True
            self._events.hold_on()

    @property
    def _limit(self) -> float | None:
        if self.state is CallState.THINKING and not self._relay.has_another:
            return self._patience.thinking_alone
        return self._patience.of(self.state)

    @property
    def _stall_limit(self) -> float:
        """With nobody to take over, a pause in mid-speech is better than the end of the call."""
        patience = self._patience
        return patience.stalled if self._relay.has_another else patience.stalled_alone

    def _too_late(self) -> None:
        match self.state:
            case CallState.LISTENING:
                self.silences += 1
                if self.silences > self._patience.silences or self._relay.agent is None:
                    self._events.hang_up("silent")
                    return
                self.enter(CallState.THINKING)
                self._events.still_there(self.silences)
            case CallState.THINKING:
                self._events.fail("The agent owes an answer.")
            case CallState.HEARING:
                self._events.fail("The agent hears speech without end.")
            case CallState.CLOSING:
                self._events.hang_up(None)
            case CallState.STARTING | CallState.SPEAKING | CallState.OVER:
                pass

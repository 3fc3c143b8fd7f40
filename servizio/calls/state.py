"""Where a call stands, and how long it may stand there.

Nothing a customer meets is a hang: every state has a deadline, and what happens then is
heard. `Call` moves between the states; this module holds the rules.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum


class CallState(StrEnum):
    """What the call is waiting for."""

    STARTING = "starting"
    """An agent is getting ready. Late: the next agent takes over."""
    SPEAKING = "speaking"
    """The agent speaks. Its sound stops coming: the next agent takes over."""
    LISTENING = "listening"
    """Nobody speaks. Late: the agent asks, and in the end says goodbye."""
    HEARING = "hearing"
    """The customer speaks. Never ends: the agent is deaf, the next one takes over."""
    THINKING = "thinking"
    """The agent owes an answer. Late: the next agent takes over."""
    CLOSING = "closing"
    """The last words are being heard. Late: the line is closed all the same."""
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Patience:
    """Deadlines of a call, in seconds."""

    starting: float = 3.0
    stalled: float = 3.0
    """Without new sound in mid-speech."""
    stalled_alone: float = 8.0
    """The same for an agent with no other behind it."""
    listening: float = 8.0
    """Until the agent asks whether the customer is there."""
    hearing: float = 60.0
    thinking: float = 6.0
    hold_on: float = 4.0
    """Until the last agent asks the customer to wait."""
    thinking_alone: float = 15.0
    """The same for an agent with no other behind it: a late answer is better than none."""
    closing: float = 12.0
    dead_line: float = 10.0
    """Without a sign of life from the telephone: neither sound nor the echo of a mark."""
    whole_call: float = 600.0
    silences: int = 3
    """How often the agent asks before the call is ended for it."""

    def while_typing(self) -> Patience:
        """The same, but nobody is asked whether they are there: they may be typing."""
        return replace(self, listening=self.whole_call + self.closing)

    def of(self, state: CallState) -> float | None:
        """How long the call may stay in a state; `None`: as long as it likes."""
        return {
            CallState.STARTING: self.starting,
            CallState.LISTENING: self.listening,
            CallState.HEARING: self.hearing,
            CallState.THINKING: self.thinking,
            CallState.CLOSING: self.closing,
        }.get(state)

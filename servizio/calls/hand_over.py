"""Calls whose customer is put through to a person, and who may come back to the agent.

Nothing of such a call is put away while the staff's telephone rings: when nobody takes it, a
new stream of the same call goes on with the same cart, phone number and transcript.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from servizio.agents.tools import Tools
from servizio.calls.admission import AfterCall, NextStep
from servizio.calls.call import Call
from servizio.calls.history import MISSED, CallHistory
from servizio.shop.prices import order_lines

RINGING_SECONDS = 90.0
"""How long a call is kept for coming back: ringing, a whisper and two webhooks take less."""
LINES_TOLD = 6
"""Lines of an order that staff are told before they take its call."""
REASON_TOLD = 120
"""Characters of the reason that they are told."""
HOLD_ON = "One moment please, I'll put you through."
NOT_NOW = "I'm sorry, we cannot take orders by phone right now. Please call again later."


@dataclass(frozen=True, slots=True)
class _HandOver:
    call: Call
    until: float
    """When it is given up, on the loop's clock."""
    was_asked: bool = False
    """Whether somebody answered and was asked for a key, which ends the hand-over."""


class HandOvers:
    """All of them. Lives on the event loop; `gone` is told of each that will not come back."""

    def __init__(self, clock: Callable[[], float], gone: Callable[[CallHistory], None]) -> None:
        self._clock = clock
        self._gone = gone
        self._handed: dict[str, _HandOver] = {}

    def __len__(self) -> int:
        """How many may come back."""
        return len(self._handed)

    def begin(self, call: Call) -> None:
        """The stream of this call is over, and the staff's telephone is rung."""
        self._handed[call.call_sid] = _HandOver(call, self._clock() + RINGING_SECONDS)

    def find(self, call_sid: str) -> Call | None:
        """The call, if it may still come back."""
        self.give_up_late()
        handed = self._handed.get(call_sid)
        return None if handed is None else handed.call

    def whisper(self, call_sid: str) -> str:
        """Somebody answered for this call: what they hear. Empty: nothing is known of it."""
        call = self.find(call_sid)
        if call is None:
            return ""
        self._handed[call_sid] = replace(self._handed[call_sid], was_asked=True)
        return summary(call)

    def waits_for_key(self, call_sid: str) -> bool:
        """Whether somebody was asked to take this call and has not."""
        handed = self._handed.get(call_sid)
        return handed is not None and handed.was_asked

    def take(self, call_sid: str) -> Call | None:
        """The call is back, if it was away."""
        handed = self._handed.pop(call_sid, None)
        return None if handed is None else handed.call

    def over(self, call_sid: str) -> bool:
        """This call will not come back: a person took it, or it was hung up. False: unknown."""
        call = self.take(call_sid)
        if call is not None:
            self._gone(call.history)
        return call is not None

    def missed(self, call_sid: str) -> None:
        """This call will not come back, and nobody took it."""
        call = self.take(call_sid)
        if call is not None:
            call.history.outcome = MISSED
            self._gone(call.history)

    def give_up_late(self) -> None:
        """Give up those of which nothing was heard for too long."""
        now = self._clock()
        for sid in [sid for sid, each in self._handed.items() if each.until <= now]:
            self.over(sid)

    def give_up_all(self) -> None:
        """The server stops."""
        for sid in list(self._handed):
            self.over(sid)


def summary(call: Call) -> str:
    """What a call is about, to be spoken to whoever takes it."""
    if not isinstance(call.tools, Tools):
        return ""
    desk = call.tools.desk
    lines = order_lines(desk.menu, (*desk.cart.lines, *desk.cart.pending))
    names = [f"{line.quantity} {line.name}" for line in lines[:LINES_TOLD]]
    if len(lines) > LINES_TOLD:
        names.append(f"{len(lines) - LINES_TOLD} more")
    number = f" {' '.join(desk.order_number)}" if desk.order_number else ""
    reason = " ".join(call.history.staff_reason.split())[:REASON_TOLD]
    told = f"Order{number} by phone: {', '.join(names) or 'nothing yet'}."
    return f"{told} Reason: {reason}." if reason else told


def step_after(history: CallHistory) -> AfterCall:
    """What comes after the stream of this call."""
    if history.staff_wanted:
        return AfterCall(NextStep.DIAL_STAFF, "" if history.hand_over_announced else HOLD_ON)
    if history.outcome == "no_agent":
        return AfterCall(NextStep.APOLOGISE, NOT_NOW)
    return AfterCall(NextStep.HANG_UP, "")

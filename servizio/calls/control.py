"""What an agent's tools can do to the call they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from servizio.calls.history import CallHistory
from servizio.store.records import Role

if TYPE_CHECKING:
    from servizio.calls.call import Call


class Control:
    """Stands between the desk and the call (`servizio.agents.desk.CallControl`)."""

    def __init__(self, history: CallHistory) -> None:
        self._history = history
        self.call: Call | None = None
        """Set as soon as the call is there: desk and call need each other."""

    def close_after_speech(self, outcome: str) -> None:
        """Hang up once the agent's last words have been heard."""
        if self.call is not None:
            self.call.close_after_speech(outcome)

    def hand_to_staff_after_speech(self, reason: str) -> None:
        """Hand over to a person once the agent's last words have been heard."""
        if self.call is not None:
            self.call.hand_to_staff_after_speech(reason)

    def cart_changed(self, cart: dict[str, Any]) -> None:
        """The cart or its staged lines are different now."""
        self._history.cart_changed(cart)

    def tool_used(self, name: str, *, ok: bool) -> None:
        """A tool was used: for the transcript."""
        text = name if ok else f"{name}: refused"
        if self.call is not None:
            self.call.in_order(lambda: self._history.turn(Role.TOOL, text))

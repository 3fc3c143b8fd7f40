"""What the agent of a call may do: the door in front of a shop's tools and of a concierge's.

A call, and every agent, knows its tools only by this. What a cloud model is told of them, and
which words the other side is likely to say, comes from the same place as what they do.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from servizio.agents.tool_schemas import ToolSpec

Result = dict[str, Any]
"""`{"ok": true, ...}` or `{"ok": false, "error": a sentence that can be spoken, ...}`."""
Arguments = Mapping[str, Any]


class Toolset(Protocol):
    """The tools of one call. Lives on the event loop."""

    @property
    def call_sid(self) -> str:
        """The telephone company's name for the call."""
        ...

    @property
    def region(self) -> str:
        """Country (ISO 3166-1) in which a phone number without its country code is."""
        ...

    @property
    def can_transfer(self) -> bool:
        """Whether there is a person to put the other side through to."""
        ...

    @property
    def speaks_first_after(self) -> float | None:
        """Seconds of silence after which an agent speaks first that should wait for a "hello",
        as it is the one who rings. `None`: it greets at once."""
        ...

    @property
    def opening(self) -> str:
        """What is said then."""
        ...

    @property
    def voice(self) -> str:
        """The voice for this call, by Deepgram's or OpenAI's name for it: each takes those that
        are its own. Empty, and for other agents: the voice of all calls."""
        ...

    @property
    def lasting(self) -> frozenset[str]:
        """Tools whose work `put_back` cannot take back."""
        ...

    def specs(self) -> tuple[ToolSpec, ...]:
        """Every tool, as a model is told of it."""
        ...

    async def call(self, name: str, arguments: Arguments) -> Result:
        """Do it. Never raises for what a model or the other side got wrong."""
        ...

    def state_now(self) -> object:
        """What the tools have done so far, to be put back where a change was not meant."""
        ...

    def put_back(self, state: Any) -> None:
        """Take up what `state_now` gave."""
        ...

    def at_silence(self, times: int) -> str:
        """What to say where nobody has spoken for a while, for so many times in a row (from 1);
        empty: nothing."""
        ...

    def prompt(self, *, now: datetime, extra: str, takes_over: bool) -> str:
        """What a cloud model is told. `extra`: the owner's own lines; `takes_over`: another agent
        has been talking before."""
        ...

    def key_terms(self) -> tuple[str, ...] | None:
        """Words that a recogniser should expect instead of the menu's; `None`: the menu's."""
        ...

    def view(self) -> dict[str, Any]:
        """What screens show of it besides the conversation: a part of `Call` in the API."""
        ...

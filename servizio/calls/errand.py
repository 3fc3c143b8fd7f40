"""Why we ring somebody: what the agent may do in that call, and who is told of its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from servizio.agents.desk import CallControl
from servizio.agents.toolset import Toolset
from servizio.calls.history import CallHistory
from servizio.calls.state import Patience


@dataclass(frozen=True, slots=True)
class Errand:
    """The reason of one call of ours."""

    make_tools: Callable[[CallControl], Toolset]
    """All that the agent may do, given the call itself."""
    closing: Callable[[CallHistory], None]
    """Told when the stream is over and its end is about to be written: it may say in a better
    word what came of the call. Must return at once."""
    over: Callable[[], None]
    """Told once all of it is written. Must return at once."""
    patience: Patience
    """Its deadlines."""
    greeting: str = ""
    """The first sentence, for whoever does not wait for a "hello"."""

"""The door every agent stands behind: local, Deepgram, OpenAI, pipeline.

A call starts an agent, feeds it what the customer says, and takes events from it. The
agent never touches the telephone: the call paces its audio, knows from marks what was
heard, and clears the line on a barge-in. The agent never touches the store either: all it
does to an order goes through the tools (`servizio.agents.toolset`) in its brief.

Everything here runs on the event loop. `hear`, `press`, `interrupted`, `silence` and `say`
must return at once; slow work belongs in the agent's own tasks, which `close` ends.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from servizio.agents.toolset import Toolset
from servizio.errors import AgentError


@dataclass(frozen=True, slots=True)
class Spoken:
    """One turn of the transcript so far, for an agent that takes over in mid-call."""

    role: str
    """`customer` or `agent`."""
    text: str


class AgentAudio(NamedTuple):
    """A piece of speech: mu-law, 8000 Hz, any length.

    A tuple, as that is made four times as fast: fifty come in a second of every call.
    """

    speech: int
    """Which speech it belongs to: a reply is one speech, numbered from 1 in each call."""
    mulaw: bytes


@dataclass(frozen=True, slots=True)
class CallBrief:
    """What an agent is told when it takes a call."""

    call_sid: str
    tools: Toolset
    greeting: str | None
    """The first sentence; `None` where the call has already been greeted by somebody else."""
    apology: str | None = None
    """The sentence with which an agent takes over from one that failed."""
    history: tuple[Spoken, ...] = field(default=())
    speak: Callable[[AgentAudio], bool] = lambda _sound: False
    """A short way for sound that comes fifty times a second: hands it over at once. False where
    it must go through `Agent.events`, because something told before is still on its way. Only
    for an agent whose own queue is empty."""


@dataclass(frozen=True, slots=True)
class AgentSentence:
    """The words of the audio that follows, up to the next sentence of the same speech."""

    speech: int
    text: str


@dataclass(frozen=True, slots=True)
class AgentSpeechEnded:
    """All audio of a speech has been handed over. It has not been heard yet."""

    speech: int


@dataclass(frozen=True, slots=True)
class CustomerStarted:
    """The customer began to speak: the agent's own speech must stop."""


@dataclass(frozen=True, slots=True)
class CustomerNoise:
    """What stopped the agent was no words: it should go on from where it was."""


@dataclass(frozen=True, slots=True)
class CustomerStopped:
    """The customer's turn is over and the agent owes an answer; the words are told later."""

    ended_at: float | None = None
    """When the last sound ended, on the loop's clock, where that is known."""


@dataclass(frozen=True, slots=True)
class CustomerHeard:
    """What the customer says, as far as it is understood."""

    text: str
    final: bool
    ended_at: float | None = None
    """When the last word ended, on the loop's clock; `None` while it goes on."""
    late: bool = False
    """Whether these are the words of a turn that `CustomerStopped` has ended."""


@dataclass(frozen=True, slots=True)
class AgentFailed:
    """The agent cannot go on. It sends nothing after this."""

    error: AgentError


AgentEvent = (
    AgentAudio
    | AgentSentence
    | AgentSpeechEnded
    | CustomerStarted
    | CustomerNoise
    | CustomerStopped
    | CustomerHeard
    | AgentFailed
)


class Agent(Protocol):
    """Somebody who can hold a call. One object holds one call."""

    @property
    def name(self) -> str:
        """As in `agent.order`: `local`, `deepgram`, `openai`, `pipeline`."""
        ...

    async def start(self, brief: CallBrief) -> None:
        """Get ready and begin to speak. Raises `AgentError` where that is not possible."""
        ...

    def hear(self, mulaw: bytes) -> None:
        """Take the customer's sound: mu-law, 8000 Hz, without gaps, also during own speech."""
        ...

    def press(self, digit: str) -> None:
        """Take a key of the customer's telephone: `0`-`9`, `*`, `#`."""
        ...

    def interrupted(self, speech: int, heard: str, heard_ms: int) -> None:
        """Learn that of this speech only the words in `heard` reached the customer.

        They took `heard_ms` milliseconds of its sound. Speeches behind it were not heard at all.
        """
        ...

    def played(self, speech: int) -> None:
        """Learn that the customer has heard all of this speech."""
        ...

    def silence(self, times: int) -> None:
        """Learn that nobody has said anything for a while, for the `times`-th time in a row."""
        ...

    def say(self, text: str) -> None:
        """Speak this sentence: staff typed it, or the call needs it said."""
        ...

    def events(self) -> AsyncIterator[AgentEvent]:
        """What happens, in order, until `close` or `AgentFailed`."""
        ...

    async def close(self) -> None:
        """End all tasks and connections. Safe to call twice and at any time."""
        ...

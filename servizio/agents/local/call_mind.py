"""What the local agent's ears and mouth need of a mind, whatever the call is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from servizio.agents.local.endpoint import EndpointSettings, silence_needed
from servizio.agents.protocol import Spoken
from servizio.agents.toolset import Toolset
from servizio.language.meaning import Expecting, Meaning


@dataclass(frozen=True, slots=True)
class Reply:
    """What to say, and what to expect then."""

    sentences: tuple[str, ...]
    """Spoken in order; empty: say nothing and keep listening."""
    expecting: Expecting
    """What the next utterance probably is."""
    groups: tuple[str, ...] = ()
    """Modifier groups just asked about."""
    ends: str | None = None
    """`goodbye` or `transfer`: the tool that ends the call so has been called."""


class CallMind(Protocol):
    """Holds one call's conversation. Lives on the event loop; one utterance at a time."""

    @property
    def expecting(self) -> Expecting:
        """What the next utterance probably is."""
        ...

    @property
    def phrases(self) -> tuple[str, ...]:
        """Words that the answer may well hold, for the recogniser."""
        ...

    @property
    def prepared(self) -> tuple[str, ...]:
        """Sentences of this call that will probably be said, to be rendered beforehand."""
        ...

    @property
    def in_one_breath(self) -> bool:
        """Whether a rest within a sentence of ours might be taken for its end."""
        ...

    def understand(self, hypotheses: Sequence[str]) -> Meaning:
        """What an utterance means at this point of the conversation. Changes nothing."""
        ...

    def silence_needed(
        self, meaning: Meaning, expecting: Expecting, settings: EndpointSettings, *, certain: bool
    ) -> int:
        """Milliseconds of silence after these words until they may be answered."""
        ...

    def only_listens(self, hypotheses: Sequence[str], meaning: Meaning) -> bool:
        """Whether this, said into our speech, only shows that somebody listens."""
        ...

    async def welcome(self, greeting: str) -> Reply:
        """The first words of the call."""
        ...

    def take_over(self, apology: str, history: tuple[Spoken, ...] = ()) -> Reply:
        """Go on where another agent stopped."""
        ...

    async def answer(self, hypotheses: Sequence[str]) -> Reply:
        """Answer a finished utterance, of which there may be several hypotheses."""
        ...

    async def keys(self, digits: str) -> Reply:
        """Take keys of the telephone."""
        ...

    async def silent(self, times: int) -> Reply:
        """Nobody has spoken for a while, for the `times`-th time in a row (from 1)."""
        ...

    def spoken(self, heard: str, whole: bool) -> None:
        """Learn how much of the last reply was heard."""
        ...


class OrderTaking:
    """What a mind that takes orders leaves as it is."""

    prepared: tuple[str, ...] = ()
    in_one_breath = False

    def silence_needed(
        self, meaning: Meaning, expecting: Expecting, settings: EndpointSettings, *, certain: bool
    ) -> int:
        """Milliseconds of silence after these words until they may be answered."""
        return silence_needed(meaning, expecting, settings, certain=certain)


class MindMaker(Protocol):
    """Makes the mind of one call."""

    def __call__(self, tools: Toolset) -> CallMind:
        """A mind that acts through these tools."""
        ...

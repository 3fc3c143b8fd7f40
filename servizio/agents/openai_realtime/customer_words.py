"""The last turns of a call, for a session that has to know them.

The provider's own conversation ends with its session, and its transcripts of the customer come
late, in pieces, or not at all.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from servizio.agents.openai_realtime.messages import CustomerWords
from servizio.agents.protocol import Spoken

MOST_TURNS = 24


class CustomerTurns:
    """Who said what, and the customer's words as they come."""

    def __init__(self, history: Iterable[Spoken]) -> None:
        self._said: deque[Spoken] = deque(history, maxlen=MOST_TURNS)
        self._partial: dict[str, str] = {}
        self._done: set[str] = set()
        self._under_way: dict[int, str] = {}
        """What the agent says, by speech."""

    @property
    def said(self) -> Sequence[Spoken]:
        """The last turns, oldest first."""
        return tuple(self._said)

    def take(self, message: CustomerWords) -> str:
        """Words came: all that is known of the turn now; empty where that is nothing new."""
        if message.item in self._done:
            return ""
        if not message.whole:
            text = self._partial.get(message.item, "") + message.words
            self._partial[message.item] = text
            return text.strip()
        self._done.add(message.item)
        # Where the recogniser failed, what it had told before is all there will be.
        text = (message.words or self._partial.pop(message.item, "")).strip()
        self._partial.pop(message.item, None)
        self.customer_said(text)
        return text

    def customer_said(self, text: str) -> None:
        """A turn of the customer's."""
        if text:
            self._said.append(Spoken("customer", text))

    def agent_says(self, speech: int, text: str) -> None:
        """A sentence of this speech is on its way to the customer."""
        self._under_way[speech] = f"{self._under_way.get(speech, '')} {text}".strip()

    def agent_was_heard(self, speech: int) -> None:
        """The customer heard all of this speech."""
        self._agent_said(self._under_way.pop(speech, ""))

    def agent_was_cut_off(self, heard: str) -> None:
        """Only these words were heard of all that was on its way."""
        self._under_way.clear()
        self._agent_said(heard)

    def _agent_said(self, text: str) -> None:
        if text:
            self._said.append(Spoken("agent", text))

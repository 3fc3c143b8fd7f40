"""What the model is told has been said and done.

It remembers only what the customer heard, and every function call stands there with its
answer: without it the servers refuse all that follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from servizio.agents.cloud.functions import FunctionCall
from servizio.agents.cloud.provider_json import Json
from servizio.agents.pipeline.tool_calls import arguments_for_history
from servizio.agents.protocol import Spoken

MOST_MESSAGES = 80
"""Entries that go with a request; older ones are left out."""
AT_WORK = '{"ok": false, "error": "This is still being done."}'
CUT_OFF = "—"
"""Stands where the customer began to speak."""


@dataclass(slots=True)
class Entry:
    """One thing said, or said and done."""

    role: str
    """`user` or `assistant`."""
    text: str
    speech: int = 0
    """Number of the speech that it is; 0: not a speech of this agent's, or not begun."""
    heard: str | None = None
    """What was heard of it; `None`: all, as far as is known."""
    calls: tuple[FunctionCall, ...] = ()
    results: dict[str, str] = field(default_factory=dict)
    """Answers, by the call's id."""
    said: str = ""
    """The words of it that have been given a sound."""
    is_open: bool = False
    """Whether it is still being spoken."""


class Conversation:
    """The messages of one call."""

    def __init__(self, instructions: str, history: Sequence[Spoken] = ()) -> None:
        self._instructions = instructions
        self._entries = [
            Entry("user" if turn.role == "customer" else "assistant", turn.text) for turn in history
        ]
        self.call_ids: set[str] = set()
        """Of all calls so far."""

    def customer(self, text: str) -> Entry:
        """The customer said this."""
        entry = Entry("user", text)
        self._entries.append(entry)
        return entry

    def withdraw(self, said: Entry) -> list[str]:
        """The customer has not said this yet: forget it and what was to follow.

        The ids of the calls that were to follow.
        """
        place = next(at for at, each in enumerate(self._entries) if each is said)
        forgotten = self._entries[place:]
        del self._entries[place:]
        return [call.id for entry in forgotten for call in entry.calls]

    def add(self, entry: Entry) -> None:
        """The agent says, or does, this. What stands there already stays where it is."""
        if all(each is not entry for each in self._entries):
            self._entries.append(entry)

    def wants(self, entry: Entry, calls: Sequence[FunctionCall]) -> None:
        """What the agent said ends with these calls."""
        entry.calls = tuple(calls)
        self.call_ids.update(call.id for call in calls)

    def answered(self, call_id: str, content: str) -> None:
        """A call has its answer."""
        for entry in reversed(self._entries):
            if any(call.id == call_id for call in entry.calls):
                entry.results[call_id] = content
                return

    def interrupted(self, speech: int, heard: str) -> None:
        """Of this speech only so much was heard, and nothing of those behind it."""
        for entry in self._entries:
            if entry.speech == speech:
                entry.heard = heard
            elif entry.speech > speech:
                entry.heard = ""

    def played(self, speech: int) -> None:
        """All of this speech was heard after all."""
        for entry in self._entries:
            if entry.speech == speech:
                entry.heard = None

    def stopped(self) -> None:
        """What was not spoken until now will not be."""
        for entry in self._entries:
            if entry.is_open:
                entry.text = entry.said
                entry.is_open = False

    def owes_answer(self) -> bool:
        """Whether the customer has had the last word."""
        last = next((each for each in reversed(self._entries) if _messages(each)), None)
        return last is not None and (last.role == "user" or bool(last.calls))

    def has_asked(self) -> bool:
        """Whether the customer has heard a question in what the agent said last."""
        for entry in reversed(self._entries):
            if entry.speech:
                return "?" in (entry.text if entry.heard is None else entry.heard)
        return False

    def messages(self) -> list[Json]:
        """All of it, as the servers take it."""
        told: list[Json] = [{"role": "system", "content": self._instructions}]
        for entry in self._entries[-MOST_MESSAGES:]:
            told += _messages(entry)
        return told


def _messages(entry: Entry) -> list[Json]:
    text = entry.text
    if entry.heard is not None and entry.heard != text:
        text = f"{entry.heard}{CUT_OFF}" if entry.heard else ""
    if not entry.calls:
        return [{"role": entry.role, "content": text}] if text else []
    calls = [
        {
            "id": call.id,
            "type": "function",
            "function": {"name": call.name, "arguments": arguments_for_history(call.arguments)},
        }
        for call in entry.calls
    ]
    answers = [
        {
            "role": "tool",
            "tool_call_id": call.id,
            "content": entry.results.get(call.id, AT_WORK),
        }
        for call in entry.calls
    ]
    return [{"role": entry.role, "content": text or None, "tool_calls": calls}, *answers]

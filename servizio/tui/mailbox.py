"""What left the shop for customers and what came from them: texts, and messages after the tone.

Pure and synchronous, a part of the floor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from servizio.tui.counter_views import MessageView, VoiceView, WrittenView
from servizio.tui.views import MessageLeft, OutboxChanged, TextReceived

Letter = MessageView | WrittenView | VoiceView
"""Anything that is listed among the texts and messages."""


def waits(letter: Letter) -> bool:
    """Claim that nothing more happens to it until staff do something."""
    match letter:
        case MessageView():
            return letter.is_undelivered
        case VoiceView():
            return not letter.is_done
        case WrittenView():
            return False


class Mailbox:
    """All letters, those first that wait for staff, newest first among each kind."""

    def __init__(self) -> None:
        self.letters: tuple[Letter, ...] = ()
        self.problem = ""
        """Why they could not be asked for last; empty: they could."""
        self._closed: set[str] = set()

    @property
    def waiting(self) -> int:
        """How many wait for staff."""
        return sum(waits(each) for each in self.letters)

    def load(
        self,
        sent: Sequence[MessageView],
        written: Sequence[WrittenView],
        spoken: Sequence[VoiceView],
    ) -> None:
        """Take over what the server has.

        It names no message after the tone that staff are done with: those that were listed
        here before stay, so that everybody at this screen sees that they are dealt with.
        """
        known = {each.id: each for each in self.letters if isinstance(each, VoiceView)}
        known = {sid: each for sid, each in known.items() if sid in self._closed}
        known |= {each.id: each for each in spoken}
        self.problem = ""
        self._sort([*sent, *written, *known.values()])

    def apply(self, event: OutboxChanged | TextReceived | MessageLeft) -> None:
        """Take over what an event tells of letters that are known; others must be asked for."""
        if isinstance(event, MessageLeft) and event.is_done:
            self._closed.add(event.id)
            self._sort(self.letters)

    def _sort(self, letters: Sequence[Letter]) -> None:
        told = [self._as_it_is(each) for each in letters]
        told.sort(key=lambda each: each.at, reverse=True)
        self.letters = tuple(sorted(told, key=lambda each: not waits(each)))

    def _as_it_is(self, letter: Letter) -> Letter:
        if isinstance(letter, VoiceView) and letter.id in self._closed:
            return replace(letter, is_done=True)
        return letter

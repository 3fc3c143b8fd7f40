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
        self._listed: tuple[Letter, ...] = ()
        """What the server named last."""
        self._spoken: dict[str, VoiceView] = {}
        """Every message after the tone that was ever named, by id."""
        self._closed: set[str] = set()
        """Those that staff are done with: the server names them no more."""

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

        Messages after the tone that staff have been done with since this screen was opened
        stay listed as such, so that everybody at it sees that somebody has dealt with them.
        """
        self.problem = ""
        self._spoken |= {each.id: each for each in spoken}
        open_ones = [each for each in spoken if each.id not in self._closed]
        self._listed = (*sent, *written, *open_ones)
        self._sort()

    def apply(self, event: OutboxChanged | TextReceived | MessageLeft) -> None:
        """Take over what an event tells of letters that are known; others must be asked for."""
        if isinstance(event, MessageLeft) and event.is_done:
            self._closed.add(event.id)
            self._listed = tuple(each for each in self._listed if each.id != event.id)
            self._sort()

    def _sort(self) -> None:
        done = [
            replace(self._spoken[sid], is_done=True) for sid in self._closed & set(self._spoken)
        ]
        newest_first = sorted([*self._listed, *done], key=lambda each: each.at, reverse=True)
        self.letters = tuple(sorted(newest_first, key=lambda each: not waits(each)))

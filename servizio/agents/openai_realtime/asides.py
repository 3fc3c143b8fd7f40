"""Sentences that are not the model's own: we ask it to say exactly these.

Most are answers like any other. Only the request to wait is made beside the conversation, as
it comes while an answer is being made.
"""

from __future__ import annotations

from collections.abc import Callable

from servizio.agents.cloud.provider_json import Json
from servizio.agents.cloud.sentences import FILLER, NUDGE
from servizio.agents.cloud.vigil import Vigil
from servizio.agents.openai_realtime.guard import ResponseGuard, Wish
from servizio.agents.openai_realtime.plan import exactly


class Asides:
    """The sentences of one session."""

    def __init__(
        self, vigil: Vigil, guard: ResponseGuard, create: Callable[[Json], str], instructions: str
    ) -> None:
        self._vigil = vigil
        self._guard = guard
        self._create = create
        self._instructions = instructions
        self._filler_event = ""
        self.fillers: set[str] = set()
        """Answers that only ask the customer to wait."""
        self._is_nudging = False

    def say(self, text: str, *, lasts: bool) -> None:
        """Have this spoken behind what is being said, and see that it is."""
        self._vigil.owe()
        self._guard.ask(Wish(exactly(self._instructions, text), lasts))

    def nudge(self) -> None:
        """Ask the customer to say it again: nothing came of what was said."""
        self._is_nudging = True
        self._guard.expect_no_answer()
        self._guard.ask(Wish(exactly(self._instructions, NUDGE)))

    def fill(self) -> None:
        """Ask the customer to wait, and for the answer where none is being made."""
        if self._guard.is_waiting:
            self._guard.expect_no_answer()
            self._guard.ask(Wish())
        # Only one answer may write to the conversation; others may be made at the same time.
        self._filler_event = self._create(
            {
                "conversation": "none",
                "input": [],
                "instructions": exactly("You are on a phone call.", FILLER),
                "tools": [],
                "tool_choice": "none",
            }
        )

    def created(self, response: str, ours: str) -> bool:
        """An answer is being made. Whether it only asks the customer to wait."""
        if self._is_nudging:
            # It lives: from here on it has the usual time.
            self._is_nudging = False
            self._vigil.owe()
        if not ours or ours != self._filler_event:
            return False
        self.fillers.add(response)
        self._vigil.filled()
        return True

    def is_filler(self, response: str) -> bool:
        """Whether this answer only asks the customer to wait."""
        return response in self.fillers

    def refused(self, event: str) -> bool:
        """Our event was refused. Whether it was one of these: then the provider lives."""
        if event != self._filler_event:
            return False
        self._filler_event = ""
        self._vigil.filled()
        return True

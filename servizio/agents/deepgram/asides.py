"""Sentences that are not the model's own: we ask Deepgram to speak them (`InjectAgentMessage`).

It refuses while the customer speaks, and sometimes when the model is at work. A refusal is a
sign of life all the same.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from servizio.agents.cloud.sentences import FILLER, NUDGE
from servizio.agents.cloud.vigil import Vigil

AGAIN_AFTER = 1.5
"""Seconds until a sentence is tried again that could not be said."""
MOST_TRIES = 4


class Asides:
    """The sentences of one call that wait to be spoken."""

    def __init__(
        self,
        vigil: Vigil,
        send: Callable[[dict[str, Any]], None],
        later: Callable[[float, Callable[[], None]], None],
    ) -> None:
        self._vigil = vigil
        self._send = send
        self._later = later
        self._waiting: deque[tuple[str, int]] = deque(maxlen=MOST_TRIES)
        """Words, and how often they have been asked for."""
        self.is_filling = False
        """Whether what is being spoken only asks the customer to wait."""

    def say(self, text: str, tries: int = 1) -> None:
        """Have this spoken behind what is being said, and see that it is."""
        self._vigil.owe()
        self._ask(text, tries)

    def fill(self) -> None:
        """Ask the customer to wait."""
        self._ask(FILLER)

    def nudge(self) -> None:
        """Ask the customer to say it again."""
        self._ask(NUDGE)

    def spoken(self, text: str) -> None:
        """The agent says this sentence, whoever wished it."""
        self.is_filling = text.strip() == FILLER
        if self.is_filling:
            self._vigil.filled()
        else:
            self._vigil.progress()

    def forget(self) -> None:
        """What waited has been spoken, or is out of place now."""
        self._waiting.clear()
        self.is_filling = False

    def refused(self) -> None:
        """Deepgram would not speak the last one now."""
        if not self._waiting:
            return
        text, tries = self._waiting.pop()
        if text == NUDGE:
            self._vigil.nudge_refused()
        elif text == FILLER:
            self._vigil.filled()
        elif tries < MOST_TRIES:
            self._vigil.owe()
            self._later(AGAIN_AFTER, lambda: self.say(text, tries + 1))

    def _ask(self, text: str, tries: int = 1) -> None:
        self._waiting.append((text, tries))
        self._send({"type": "InjectAgentMessage", "message": text, "behavior": "queue"})

"""Where the time goes from the customer's last word to the first sound of the answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from servizio.agents.local.ears import Utterance


@dataclass(slots=True)
class TurnTimes:
    """Of one turn; moments are seconds on the loop's clock."""

    ended_at: float
    words_at: float
    """When the words were recognised."""
    needed_ms: int
    """The silence that these words needed."""
    decided_at: float
    """When the turn was over."""
    thought_at: float | None = None
    """When the answer was worked out."""

    @classmethod
    def of(cls, said: Utterance, now: float) -> Self:
        """A turn that is over now."""
        return cls(said.ended_at, said.words_at, said.needed_ms, now)

    def told(self, sounded_at: float) -> str:
        """The stages as `name=milliseconds`: `words` and `turn` since the last word, `mind` and
        `voice` each by itself. Nothing that was said."""
        thought_at = self.thought_at if self.thought_at is not None else sounded_at
        stages = {
            "needed": self.needed_ms / 1000,
            "words": self.words_at - self.ended_at,
            "turn": self.decided_at - self.ended_at,
            "mind": thought_at - self.decided_at,
            "voice": sounded_at - thought_at,
        }
        return " ".join(f"{name}_ms={seconds * 1000:.0f}" for name, seconds in stages.items())

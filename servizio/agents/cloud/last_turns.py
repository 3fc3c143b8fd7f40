"""How much of a call a provider is told whose session begins in the middle of it."""

from __future__ import annotations

from collections.abc import Sequence

from servizio.agents.protocol import Spoken


def last_turns(said: Sequence[Spoken], *, turns: int, characters: int) -> Sequence[Spoken]:
    """The last turns, oldest first: at most so many, and of so many characters altogether."""
    kept: list[Spoken] = []
    for turn in reversed(said[-turns:]):
        characters -= len(turn.text)
        if characters < 0:
            break
        kept.append(turn)
    return kept[::-1]

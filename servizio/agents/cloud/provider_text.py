"""Words of a provider's on their way to a log or to staff: never trusted, never long."""

from __future__ import annotations

LONGEST = 160
"""Characters of a provider's text that are worth keeping."""


def one_line(text: str) -> str:
    """Text from outside, safe for one line of a log."""
    return "".join(sign if sign.isprintable() else " " for sign in text[:LONGEST]).strip()

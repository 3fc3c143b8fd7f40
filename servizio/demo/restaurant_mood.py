"""How the simulated restaurant is today."""

from __future__ import annotations

from enum import StrEnum


class Mood(StrEnum):
    """What somebody meets who rings it."""

    NORMAL = "normal"
    """Takes the table as its book says."""
    OFFERS = "offers"
    """Full at the wanted time; offers eight o'clock, or nine where eight was wanted."""
    FULL = "full"
    """Nothing that evening."""
    CLOSED = "closed"
    """Closed that day."""
    ODD_ORDER = "odd_order"
    """Asks for everything, in an order of its own, though it was said already."""
    HOLD = "hold"
    """Puts the line on hold before it answers."""
    WRONG_ONCE = "wrong_once"
    """Reads the party back wrong, the first time."""
    VOICEMAIL = "voicemail"
    """A machine takes the call."""
    NO_ANSWER = "no_answer"
    """Nobody takes it."""
    BUSY = "busy"
    """The line is engaged."""

"""The way to the customer's ear, as the call sees it.

`server` makes one for a Twilio media stream; a browser's socket can be another.
"""

from __future__ import annotations

from typing import Protocol


class Line(Protocol):
    """Takes speech and says what became of it through `Call.marked`.

    Nothing here waits but `close`: what is sent leaves by itself. Every method raises
    `TelephonyError` once the other side is gone, or takes nothing any more.
    """

    def play(self, mulaw: bytes, mark: str = "") -> None:
        """Queue speech behind what is queued already: mu-law, 8000 Hz, any length.

        With `mark` the same as that and `mark(mark)`, in one go where the line can.
        """
        ...

    def mark(self, name: str) -> None:
        """Ask for `Call.marked(name)` when all that was queued before has been heard."""
        ...

    def clear(self) -> None:
        """Drop all that is queued. Marks waiting in it come back at once."""
        ...

    async def close(self) -> None:
        """Hang up the line. Safe to call twice."""
        ...

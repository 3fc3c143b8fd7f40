"""Both sides of a call as plain lines in a terminal, around a line that is being typed."""

from __future__ import annotations

from typing import TextIO

PROMPT = "customer: "


class CallScreen:
    """Prints lines. What stands on the last line while somebody types there is kept."""

    def __init__(self, out: TextIO, *, asks: bool) -> None:
        """`asks`: somebody types here, so the customer's turn is shown by a prompt."""
        self._out = out
        self._asks = asks
        self._is_asking = False

    def tell(self, line: str) -> None:
        """Print a line. It comes from outside, so nothing in it may steer the terminal."""
        before = "\n" if self._is_asking else ""
        after = PROMPT if self._is_asking else ""
        self._write(f"{before}{plain(line)}\n{after}")

    def ask(self) -> None:
        """It is the customer's turn."""
        if self._asks:
            self._is_asking = True
            self._write(PROMPT)

    def answered(self) -> None:
        """The customer has typed a line, and the terminal has shown it."""
        self._is_asking = False

    def say(self, words: str) -> None:
        """The customer says a typed line: printed where no terminal has shown it already."""
        if not self._asks:
            self.tell(f"{PROMPT}{words}")

    def leave(self) -> None:
        """Nobody types any more."""
        if self._is_asking:
            self._is_asking = False
            self._write("\n")

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


def plain(text: str) -> str:
    """Text on one line without characters that a terminal obeys."""
    return "".join(letter if letter.isprintable() else " " for letter in text)

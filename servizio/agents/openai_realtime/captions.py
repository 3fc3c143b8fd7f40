"""Puts an item's words where they are heard in its sound.

Words come ahead of the sound and in pieces. Where exactly in the sound a sentence begins is
told by nobody; at a usual pace of speech it is known to about a word, and that is as much as
the transcript of an interrupted speech needs.
"""

from __future__ import annotations

import re

BYTES_PER_LETTER = 460
"""Of mu-law at a usual pace: 57 ms a letter."""
PATIENCE = 4000
"""Bytes of sound for which half a sentence waits for the rest; the first words never wait."""
_SENTENCE = re.compile(r".*?[.!?][\"')\]]*(?=\s)", re.DOTALL)


class Captions:
    """The words of one item."""

    def __init__(self) -> None:
        self._text = ""
        self._shown = 0
        """Letters that have been given out."""

    def add(self, words: str) -> None:
        """More words."""
        self._text += words

    def replace(self, text: str) -> None:
        """All words: what came before was the beginning of them, or is as good."""
        if len(text) > len(self._text):
            self._text = text

    def due_at(self) -> int | None:
        """Where in the item's sound the next words begin, in bytes; `None`: there are none."""
        if not (words := self._ready()):
            return None
        is_half = self._shown and words[-1] not in ".!?"
        return self._shown * BYTES_PER_LETTER + (PATIENCE if is_half else 0)

    def take(self) -> str:
        """The next words: a sentence, or as much of it as is known."""
        words = self._ready()
        self._shown += len(words)
        return " ".join(words.split())

    def rest(self) -> str:
        """All words that are left, the last one included."""
        words = self._text[self._shown :]
        self._shown = len(self._text)
        return " ".join(words.split())

    def _ready(self) -> str:
        left = self._text[self._shown :]
        if whole := _SENTENCE.match(left):
            return whole.group()
        # Half a sentence in time is better than all of it too late; half a word is no word.
        end = max(left.rfind(" "), left.rfind("\n"))
        return left[:end] if left[: max(end, 0)].strip() else ""

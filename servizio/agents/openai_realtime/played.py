"""How much of each item of the conversation the customer has heard.

Over a socket the provider does not know what was played; unless it is told, the model believes
that it said everything (`conversation.item.truncate`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from servizio.agents.cloud.sound_path import BYTES_PER_SECOND

BYTES_PER_MS = BYTES_PER_SECOND // 1000


@dataclass(slots=True)
class _Piece:
    """Sound of one item in one speech of the agent's."""

    speech: int
    item: str
    part: int
    size: int


@dataclass(frozen=True, slots=True)
class Cut:
    """An item of which less was heard than the model said."""

    item: str
    part: int
    heard_ms: int
    """Whole milliseconds, never more than were sent; 0: none of it was heard."""


class PlayedBook:
    """What was handed over in one session and not yet heard to its end."""

    def __init__(self) -> None:
        self._pieces: list[_Piece] = []
        self._whole: set[str] = set()

    def add(self, speech: int, item: str, part: int, size: int) -> None:
        """So many bytes of this item's sound were handed over, as part of this speech."""
        last = self._pieces[-1] if self._pieces else None
        if last is not None and (last.speech, last.item, last.part) == (speech, item, part):
            last.size += size
        else:
            self._pieces.append(_Piece(speech, item, part, size))

    def item_done(self, item: str) -> None:
        """No more sound of this item comes."""
        self._whole.add(item)

    def played(self, speech: int) -> None:
        """This speech was heard to its end: it can never be cut."""
        self._forget(lambda piece: piece.speech <= speech)

    def cut(self, speech: int, heard_ms: int) -> tuple[Cut, ...]:
        """Of this speech only so much was heard, and nothing of those behind it."""
        left = heard_ms * BYTES_PER_MS
        sent: dict[tuple[str, int], int] = {}
        heard: dict[tuple[str, int], int] = {}
        for piece in self._pieces:
            of_item = (piece.item, piece.part)
            if piece.speech < speech:
                here = piece.size
            elif piece.speech == speech:
                here = min(left, piece.size)
                left -= here
            else:
                here = 0
            sent[of_item] = sent.get(of_item, 0) + piece.size
            heard[of_item] = heard.get(of_item, 0) + here
        cuts = tuple(
            Cut(item, part, heard[item, part] // BYTES_PER_MS)
            for item, part in sent
            # What is whole and was heard to its end stays as it is: a cut costs its words.
            if heard[item, part] < sent[item, part] or item not in self._whole
        )
        self._forget(lambda _piece: True)
        return cuts

    def _forget(self, is_over: Callable[[_Piece], bool]) -> None:
        self._pieces = [piece for piece in self._pieces if not is_over(piece)]
        self._whole &= {piece.item for piece in self._pieces}

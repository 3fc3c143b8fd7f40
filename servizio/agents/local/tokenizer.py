"""The recogniser's alphabet: text to token ids and back.

`tokenizer.bin` of Moonshine holds the pieces in id order, each after its length in bytes: one
byte below 128, or two, low seven bits first. Words begin with the mark U+2581. Merging
follows id order: the pair whose piece has the lowest id is joined first.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from servizio.errors import SpeechError

START_TOKEN: Final = 1
END_TOKEN: Final = 2
_FIRST_BYTE_TOKEN: Final = 3
_FIRST_PIECE: Final = 259
_WORD_MARK: Final = "\u2581".encode()


class Tokenizer:
    """Pieces of one recognition model."""

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._pieces = tuple(pieces)
        self._ids = {
            piece: token
            for token, piece in reversed(list(enumerate(pieces)))
            if token >= _FIRST_PIECE
        }
        self.starts_word = tuple(
            piece.startswith(_WORD_MARK) or not _continues_word(piece) for piece in pieces
        )
        """For each token, whether a word can have ended before it: the token begins a word, or
        is punctuation or an end mark."""

    @classmethod
    def load(cls, path: Path) -> Tokenizer:
        """Read `tokenizer.bin`. Raises `SpeechError` where it is damaged or missing."""
        try:
            return cls(_split_pieces(path.read_bytes()))
        except (OSError, IndexError) as error:
            raise SpeechError(
                f"the recogniser's {path.name} cannot be read", "pip install 'servizio[local]'"
            ) from error

    def __len__(self) -> int:
        return len(self._pieces)

    def encode(self, text: str) -> tuple[int, ...]:
        """Token ids of text that begins a word."""
        marked = _WORD_MARK + text.strip().encode().replace(b" ", _WORD_MARK)
        return tuple(self._merge([char.encode() for char in marked.decode()]))

    def decode(self, tokens: Iterable[int]) -> str:
        """Text of token ids; control tokens are left out."""
        joined = b"".join(
            self._pieces[token]
            for token in tokens
            if _FIRST_BYTE_TOKEN <= token < len(self._pieces)
        )
        return joined.replace(_WORD_MARK, b" ").decode(errors="ignore").strip()

    def _merge(self, parts: list[bytes]) -> Iterable[int]:
        unknown = len(self._pieces)
        while len(parts) > 1:
            rank, at = min(
                (self._ids.get(left + right, unknown), at)
                for at, (left, right) in enumerate(itertools.pairwise(parts))
            )
            if rank == unknown:
                break
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        for part in parts:
            token = self._ids.get(part)
            if token is not None:
                yield token
            else:
                yield from (_FIRST_BYTE_TOKEN + byte for byte in part)


def _split_pieces(content: bytes) -> list[bytes]:
    pieces: list[bytes] = []
    at = 0
    while at < len(content):
        length = content[at]
        at += 1
        if length >= 128:
            length += content[at] * 128 - 128
            at += 1
        pieces.append(content[at : at + length])
        at += length
    if at != len(content) or len(pieces) <= _FIRST_PIECE:
        raise IndexError("the last piece is cut off")
    return pieces


def _continues_word(piece: bytes) -> bool:
    first = piece[:1]
    return first.isalnum() or first == b"'" or (bool(first) and first[0] >= 0x80)

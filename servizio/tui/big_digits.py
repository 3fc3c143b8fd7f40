"""Digits that can be read from across a room, made of half blocks.

A terminal cell is about twice as high as wide, so a half block is nearly square. A glyph is
3 by 5 squares; a scale of 2 makes each square 2 by 2.
"""

from __future__ import annotations

from functools import lru_cache

_GLYPHS = {
    "0": "111 101 101 101 111",
    "1": "010 110 010 010 111",
    "2": "111 001 111 100 111",
    "3": "111 001 111 001 111",
    "4": "101 101 111 001 001",
    "5": "111 100 111 001 111",
    "6": "111 100 111 101 111",
    "7": "111 001 001 010 010",
    "8": "111 101 111 101 111",
    "9": "111 101 111 001 111",
    ":": "000 010 000 010 000",
    "-": "000 000 111 000 000",
}
_BLANK = "000 000 000 000 000"
_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def width_of(text: str, scale: int = 1) -> int:
    """Columns that `big_digits` takes: three squares a glyph and one between."""
    return max(0, (4 * len(text) - 1) * scale)


def height_of(scale: int = 1) -> int:
    """Rows that `big_digits` takes."""
    return (5 * scale + 1) // 2


@lru_cache(maxsize=2048)
def big_digits(text: str, scale: int = 1) -> tuple[str, ...]:
    """Draw digits, `:` and `-`; anything else is left blank. Rows from the top, equally wide."""
    glyphs = [_GLYPHS.get(character, _BLANK).split() for character in text]
    squares: list[list[bool]] = []
    for row in range(5):
        line: list[bool] = []
        for position, glyph in enumerate(glyphs):
            line += [False] * (scale if position else 0)
            line += [bit == "1" for bit in glyph[row] for _ in range(scale)]
        squares += [line] * scale
    if len(squares) % 2:
        squares.append([False] * width_of(text, scale))
    return tuple(
        "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(squares[::2], squares[1::2], strict=True)
    )

"""Digits and letters that can be read from across a room, made of half blocks.

A terminal cell is about twice as high as wide, so a half block is nearly square. A digit is
3 by 5 squares, some letters are wider; a scale of 2 makes each square 2 by 2.
"""

from __future__ import annotations

import unicodedata
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
    "A": "010 101 111 101 101",
    "B": "110 101 110 101 110",
    "C": "011 100 100 100 011",
    "D": "110 101 101 101 110",
    "E": "111 100 110 100 111",
    "F": "111 100 110 100 100",
    "G": "0111 1000 1011 1001 0111",
    "H": "101 101 111 101 101",
    "I": "1 1 1 1 1",
    "J": "001 001 001 101 010",
    "K": "1001 1010 1100 1010 1001",
    "L": "100 100 100 100 111",
    "M": "10001 11011 10101 10001 10001",
    "N": "1001 1101 1011 1001 1001",
    "O": "0110 1001 1001 1001 0110",
    "P": "110 101 110 100 100",
    "Q": "0110 1001 1001 1011 0111",
    "R": "110 101 110 101 101",
    "S": "011 100 010 001 110",
    "T": "111 010 010 010 010",
    "U": "1001 1001 1001 1001 0110",
    "V": "101 101 101 101 010",
    "W": "10001 10001 10101 11011 10001",
    "X": "101 101 010 101 101",
    "Y": "101 101 010 010 010",
    "Z": "111 001 010 100 111",
    "'": "1 1 0 0 0",
    "’": "1 1 0 0 0",
    ".": "0 0 0 0 1",
    ",": "00 00 00 01 10",
    "!": "1 1 1 0 1",
    "+": "000 010 111 010 000",
    "&": "0100 1010 0100 1010 0101",
    "(": "01 10 10 10 01",
    ")": "10 01 01 01 10",
    "/": "001 001 010 100 100",
    " ": "00 00 00 00 00",
}
_BLANK = "000 000 000 000 000"
_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def width_of(text: str, scale: int = 1) -> int:
    """Columns that `big_digits` takes: the squares of the glyphs and one between."""
    squares = sum(_GLYPHS.get(each, _BLANK).index(" ") for each in text) + len(text) - 1
    return max(0, squares * scale)


def height_of(scale: int = 1) -> int:
    """Rows that `big_digits` takes."""
    return (5 * scale + 1) // 2


def in_capitals(text: str) -> str | None:
    """The text as it can be drawn: capitals without accents; `None` where a sign is missing."""
    plain = unicodedata.normalize("NFKD", text.upper())
    said = "".join(each for each in plain if not unicodedata.combining(each))
    return said if all(each in _GLYPHS for each in said) else None


@lru_cache(maxsize=2048)
def big_digits(text: str, scale: int = 1) -> tuple[str, ...]:
    """Draw digits, capitals and some signs; anything else is blank. Rows of equal width."""
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

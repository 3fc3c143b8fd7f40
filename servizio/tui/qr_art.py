"""A QR code (ISO/IEC 18004) out of half blocks: two modules in each cell, nearly square."""

from __future__ import annotations

import segno

_HALVES = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
QUIET = 2
"""Light modules around the code; cameras want some, and the widget around it is light too."""


def qr_rows(text: str) -> tuple[str, ...]:
    """Draw a code as rows of equal width, dark where a character is: ink on a light ground."""
    matrix = [list(row) for row in segno.make_qr(text, error="m").matrix_iter(border=QUIET)]
    if len(matrix) % 2:
        matrix.append([0] * len(matrix[0]))
    return tuple(
        "".join(_HALVES[bool(upper), bool(lower)] for upper, lower in zip(top, below, strict=True))
        for top, below in zip(matrix[::2], matrix[1::2], strict=True)
    )

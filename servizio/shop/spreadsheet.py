"""Text on its way into a spreadsheet."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"[=@\t\r]|[+-](?!\d+(\.\d+)?$)")


def harmless(value: object) -> object:
    """Text that a spreadsheet would run as a formula is written as text; numbers stay."""
    if isinstance(value, str) and _FORMULA.match(value):
        return f"'{value}"
    return value

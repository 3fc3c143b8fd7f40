"""Order numbers: four digits that are said over the phone and called out in the shop."""

from __future__ import annotations

import re
from collections.abc import Collection
from random import Random

from servizio.errors import OrderError

FIRST, LAST = 1000, 9999
_TRIES = 32
_NUMBER = re.compile(r"[0-9]{4}", re.ASCII)
# Numbers that a shop would rather not call out.
_UNWELCOME = frozenset({"1312", "1488", "6666", "6969"})


def is_order_number(text: str) -> bool:
    """Whether this can be the number of an order, now or once."""
    return _NUMBER.fullmatch(text) is not None


def choose_order_number(taken: Collection[str], random: Random) -> str:
    """A number from 1000 to 9999 that is not in `taken` (open and recent orders).

    Random, so that a number tells nothing of how many orders there were. Raises
    `OrderError` when every number is taken.
    """
    for _ in range(_TRIES):
        number = str(random.randint(FIRST, LAST))
        if number not in taken and number not in _UNWELCOME:
            return number
    free = [number for each in range(FIRST, LAST + 1) if (number := str(each)) not in taken]
    if not free:
        raise OrderError(
            "I'm sorry, I can't take another order right now.",
            "All order numbers from 1000 to 9999 belong to open or recent orders.",
        )
    return random.choice([each for each in free if each not in _UNWELCOME] or free)

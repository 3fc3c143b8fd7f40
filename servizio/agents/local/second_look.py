"""Whether words that make little sense should be listened to once more.

The second time the recogniser leans harder to what can be expected. That may also make an
order out of talk that was none, so what it then hears must be explained far better.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from servizio.agents.local.hypothesis import RecognitionContext
from servizio.language.meaning import Add, Change, Expecting, Meaning, Remove

LEAN: Final = 1.8
"""How much harder the second time."""
_SENSIBLE: Final = 0.72
"""Confidence from which the first time is enough."""
_GAIN: Final = 0.12
"""How much better the second time must be explained."""
_ORDER_SURE: Final = 0.88
"""Confidence from which an order that was not heard the first time counts."""
_HEARD_ANYTHING: Final = 0.35
"""Below this the first time made no sense at all: what is heard now is invented."""
_CLOSED: Final = frozenset(
    {Expecting.YES_NO, Expecting.MODIFIER, Expecting.PHONE_NUMBER, Expecting.ORDER_NUMBER}
)
_ORDERS: Final = (Add, Change, Remove)


def makes_sense(meaning: Meaning, expecting: Expecting) -> bool:
    """Whether what was heard can stand as it is.

    Where anything may be said it always can: to lean harder to the menu makes orders of what
    was none, and hears none that was missed.
    """
    return expecting not in _CLOSED or (bool(meaning.acts) and meaning.confidence >= _SENSIBLE)


def leaning_harder(context: RecognitionContext) -> RecognitionContext:
    """The context of the second time."""
    return replace(context, lean=LEAN)


def is_better(second: Meaning, first: Meaning) -> bool:
    """Whether the second hearing is to be believed rather than the first."""
    if not second.acts or len(second.leftover) > len(first.leftover):
        return False
    if second.confidence < first.confidence + _GAIN:
        return False
    if _orders(second) and not _orders(first):
        return first.confidence >= _HEARD_ANYTHING and second.confidence >= _ORDER_SURE
    return True


def _orders(meaning: Meaning) -> bool:
    return any(isinstance(act, _ORDERS) for act in meaning.acts)

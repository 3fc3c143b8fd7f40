"""Whether words that make little sense should be listened to once more.

After a question that has few answers the recogniser leans harder to those the second time. Where
anything may be said, and something was ordered that is not understood to its last word, it takes
more time: more beams, and a search among known words alone. Either may also make an order out of
talk that was none, so what is then heard must be explained better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from servizio.agents.local.hypothesis import Hypothesis, RecognitionContext, union
from servizio.language.meaning import (
    Add,
    Change,
    Expecting,
    Hello,
    Meaning,
    NotOnMenu,
    Remove,
    Thanks,
    Unclear,
)

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
_OPEN: Final = frozenset({Expecting.ANYTHING, Expecting.ORDER})
_ORDERS: Final = (Add, Change, Remove)
_HALF_UNDERSTOOD: Final = (NotOnMenu, Unclear)
_COURTESIES: Final = (Hello, Thanks)
_CLEAR: Final = 0.95
"""Confidence from which an order without anything left over is clear."""
_FAR: Final = 20.0
"""Nats by which words may be less likely than those heard at first, without any bias."""
CLOSELY_BEST: Final = 8
"""Hypotheses of a closer listening."""


def makes_sense(meaning: Meaning, expecting: Expecting) -> bool:
    """Whether what was heard can stand as it is.

    Where anything may be said it always can: to lean harder to the menu makes orders of what
    was none, and hears none that was missed.
    """
    return expecting not in _CLOSED or (bool(meaning.acts) and meaning.confidence >= _SENSIBLE)


def is_doubtful(meaning: Meaning, expecting: Expecting) -> bool:
    """Whether this is an order, or might be, that was not heard beyond doubt."""
    ordered = any(isinstance(act, (*_ORDERS, *_HALF_UNDERSTOOD)) for act in meaning.acts)
    if expecting not in _OPEN or (meaning.acts and not ordered):
        return False
    half = any(isinstance(act, _HALF_UNDERSTOOD) for act in meaning.acts)
    return not ordered or half or bool(meaning.leftover) or meaning.confidence < _CLEAR


def listening_closely(context: RecognitionContext) -> RecognitionContext:
    """The context of a closer listening."""
    return replace(context, closely=True)


def together(first: Sequence[Hypothesis], closely: Sequence[Hypothesis]) -> list[Hypothesis]:
    """What was heard at first and closely, best first, without what is far less likely."""
    least = first[0].log_probability - _FAR
    likely = [one for one in closely if one.log_probability >= least]
    return union(first, likely)[:CLOSELY_BEST]


def led_by(text: str, found: Sequence[Hypothesis]) -> list[Hypothesis]:
    """The same hypotheses, the one that makes most sense before all others."""
    return sorted(found, key=lambda one: one.text != text)


def is_clearer(second: Meaning, first: Meaning) -> bool:
    """Whether what `together` means is to be believed rather than what was heard at first: it
    was listened for an order, and nothing else comes of it."""
    known = {type(act) for act in first.acts} | {*_ORDERS, *_HALF_UNDERSTOOD, *_COURTESIES}
    if not _orders(second) or any(type(act) not in known for act in second.acts):
        return False
    return _orders(first) or _is_sure_order(second, first)


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
        return _is_sure_order(second, first)
    return True


def _is_sure_order(second: Meaning, first: Meaning) -> bool:
    """Whether an order can be believed that was none at first."""
    return first.confidence >= _HEARD_ANYTHING and second.confidence >= _ORDER_SURE


def _orders(meaning: Meaning) -> bool:
    return any(isinstance(act, _ORDERS) for act in meaning.acts)

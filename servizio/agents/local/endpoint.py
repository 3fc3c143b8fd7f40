"""When a turn is over: decided by what was said, not by one silence for all.

"Yes." is over at once. "A taro milk tea and ..." is not, nor are five digits of a telephone
number. The waits are milliseconds of silence after the last word.
"""

from __future__ import annotations

from dataclasses import dataclass

from servizio.language.meaning import (
    Add,
    Affirm,
    Change,
    Deny,
    Done,
    Expecting,
    Goodbye,
    Meaning,
    OrderNumber,
    PhoneNumber,
    Question,
    Remove,
    Repeat,
    UseCallingNumber,
)


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """Milliseconds of silence that end a turn."""

    answer: int = 288
    """After a yes, a no or another short answer to the question asked."""
    complete: int = 416
    """After something that is whole: an order line, a question, all digits."""
    uncertain: int = 704
    """After something that is understood in part."""
    unknown: int = 864
    """After words that mean nothing yet."""
    digits: int = 1600
    """Amid a telephone number."""
    unfinished: int = 1700
    """After "and", "um" and the like."""
    ceiling: int = 2400
    """After anything at all."""
    noise: int = 320
    """After a sound that held no words."""


_SHORT = (Affirm, Deny, Done, Goodbye, Repeat, UseCallingNumber)
_WHOLE = (*_SHORT, Add, Change, Remove, Question, OrderNumber)


def silence_needed(meaning: Meaning, expecting: Expecting, settings: EndpointSettings) -> int:
    """How long it must be silent after these words until the agent may answer."""
    acts = meaning.acts
    numbers = [act for act in acts if isinstance(act, PhoneNumber)]
    if numbers and not numbers[-1].complete:
        return settings.digits
    if meaning.unfinished:
        return settings.unfinished
    if not acts:
        return settings.unknown
    if all(isinstance(act, _SHORT) for act in acts):
        return settings.answer
    if numbers or (all(isinstance(act, _WHOLE) for act in acts) and meaning.confidence >= 0.7):
        short = expecting in {Expecting.YES_NO, Expecting.MODIFIER}
        return settings.answer + 64 if short else settings.complete
    return settings.uncertain

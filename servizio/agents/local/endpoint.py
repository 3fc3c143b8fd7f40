"""When a turn is over: decided by what was said, not by one silence for all.

"Yes." is over at once. "A taro milk tea and ..." is not, nor are five digits of a telephone
number. The waits are milliseconds of silence after the last word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from servizio.agents.local.hypothesis import Hypothesis
from servizio.language.meaning import (
    Add,
    Affirm,
    Change,
    Delivery,
    Deny,
    Done,
    Expecting,
    Goodbye,
    Hello,
    Meaning,
    OrderNumber,
    PhoneNumber,
    Pickup,
    Question,
    Remove,
    Repeat,
    Thanks,
    UseCallingNumber,
    Wait,
    WantedAt,
)

SURE: Final = 0.5
"""Confidence of the recogniser, without bias, from which its words can be relied on."""
NEAR: Final = 3.0
"""Nats by which a hypothesis may be less likely than the best and still be what was said."""


class Regard(StrEnum):
    """What words are taken for."""

    WORDS = "words"
    """A turn, or a part of one."""
    NOD = "nod"
    """A nod into our speech: we can go on at once."""
    HUM = "hum"
    """Probably a hum heard wrong: we can go on, unless more words follow."""


def as_words(_texts: Sequence[str], _meaning: Meaning, _speech_ms: int) -> Regard:
    """Take everything for words."""
    return Regard.WORDS


def is_certain(found: Sequence[Hypothesis]) -> bool:
    """Whether the best hypothesis is well heard, and no likely one goes on where it ends."""
    best = found[0]
    return best.confidence >= SURE and not any(
        other.text.startswith(f"{best.text} ") and other.score > best.score - NEAR
        for other in found[1:]
    )


@dataclass(frozen=True, slots=True)
class EndpointSettings:
    """Milliseconds of silence that end a turn."""

    answer: int = 288
    """After a yes, a no or another short answer to the question asked."""
    certain: int = 320
    """After something that is whole and was heard beyond doubt."""
    complete: int = 416
    """After something that is whole: an order line, a question, all digits."""
    uncertain: int = 704
    """After something that is understood in part."""
    unknown: int = 864
    """After words that mean nothing yet."""
    digits: int = 1600
    """Amid a telephone number."""
    unfinished: int = 1700
    """After "and", "um", "let me see" and the like."""
    ceiling: int = 2400
    """After anything at all."""
    noise: int = 224
    """After a sound that held no words."""
    nod: int = 160
    """After a nod into our speech."""
    hum: int = 448
    """After what is probably a hum heard wrong: words may follow, which stop us again and are heard
    together with it."""


class SilenceRule(Protocol):
    """Decides how long it must be silent after these words until the agent may answer."""

    def __call__(
        self, meaning: Meaning, expecting: Expecting, settings: EndpointSettings, *, certain: bool
    ) -> int:
        """Milliseconds. `certain`: the recogniser has no other words for the end of it."""
        ...


_SHORT = (Affirm, Deny, Done, Goodbye, Pickup, Repeat, UseCallingNumber)
_WHOLE = (*_SHORT, Add, Change, Delivery, Remove, Question, OrderNumber, WantedAt)
_BESIDES = (Hello, Thanks, Wait)
"""What goes before or after the thing itself, and makes it no less whole: "hi, a taro please"."""


def silence_needed(
    meaning: Meaning, expecting: Expecting, settings: EndpointSettings, *, certain: bool = False
) -> int:
    """How long it must be silent after these words until the agent may answer.

    `certain`: the recogniser has no other words for the end of it (`is_certain`).
    """
    acts = [act for act in meaning.acts if not isinstance(act, _BESIDES)]
    numbers = [act for act in acts if isinstance(act, PhoneNumber)]
    if numbers and not numbers[-1].complete:
        return settings.digits
    thinks_aloud = bool(meaning.acts) and all(isinstance(act, Wait) for act in meaning.acts)
    if meaning.unfinished or thinks_aloud:
        return settings.unfinished
    # In the middle of an order a goodbye was probably something else, and a call ends by it.
    leaves = any(isinstance(act, Goodbye) for act in acts) and expecting is not Expecting.ANYTHING
    if not acts or leaves:
        return settings.uncertain if meaning.acts else settings.unknown
    if all(isinstance(act, _SHORT) for act in acts):
        return settings.answer
    whole = all(isinstance(act, _WHOLE) for act in acts) and meaning.confidence >= 0.7
    goes_on = meaning.amid_name and expecting is not Expecting.MODIFIER
    if numbers or (whole and not goes_on):
        short = certain or expecting in {Expecting.YES_NO, Expecting.MODIFIER}
        return settings.certain if short else settings.complete
    return settings.uncertain

"""Terms and marks: what an utterance consists of, once its words are sorted.

A term is a name on the menu together with the small words that steer it: "and a couple of
large lattes without foam" has the terms *large* (two, joined by "and"), *latte*, and *foam*
(none). What else was said comes out as marks.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from servizio.language.lexicon import Entry
from servizio.shop.line import Amount

_AS_SAID = 0.9
"""Quality of a name that was said as it is."""


class Announced:
    """What a count or an article may stand before."""

    __slots__ = ()

    number: int | None
    article: bool

    @property
    def leads(self) -> bool:
        """Whether a count or an article stands before it."""
        return self.number is not None or self.article


@dataclass(frozen=True, slots=True)
class Term(Announced):
    """A name with what leads up to it. Without entries: a bare number, or a bare "without"."""

    start: int
    end: int
    entries: tuple[Entry, ...] = ()
    number: int | None = None
    """The count said before it."""
    article: bool = False
    amount: Amount | None = None
    count: int = 1
    folded: bool = False
    """"Double", "triple" came before it: more of it in one, not more of them."""
    glue: frozenset[str] = frozenset()
    """Of `and`, `or`, `but`, `with`, `alongside`, `pause`, `cue`."""
    beside: bool = False
    """Said to be on the side, or to drink: an item of its own where it can be one."""
    all: bool = False
    """"Both", "each" came before it: from here on all lines are meant."""
    all_after: bool = False
    """"... on both": came after it."""
    target: str | None = None
    """Which line was pointed at: an ordinal, `that`, `other`."""
    only: bool = False
    part: int | None = None
    """"One of them", "two of the four": how many of what was ordered; 0: half of it."""
    shares: bool = False
    """"One with ...", "two without ...": a count that divides the line before."""
    verb: str | None = None
    """`change`, `make`, `become` ("make it ...") or `remove`: the verb that governs it."""

    plural: bool = False
    """Whether its last word was said in the plural."""
    replaced: bool = False
    """"... instead of the taro": something else takes its place."""

    quality: float = field(init=False, compare=False, repr=False)
    """How well the words fit what they name best, 0 to 1."""
    item_quality: float = field(init=False, compare=False, repr=False)
    """The same of the items among it; 0 where there is none."""
    names_item: bool = field(init=False, compare=False, repr=False)
    is_item: bool = field(init=False, compare=False, repr=False)
    """Whether it names items and nothing else, said as they are."""

    def __post_init__(self) -> None:
        quality = item_quality = 0.0
        names_item, alone = False, True
        for sense, _, fits, _ in self.entries:
            quality = max(quality, fits)
            if sense.item:
                names_item, item_quality = True, max(item_quality, fits)
            if sense.modifier:
                alone = False
        # The best cut into lines asks for these hundreds of times for each term.
        object.__setattr__(self, "quality", quality)
        object.__setattr__(self, "item_quality", item_quality)
        object.__setattr__(self, "names_item", names_item)
        object.__setattr__(self, "is_item", names_item and alone and quality >= _AS_SAID)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something said that is no part of an order line."""

    start: int
    end: int
    kind: str
    """`say`, `question`, `correct`, `actually`, `undo`, `again` or `stop`."""
    value: str

"""The acts of one utterance, while the mind works through them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TypeVar

from servizio.agents.local.number_words import UNDER_TWENTY
from servizio.language.meaning import (
    Act,
    Add,
    Change,
    Deny,
    Meaning,
    NotOnMenu,
    PhoneNumber,
    Question,
    Remove,
    Target,
    Unclear,
)
from servizio.shop.line import Line

_Kind = TypeVar("_Kind")

ABOUT_THE_ORDER = (Add, Change, Remove, Unclear, NotOnMenu, Question)
"""What is no answer to a question about the customer: it is about what is ordered."""

_DIGITS = {
    "oh": "0",
    "o": "0",
    **{word: str(value) for value, word in enumerate(UNDER_TWENTY[:10])},
}

_ONE_MORE = re.compile(
    r"\b(another|also|plus|add|as well|additional)\b|\b\w+ more\b(?! (ice|sugar|sweet|of that))"
    r"|\b(an|one|two|three) extra\b|\btoo\b(?! (many|much|sweet|little|big|small|hot|cold))"
    r"|\ba second (?!one\b)\w"
)
"""Words that make a line said again one more of it, and no mere repetition."""


class Said:
    """What is still to be dealt with of an utterance: each part takes out what it has used."""

    def __init__(self, meaning: Meaning) -> None:
        self.meaning = meaning
        self.acts: list[Act] = list(meaning.acts)
        added = next((at for at, act in enumerate(self.acts) if isinstance(act, Add)), None)
        self.declines_the_rest = added is not None and any(
            isinstance(act, Deny) for act in self.acts[added:]
        )
        """Whether a no follows what is ordered: "a black milk tea, no toppings"."""

        self.whole_order: tuple[Line, ...] = ()
        """All lines of an order that was said once more as a whole."""
        self.understood = False
        """Whether something was made of it although no act is left."""

    @property
    def words(self) -> str:
        """What was said, without apostrophes: recognisers write them or leave them out."""
        return self.meaning.text.replace("'", "")

    def take_all(self) -> None:
        """All of it is dealt with."""
        self.acts, self.understood = [], True

    def has(self, *kinds: type[Act]) -> bool:
        """Whether any act of these kinds is left."""
        return any(isinstance(act, kinds) for act in self.acts)

    def only(self, *kinds: type[Act]) -> bool:
        """Whether there is something left, and all of it is of these kinds."""
        return bool(self.acts) and all(isinstance(act, kinds) for act in self.acts)

    def each(self, kind: type[_Kind]) -> tuple[_Kind, ...]:
        """The acts of a kind, in order."""
        return tuple(act for act in self.acts if isinstance(act, kind))

    def drop(self, *kinds: type[Act]) -> bool:
        """Take out all acts of these kinds; whether there were any."""
        found = self.has(*kinds)
        self.acts = [act for act in self.acts if not isinstance(act, kinds)]
        return found

    def put(self, acts: Iterable[Act]) -> None:
        """Add acts that others have turned into."""
        self.acts += acts

    def read_digits(self, at_least: int) -> None:
        """Take an utterance of nothing but digits for part of a telephone number.

        "Five five five" can also be heard as a change of how many: not where it is longer
        than any quantity, or where a number was asked for.
        """
        digits = spoken_digits(self.meaning.text)
        if len(digits) >= at_least and not self.has(PhoneNumber):
            self.acts = [PhoneNumber(digits, complete=False)]

    def read_another(self, last: Line | None) -> None:
        """ "And another one with boba" is a line like the last one, not a change of it."""
        if last is None or "another" not in self.meaning.text.split():
            return
        self.acts = [
            Add((Line(last.item, 1, act.choices),))
            if isinstance(act, Change) and act == Change(Target(), act.choices)
            else act
            for act in self.acts
        ]

    def drop_bare_quantities(self) -> None:
        """Take out "one" as in "I don't have one"."""
        self.acts = [
            act
            for act in self.acts
            if not (isinstance(act, Change) and act == Change(Target(), quantity=act.quantity))
        ]

    @property
    def corrects(self) -> bool:
        """Whether, dealt with or not, it was about what is wrong with the order."""
        return any(isinstance(act, Deny | Add | Change | Remove) for act in self.meaning.acts)

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines that are newly ordered."""
        return tuple(line for act in self.each(Add) for line in act.lines)

    @property
    def wants_one_more(self) -> bool:
        """Whether the words say that a line named again is meant in addition."""
        return _ONE_MORE.search(self.words) is not None


def spoken_digits(text: str) -> str:
    """The digits of a text that says nothing else; empty where it does."""
    digits = [word if word.isdigit() else _DIGITS.get(word, "") for word in text.split()]
    return "".join(digits) if all(digits) else ""

"""The words of ordering that belong to no menu: numbers, amounts, courtesies, questions.

They live in the TOML files of `data/`, where they can be read and extended without touching
code. Everything is read once, when a phrasebook is made.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from typing import Any, NamedTuple

from servizio.language.meaning import Topic
from servizio.language.talk_words import Talk, load_talk
from servizio.language.words import NumberWords, Word, bases_of, split


class Role(NamedTuple):
    """What a phrase of the phrasebook does in a sentence."""

    kind: str
    """`article`, `amount`, `portion`, `glue`, `side`, `all`, `only`, `cue`, `change`, `instead`,
    `remove`, `correct`, `actually`, `pair`, `target`, `part`, `say`, `question` or `quantity`."""
    value: str = ""
    """Which one of the kind: `none` of `amount`, `affirm` of `say`, a topic of `question`."""


HALF = "half"
"""Value of the part that is half of what was ordered."""
_MOST_PARTS = 12
"""The largest number said of a part: "twelve of them"."""

_PLACES = (
    "the {} one",
    "{} one",
    "my {} one",
    "on the {} one",
    "for the {} one",
    "the {} drink",
    "the {} item",
    "on the {}",
    "the {}",
    "the {} thing",
)
"""How an ordinal points at a line."""
_MOST_LINES = 40
"""Lines of an order that words can be found to describe."""


def line_pointer(place: int) -> str:
    """The word that stands for the line at a place, from 1; no text has such a word."""
    return f"@{place}"


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """All tables, ready for look-up. Immutable, so every understander may share one."""

    numbers: NumberWords
    phrases: dict[tuple[str, ...], tuple[Role, ...]]
    """Words of a phrase -> its roles."""
    starts: dict[str, int]
    """First word of a phrase -> length in words of the longest one that starts so."""
    fillers: frozenset[str]
    digits: dict[str, str]
    """Words that are a digit among digits only: "oh"."""
    amid_digits: dict[str, str]
    """Words that are one only between digits of which several were said before: "or"."""
    repeats: dict[str, int]
    ordinals: dict[str, int]
    openers: dict[str, dict[str, tuple[tuple[str, ...], ...]]]
    """Openers of a name or an address by their first word, longest first."""
    nameless: frozenset[str]
    """Words that are no part of a person's name."""
    streets: frozenset[str]
    """Words that make something an address."""
    days: dict[str, str]
    """Words for days and hours -> the detail of a question about opening hours."""
    diets: dict[str, str]
    """Words of those who must not eat something -> the detail of a question about what is in."""
    subjects: dict[str, bool]
    """Topic -> whether the item asked about may follow."""
    synonyms: tuple[tuple[tuple[str, ...], ...], ...]
    """Rows of food words that mean the same."""
    describing: frozenset[str]
    """Words that describe food rather than name it."""
    general: frozenset[str]
    """Words of food that alone name nothing in particular: "combo"."""
    nouns: frozenset[str]
    """Stems of words for kinds of parts, said after the name of one: "ranch dressing"."""
    flavours: frozenset[str]
    """Words that say which one of a kind is meant: "strawberry"."""
    foods: frozenset[str]
    """Common food and drink: such a word is no other name misheard."""
    common: frozenset[str]
    """Everyday words: never taken for a misheard menu word without other evidence."""
    ordinary: frozenset[str]
    """Words of everyday life, which mostly mean themselves; less common than those."""
    talk: Talk
    """How things are talked about that are not ordered."""

    def is_plain(self, word: str) -> bool:
        """Whether a word is one of everyday talk or of food in general."""
        tables = (self.foods, self.common, self.describing, self.general, self.flavours, self.nouns)
        known = any(word in table for table in tables)
        return known or (word.endswith("s") and word[:-1] in self.foods)

    def is_common(self, word: Word) -> bool:
        """Whether this is a word of telephone talk, one or many."""
        return word.text in self.common or word.stem in self.common

    def is_ordinary(self, word: Word) -> bool:
        """Whether this is a word of everyday life, in whatever form."""
        return self.is_common(word) or not self.ordinary.isdisjoint(bases_of(word.text))

    def is_food(self, word: Word) -> bool:
        """Whether this is a common food or drink, one or many of it."""
        return word.text in self.foods or word.stem in self.foods


def load_phrasebook() -> Phrasebook:
    """Read the tables that come with the package."""
    numbers, order, speech, questions = (
        _table(name) for name in ("numbers", "order", "speech", "questions")
    )
    reader = NumberWords(numbers["ones"], numbers["teens"], numbers["tens"])
    phrases: dict[tuple[str, ...], tuple[Role, ...]] = {}

    def add(phrase: str, role: Role) -> None:
        key = tuple(word.text for word in reader.read(split(phrase)))
        if role not in phrases.get(key, ()):
            phrases[key] = (*phrases.get(key, ()), role)

    for kind, table in order.items():
        for value, listed in _leaves(table):
            for phrase in listed:
                add(phrase, Role(kind, value))
    for act, table in speech["say"].items():
        for phrase in table["phrases"]:
            add(phrase, Role("say", act))
    for topic, table in questions.items():
        for phrase in table["phrases"]:
            add(phrase, Role("question", str(Topic(topic))))
    for phrase, quantity in numbers["quantities"].items():
        add(phrase, Role("quantity", str(quantity)))
    for phrase, part in _parts(numbers["parts"]):
        add(phrase, Role("part", part))
    for phrase, place in _pointers(numbers["ordinals"]):
        add(phrase, Role("target", str(place)))
    for place in range(1, _MOST_LINES + 1):
        phrases[line_pointer(place),] = (Role("target", line_pointer(place)),)
    starts: dict[str, int] = {}
    for key in phrases:
        starts[key[0]] = max(len(key), starts.get(key[0], 0))
    fillers = frozenset(word for item in speech["fillers"]["words"] for word in split(item))
    common = fillers | {word for key in phrases for word in key}
    everyday = frozenset(word for line in _table("everyday")["words"] for word in split(line))
    food = _table("food")
    return Phrasebook(
        numbers=reader,
        phrases=phrases,
        starts=starts,
        fillers=fillers,
        digits=dict(numbers["digits"]),
        amid_digits=dict(numbers["amid_digits"]),
        repeats=dict(numbers["repeats"]),
        ordinals=dict(numbers["ordinals"]),
        openers={name: _openers(table["phrases"]) for name, table in speech["openers"].items()},
        nameless=frozenset(speech["nameless"]["words"]),
        streets=frozenset(speech["streets"]["words"]),
        days=dict(_table("days")["details"]),
        diets=dict(_table("days")["diets"]),
        subjects={topic: table["subject"] == "after" for topic, table in questions.items()},
        synonyms=tuple(
            tuple(tuple(word.text for word in reader.read(split(one))) for one in row)
            for row in food["synonyms"]["rows"]
        ),
        describing=frozenset(food["describing"]["words"]),
        general=frozenset(food["general"]["words"]),
        nouns=frozenset(food["nouns"]["words"]),
        flavours=frozenset(food["flavours"]["words"]),
        foods=frozenset(food["foods"]["words"]),
        common=common | everyday,
        ordinary=frozenset(word for line in _table("everyday")["ordinary"] for word in split(line)),
        talk=load_talk(_table("talk")),
    )


def _pointers(ordinals: dict[str, int]) -> Iterator[tuple[str, int]]:
    """How an ordinal points at a line, each with its place."""
    for word, place in ordinals.items():
        for pattern in _PLACES:
            yield pattern.format(word), place


def _parts(table: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """How some of several are spoken of, each with how many those are."""
    for number in range(1, _MOST_PARTS + 1):
        for rest in table["of"]:
            yield f"{number} {rest}", str(number)
    for phrase in table["half"]:
        yield phrase, HALF


def _table(name: str) -> dict[str, Any]:
    path = resources.files("servizio.language") / "data" / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _leaves(table: dict[str, Any]) -> list[tuple[str, list[str]]]:
    if "phrases" in table:
        return [("", table["phrases"])]
    return [(value, inner["phrases"]) for value, inner in table.items()]


def _openers(phrases: list[str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    longest_first = sorted((tuple(split(phrase)) for phrase in phrases), key=len, reverse=True)
    return {
        first: tuple(opener for opener in longest_first if opener[0] == first)
        for first in {opener[0] for opener in longest_first}
    }

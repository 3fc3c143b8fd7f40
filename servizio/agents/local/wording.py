"""How the local agent says things: lines of an order, lists, and its own sentences.

Only three kinds of words ever leave here: names from the menu, figures in words, and the
sentences in `sentences.toml`. Nothing that was heard is spoken.
"""

from __future__ import annotations

import random
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files

from servizio.agents.local.sentences import split_sentences
from servizio.agents.local.spoken_figures import number_words, speakable
from servizio.shop.availability import Availability, modifiers_there
from servizio.shop.line import Amount, Choice, Line
from servizio.shop.menu import Item, Menu, Modifier, ModifierGroup

_BEFORE_THE_ITEM = frozenset({"size", "temperature"})
"""Kinds of groups whose modifiers are said before the item: "a large iced latte"."""
_LEVEL_WORDS = frozenset({"no", "less", "light", "half", "regular", "normal", "extra", "more"})
"""Modifiers that mean nothing without the name of their group: "less" is "less ice"."""
MOST_CHOICES = 6
"""How many choices are read out at once; more would not be remembered."""
_DONE = ("warmed", "toasted", "cut", "sliced", "grilled", "heated", "spicy")
"""Ends of modifiers that are done to the item and do not come with it."""
_TIMES = {2: "double", 3: "triple"}
_NAME_JOINTS = (" of ", " with ", " in ", " on ")

_SHORTEST_LEAD = 6
"""Letters of the shortest beginning that is rendered by itself: "That's", "I have"."""
_HANGING = frozenset({"the", "a", "an", "for", "of", "to", "in"})
"""Words after which nobody pauses."""

LONG_WAIT = 90
"""Minutes from which a wait is told in hours."""
ABOUT_AN_HOUR = 5
"""Minutes more or less than an hour."""


class Wording:
    """Picks a wording for each sentence, never the same one twice in a row."""

    def __init__(
        self, rng: random.Random, sentences: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        """`sentences`: others than those of `sentences.toml`."""
        self._rng = rng
        self._sentences = sentences_of(__package__) if sentences is None else sentences
        self._last: dict[str, str] = {}

    def say(self, key: str, **values: str) -> str:
        """The sentence `key` with its gaps filled. `KeyError`: no such."""
        variants = self._sentences[key]
        fresh = [text for text in variants if text != self._last.get(key)] or variants
        chosen = self._last[key] = self._rng.choice(list(fresh))
        return sentence(chosen.format(**values))

    def every(self, key: str, **values: str) -> tuple[str, ...]:
        """All wordings of a sentence, with its gaps filled."""
        return tuple(sentence(text.format(**values)) for text in self._sentences[key])


@cache
def sentences_of(package: str) -> Mapping[str, tuple[str, ...]]:
    """Every sentence of a package's `sentences.toml` with its wordings, read once: the file is
    part of the program."""
    text = files(package).joinpath("sentences.toml").read_text(encoding="utf-8")
    return {key: tuple(variants) for key, variants in tomllib.loads(text)["say"].items()}


def known_by_heart() -> tuple[str, ...]:
    """What the voice can render before it is needed: the words with which sentences open, and
    then the sentences without gaps."""
    every = [text for variants in sentences_of(__package__).values() for text in variants]
    gaps = [text.partition("{")[0] for text in every if "{" in text]
    openers = [f"{(text.partition(', ')[0] if ', ' in text else _lead(text))}," for text in gaps]
    whole = [one for text in every if "{" not in text for one in split_sentences(text)]
    return tuple(dict.fromkeys([*(each for each in openers if each != ","), *whole]))


def _lead(text: str) -> str:
    """What of a sentence's beginning, up to its gap, can be said by itself; perhaps nothing.

    >>> _lead("Your order number is "), _lead("I took the ")
    ('Your order number is', '')
    """
    words = text.strip(" :").split()
    hangs = not words or words[-1].lower() in _HANGING or len(" ".join(words)) < _SHORTEST_LEAD
    return "" if hangs else " ".join(words)


def sentence(text: str) -> str:
    """The text with a capital at the start."""
    return text[:1].upper() + text[1:]


def listed(names: Sequence[str], joint: str = "and") -> str:
    """ "a", "a and b", "a, b and c"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {joint} {names[-1]}"


def with_article(name: str) -> str:
    """ "a taro milk tea", "an iced latte"."""
    return f"{'an' if name[:1].lower() in 'aeio' else 'a'} {name}"


def plural(name: str) -> str:
    """More than one of it: "taro milk teas", "slices of cake"."""
    for joint in _NAME_JOINTS:
        head, found, tail = name.partition(joint)
        if found:
            return f"{plural(head)}{joint}{tail}"
    if name.endswith(("ss", "sh", "ch", "x", "z")):
        return f"{name}es"
    if name.endswith("s"):
        return name
    if name.endswith("y") and name[-2:-1] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}s"


def modifier_words(group: ModifierGroup, modifier: Modifier) -> str:
    """A modifier that can stand alone: "fifty percent sweetness", "less ice", "boba"."""
    name = speakable(modifier.name)
    bare = name.lower() in _LEVEL_WORDS or name.endswith(" percent")
    return f"{name} {speakable(group.name)}" if bare else name


def is_level(modifier: Modifier) -> bool:
    """Whether it is how much of something, such as "less ice": there is no going without it."""
    name = speakable(modifier.name).lower()
    return name.split()[0] in _LEVEL_WORDS or name.endswith(" percent")


def choice_words(menu: Menu, choice: Choice) -> str:
    """A choice as it is read back: "no boba", "extra ice", "two shots"."""
    group = menu.group(choice.group)
    name = modifier_words(group, group.modifier(choice.modifier))
    if choice.amount is Amount.NONE:
        return name if name.startswith("no ") else f"no {name}"
    if choice.amount is not Amount.REGULAR:
        name = f"{choice.amount.value} {name}"
    if choice.count == 1:
        return name
    if choice.count in _TIMES:
        return f"{_TIMES[choice.count]} {name}"
    return f"{number_words(choice.count)} times {name}"


def line_words(menu: Menu, line: Line) -> str:
    """A line as it is read back: "two large taro milk teas with boba, no ice"."""
    item = menu.item(line.item)
    ahead, along, alone = _sorted_choices(menu, item, line.choices)
    name = speakable(item.name)
    words = [number_words(line.quantity), *ahead, name if line.quantity == 1 else plural(name)]
    said = " ".join(words)
    if along:
        said += f" with {listed(along)}"
    return ", ".join([said, *alone])


def lines_words(menu: Menu, lines: Iterable[Line]) -> str:
    """Several lines in one breath."""
    return "; ".join(line_words(menu, line) for line in lines).replace("; ", ", and ")


def item_words(menu: Menu, item_id: str) -> str:
    """The name of an item as it is spoken."""
    return speakable(menu.item(item_id).name)


def thing_words(menu: Menu, thing_id: str) -> str | None:
    """The name of the item or modifier with this id; `None`: the menu has none."""
    if menu.has_item(thing_id):
        return item_words(menu, thing_id)
    for group in menu.modifier_groups:
        for modifier in group.modifiers:
            if modifier.id == thing_id:
                return modifier_words(group, modifier)
    return None


def choices_words(
    group: ModifierGroup, there: Availability, *, joint: str = "or", most: int = MOST_CHOICES
) -> str:
    """What a group offers now: "boba, egg pudding or vanilla cream"."""
    names = [modifier_words(group, one) for one in modifiers_there(group, there)]
    return listed(names[:most], joint)


def wait_words(minutes: int) -> str:
    """How long it takes: "about ten minutes", and from ninety minutes on in half hours."""
    if minutes < 1:
        return "a moment"
    hours, half = divmod(round(minutes / 30), 2)
    if abs(minutes - 60) <= ABOUT_AN_HOUR:
        return "about an hour"
    if minutes >= LONG_WAIT and hours == 1:
        return "about an hour and a half" if half else "about an hour"
    if minutes >= LONG_WAIT:
        return f"about {number_words(hours)}{' and a half' if half else ''} hours"
    return f"about {number_words(minutes)} minute" + ("" if minutes == 1 else "s")


def _sorted_choices(
    menu: Menu, item: Item, choices: Sequence[Choice]
) -> tuple[list[str], list[str], list[str]]:
    """The words of the choices: before the item, after "with", and after a comma."""
    order = {group_id: place for place, group_id in enumerate(item.modifier_groups)}
    ahead: list[str] = []
    along: list[str] = []
    alone: list[str] = []
    for choice in sorted(choices, key=lambda one: order.get(one.group, len(order))):
        words = choice_words(menu, choice)
        group = menu.group(choice.group)
        modifier = group.modifier(choice.modifier)
        plain = choice.amount is Amount.REGULAR and choice.count == 1
        if plain and group.name.lower().split()[-1] in _BEFORE_THE_ITEM:
            ahead.append(words)
        elif (
            words.startswith(("no ", "not "))
            or words.endswith(_DONE)
            or (words != speakable(modifier.name) and plain)
        ):
            alone.append(words)
        else:
            along.append(words)
    return ahead, along, alone

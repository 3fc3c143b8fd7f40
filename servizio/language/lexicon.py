"""The names a customer may use for what is on a menu.

Nobody lists them: besides names and aliases, a lexicon holds what people make of them. Part
of a name ("the pudding"), the name with its kind ("ham sandwich", "oat milk"), one word for
two and two for one ("sun chips"). Keys are stems run together, so that plurals and spacing
do not matter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, combinations
from typing import NamedTuple

from servizio.language.beginnings import Beginnings
from servizio.language.group_nouns import class_nouns
from servizio.language.levels import Tables, level_names, load_levels, percents_of
from servizio.language.menu_names import EITHER, names_of, namesakes_of, variants
from servizio.language.phrasebook import Phrasebook
from servizio.language.same_names import with_same_names
from servizio.language.words import Word, singular, split, stem_of
from servizio.shop.menu import Menu, Modifier, ModifierGroup

LONGEST_NAME = 8
"""Words of a name that are compared; nobody says longer ones."""

SYNONYM = 0.96
"""Quality of a name with a food word put as another that means the same."""

_JOINTS = frozenset({"and", "or", "of", "with", "the", "a", "an", "in", "on", "n", "style"})
_LOOSE = frozenset({"and", "of", "with", "the", "n", "in", "on"})
"""Words that come and go within a name: "chicken bacon and ranch"."""

_REMEMBERED = 4096
"""Look-ups that are kept: the hypotheses of one utterance are mostly the same words."""

_SHARES = frozenset({"half", "quarter"})
"""Words that say how much of anything there should be, and name nothing by themselves."""

DERIVED = 0.98
"""Quality of a name with its kind: "cheddar cheese"."""
TELLING = 0.9
"""Quality of a word that occurs in one name alone: nobody who says "doritos" means another."""
KIND = 0.91
"""Quality of a modifier's name as that of the item that it ends in: "rye toast" is a toast."""


class Sense(NamedTuple):
    """One thing on the menu: an item, a modifier of a group, or an item with a modifier."""

    item: str | None = None
    group: str | None = None
    modifier: str | None = None
    options: tuple[str, ...] = ()
    """Ids of which any may be meant: a modifier named `or(black beans,pinto beans)`."""

    @property
    def id(self) -> str:
        """Id of the item or the modifier."""
        return self.item or self.modifier or ""


class Entry(NamedTuple):
    """A sense under one of its names."""

    sense: Sense
    words: tuple[str, ...]
    quality: float
    """1 for a name, less for what was derived from one."""
    headed: bool = True
    """Whether the name's last word is among the words: "lemonade" of a pink lemonade."""


class Lexicon:
    """Look-up of names. It changes nothing but what it remembers of its last look-ups."""

    def __init__(self, menu: Menu, book: Phrasebook) -> None:
        menu = with_same_names(menu)
        self._numbers = book.numbers
        self._rows = book.synonyms
        self._general = book.general
        self._measures = _measures(book)
        amounts = _amounts(book)
        self._amounts = frozenset(words[0] for words in amounts if len(words) == 1)
        self._of_amounts = frozenset(word for words in amounts for word in words)
        self.counted: frozenset[str | None] = frozenset(
            group.id for group in menu.modifier_groups if group.amounts
        )
        """Ids of the groups whose modifiers come in amounts."""
        self._look_up = lru_cache(maxsize=_REMEMBERED)(self._named)
        self._exact: dict[str, list[Entry]] = defaultdict(list)
        self._partial: dict[str, list[Entry]] = defaultdict(list)
        self._loose: dict[str, list[Entry]] = defaultdict(list)
        self.kinds: frozenset[str] = frozenset(
            word.stem
            for phrase in (
                *(group.name for group in menu.modifier_groups),
                *(item.category.replace("-", " ") for item in menu.items),
            )
            for word in self.words_of(phrase)
        )
        """Stems of the names of groups and categories: "topping", "drink"."""
        self._short: dict[str, dict[tuple[str, ...], tuple[Entry, ...]]] = {}
        for item in menu.items:
            self._add_names(Sense(item=item.id), names_of(item))
        for group in menu.modifier_groups:
            for modifier in group.modifiers:
                self._add_names(_modifier_sense(group, modifier), names_of(modifier))
        for item in menu.items:
            kinds = [item.category.replace("-", " ")]
            self._add_derived(Sense(item=item.id), names_of(item), kinds)
        self.classes: set[tuple[str | None, str]] = set()
        """Groups with the stems of their class nouns: `("topping", "cheese")`."""
        levels = load_levels()
        for group in menu.modifier_groups:
            self._add_group(group, levels)
        self.names: tuple[Entry, ...] = tuple(chain.from_iterable(self._exact.values()))
        """Every whole name with its sense, for matching by sound."""
        self.percents = percents_of(entry.words for entry in self.names)
        """The percentages that are sold."""
        self.namesakes = namesakes_of(
            ((name.sense.item, name.words, name.quality) for name in self.names), self.kinds
        )
        """Ids of items that are called by what comes before their kind: "a pepperoni"."""
        self._add_kinds(menu)
        self.last_words: dict[Sense, set[str]] = defaultdict(set)
        """Stems that the names of a thing end in: a green tea is a tea."""
        self.vocabulary = frozenset(chain.from_iterable(entry.words for entry in self.names))
        self._bearers: dict[str, set[str]] = defaultdict(set)
        """Stem -> ids of the things in whose names it occurs."""
        for entry in self.names:
            self.last_words[entry.sense].add(stem_of(entry.words[-1]))
            for word in entry.words:
                self._bearers[stem_of(word)].add(entry.sense.id)
        self._plain = book.is_plain
        self._make_loose()
        self._make_partials()
        self.longest = max((len(entry.words) for entry in self.names), default=1) + 1
        self.beginnings = Beginnings(self._exact, {*self._loose, *self._partial}, _LOOSE)

    def words_of(self, phrase: str) -> list[Word]:
        """The words of a name, numbers read, punctuation dropped."""
        return [word for word in self._numbers.read(split(phrase)) if not word.is_pause]

    def _texts_of(self, phrase: str) -> tuple[str, ...]:
        return tuple(word.text for word in self.words_of(phrase))[:LONGEST_NAME]

    def look_up(self, words: Sequence[Word]) -> Sequence[Entry]:
        """What these words name: whole names before parts, exact spelling before stems."""
        return self._look_up(tuple(words))

    def _named(self, words: tuple[Word, ...]) -> Sequence[Entry]:
        key = "".join(word.stem for word in words)
        exact = self._exact.get(key)
        if exact:
            spelled = tuple(word.text for word in words)
            same = [entry for entry in exact if entry.words == spelled]
            near = [entry for entry in exact if not _counts_within(words, entry)]
            if same or near:
                return same or [entry._replace(quality=entry.quality * 0.97) for entry in near]
        if words[0].text in _LOOSE or words[-1].text in _LOOSE:
            return []
        bare = "".join(word.stem for word in words if word.text not in _LOOSE)
        return self._loose.get(bare) or self._partial.get(bare, [])

    def unsteered(self, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        """Names that say no amount themselves: after "extra" no "less ice" was misheard."""
        return tuple(entry for entry in entries if entry.words[0] not in self._amounts)

    def _add_group(self, group: ModifierGroup, tables: Tables) -> None:
        classes = class_nouns(group, self._texts_of)
        self.classes.update((group.id, stem_of(word)) for word in classes)
        own = {name for modifier in group.modifiers for name in names_of(modifier)}
        kinds = [*(kind for kind in (group.name,) if kind not in own), *classes]
        for modifier in group.modifiers:
            names = [
                name
                for name in names_of(modifier)
                # "Cheese mustard" is two: what ends in one kind is of no other.
                if stem_of(self._texts_of(name)[-1:][0]) not in map(stem_of, classes)
            ]
            sense = _modifier_sense(group, modifier)
            self._add_derived(sense, names, kinds)
            self._add_derived(sense, names_of(modifier), kinds[: len(kinds) - len(classes)])
        short: dict[tuple[str, ...], tuple[Entry, ...]] = {}
        for modifier_id, levels in level_names(group, self._texts_of, tables).items():
            sense = Sense(group=group.id, modifier=modifier_id)
            for name in levels.full:
                self._add(sense, self._texts_of(name), 0.99)
            for name in levels.short:
                words = self._texts_of(name)
                short.setdefault(words, (Entry(sense, words, 1.0),))
        self._short[group.id] = short

    def short_names(self, groups: Sequence[str]) -> dict[tuple[str, ...], tuple[Entry, ...]]:
        """Names that hold while these groups are asked about: "half" for half the sugar."""
        found: dict[tuple[str, ...], tuple[Entry, ...]] = {}
        for group in groups:
            for words, entries in self._short.get(group, {}).items():
                found.setdefault(words, entries)
        return found

    def _add_names(self, sense: Sense, names: list[str]) -> None:
        for words in filter(None, map(self._texts_of, names)):
            self._add(sense, words, 1.0)

    def _add_derived(self, sense: Sense, names: list[str], kinds: list[str]) -> None:
        endings = [words[-1] for words in map(self._texts_of, kinds) if words]
        # A group may be called "extra": after a name that word is about the next one.
        endings = [ending for ending in endings if stem_of(ending) not in self._amounts]
        for words in map(self._texts_of, names):
            if len(words) == 2 and kinds and stem_of(words[1]) in self._measures:
                # "A shot of espresso" is an espresso shot.
                self._add(sense, (words[1], "of", words[0]), DERIVED)
            for variant in variants(words, self._rows):
                self._add(sense, variant, SYNONYM)
            for ending in endings:
                if words and stem_of(ending) not in map(stem_of, words):
                    # "Jalapeno peppers"; "tomatoes peppers" are two.
                    self._add(sense, (*words[:-1], singular(words[-1]), ending), DERIVED)

    def _add_kinds(self, menu: Menu) -> None:
        """ "Rye toast" is a toast as well, where it can be ordered with such."""
        for item in menu.items:
            own = {"".join(map(stem_of, self._texts_of(name))) for name in names_of(item)}
            for group in menu.modifier_groups:
                if group.id not in item.modifier_groups:
                    continue
                for modifier in group.modifiers:
                    sense = Sense(item.id, group.id, modifier.id)
                    for words in map(self._texts_of, names_of(modifier)):
                        # A shot of espresso is no espresso.
                        whole = len(words) > 1 and not _JOINTS & set(words)
                        if whole and stem_of(words[-1]) in own:
                            key = "".join(map(stem_of, words))
                            self._exact[key].append(Entry(sense, words, KIND))

    def _add(self, sense: Sense, words: tuple[str, ...], quality: float) -> None:
        entries = self._exact["".join(map(stem_of, words))]
        if quality < 1 and any(
            entry.quality == 1 and entry.sense.group == sense.group for entry in entries
        ):
            return
        if not any(entry.sense == sense and entry.words == words for entry in entries):
            entries.append(Entry(sense, words, quality))

    def _make_loose(self) -> None:
        for name in self.names:
            kept = [word for word in name.words if word not in _LOOSE]
            key = "".join(map(stem_of, kept))
            if len(kept) > 1 and (len(kept) < len(name.words) or len(kept) > 2):
                self._loose[key].append(name._replace(quality=min(name.quality, 0.95)))

    def _make_partials(self) -> None:
        lengths: dict[Sense, list[int]] = defaultdict(list)
        for name in self.names:
            lengths[name.sense] += [len(name.words)] if name.quality == 1 else []
        for name in self.names:
            length = len(name.words)
            # Another word for all of a name brings no words of its own: who sells jalapenos
            # as "jalapeno peppers" has no peppers.
            longest = max(lengths[name.sense], default=0)
            if not _whole(name) or (name.quality < 1 and length > longest):
                continue
            for size in range(1, length):
                for kept in combinations(range(length), size):
                    words = tuple(name.words[place] for place in kept)
                    self._add_partial(name, words, headed=kept[-1] == length - 1)

    def _is_telling(self, word: str) -> bool:
        """Whether a word belongs to one name alone, and to no other talk: a brand, as a rule."""
        return len(self._bearers[stem_of(word)]) == 1 and not self._plain(word)

    def _add_partial(self, name: Entry, kept: tuple[str, ...], *, headed: bool) -> None:
        if kept[0] in _JOINTS or kept[-1] in _JOINTS:
            return
        if len(kept) == 1 and (len(kept[0]) < 3 or stem_of(kept[0]) in self.kinds):
            return
        if self._of_amounts.issuperset(kept) or _SHARES.issuperset(kept):
            return
        key = "".join(stem_of(word) for word in kept if word not in _LOOSE)
        if key in self._exact or (name.sense.item and set(kept) <= self._general):
            return
        share = len(kept) / len(name.words)
        quality = 0.5 + 0.35 * share if len(kept) == 1 else 0.55 + 0.38 * share
        quality *= name.quality
        if len(kept) == 1 and self._is_telling(kept[0]):
            quality, headed = max(quality, TELLING), True
        if len(kept) > 1 and headed and kept[0] == name.words[0]:
            # "Chai latte" for chai tea latte: what is in the middle is left out easily.
            quality = max(quality, TELLING * name.quality)
        entries = self._partial[key]
        for place, entry in enumerate(entries):
            if entry.sense == name.sense:
                if entry.quality < quality:
                    entries[place] = entry._replace(quality=quality)
                return
        entries.append(Entry(name.sense, kept, quality, headed))


def _measures(book: Phrasebook) -> frozenset[str]:
    """Stems of what things are measured in: the "shot" of "a shot of"."""
    return frozenset(
        stem_of(words[0])
        for words, roles in book.phrases.items()
        if len(words) == 2 and words[1] == "of" and any(r.kind == "portion" for r in roles)
    )


def _amounts(book: Phrasebook) -> list[tuple[str, ...]]:
    """Phrases that say how much of something: "easy on"."""
    return [
        words
        for words, roles in book.phrases.items()
        if any(role.kind == "amount" for role in roles)
    ]


def _counts_within(words: Sequence[Word], entry: Entry) -> bool:
    """Whether a name with its kind was said with a plural in its middle: "tomatoes peppers"."""
    if entry.quality != DERIVED or len(words) != len(entry.words):
        return False
    inner = zip(words[:-1], entry.words[:-1], strict=True)
    return any(word.text != name and word.is_plural for word, name in inner)


def _whole(name: Entry) -> bool:
    """Whether this is a name, or one with a word put as another, and none of a kind with it."""
    return name.quality in {1.0, SYNONYM}


def _modifier_sense(group: ModifierGroup, modifier: Modifier) -> Sense:
    either = EITHER.match(modifier.name)
    if not either:
        return Sense(group=group.id, modifier=modifier.id)
    by_name = {other.name: other.id for other in group.modifiers}
    named = [name.strip() for name in either.group(1).split(",") if name.strip() in by_name]
    said = {word for alias in modifier.aliases for word in alias.split()}
    # Whoever says "pepper" means black pepper sooner than green peppers.
    named.sort(key=lambda name: name.split()[-1] not in said)
    options = tuple(by_name[name] for name in named)
    return Sense(group=group.id, modifier=options[0] if options else modifier.id, options=options)

"""Names that were misheard or misspelled: the nearest ones by sound and by spelling.

A window of words is compared with every name of the menu at once, on the rough outline of
its sound; the few that come near are weighed exactly. Short words have many neighbours, so
they must fit better, and everyday words alone are never taken for a name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import Indel

from servizio.language.lexicon import SYNONYM, Entry, Lexicon
from servizio.language.phrasebook import Phrasebook
from servizio.language.sound import likeness, outline, sounds_of
from servizio.language.words import Word

_ROUGHLY = 0.7
"""Similarity of outlines from which a name is weighed exactly."""
_FAINTLY = 0.5
"""The same where a name must stand."""
_SURELY = 0.86
"""The same for windows of words that all are words of the menu: those are seldom misheard."""
_WEIGHED = 3
"""Names weighed exactly for each window, nearest first."""
_EASE = 0.15
"""How much less alike a modifier may sound where one is awaited."""
_BY_SOUND_ALONE = 0.8
"""The most that a name is worth of which the spelling is another one."""
_ALIKE = 0.6
"""Likeness of spellings below which they are others."""
_A_SLIP = 0.85
"""Likeness of spellings from which a word is another with a slip of the keys."""
_LONG_ENOUGH = 5
"""Letters of words in which a slip can be told."""
_LONGEST_WINDOW = 5
_OFFERED = 8
"""Names weighed exactly for what may be offered in place of something not sold."""
_NEAR_ENOUGH_TO_OFFER = 0.5
_EDGES = frozenset(
    {
        "a",
        "an",
        "and",
        "the",
        "with",
        "or",
        "no",
        "i",
        "of",
        "to",
        "on",
        "in",
        "without",
        "but",
        "my",
    }
)
"""Words that begin or end no misheard name."""
_AGREEING = frozenset({"yes", "yeah", "yep", "yup"})
_STEERING = frozenset({"no", "less", "light", "more", "extra", "little", "regular", "normal"})
"""Words before which a yes can be ice that was misheard."""
_BREAKS = frozenset({"no", "without", "with"})
"""Words that stand between names, never in one."""


_REFUSING = frozenset({"no", "not", "without", "zero"})
"""Words that turn a name into its contrary, and that a recogniser writes wrong but seldom drops."""


class Nearness:
    """Finds near names. Immutable after construction."""

    def __init__(self, lexicon: Lexicon, phrasebook: Phrasebook) -> None:
        self._book = phrasebook
        self._lexicon = lexicon
        self._names = [entry for entry in lexicon.names if entry.quality in {1.0, SYNONYM}]
        self._word_sounds = {word: sounds_of(word) for name in self._names for word in name.words}
        self._sounds = [
            "".join(self._word_sounds[word] for word in entry.words) for entry in self._names
        ]
        self._outlines = [outline(sounds) for sounds in self._sounds]
        self._foods = sorted(phrasebook.foods)
        self._spellings = ["".join(entry.words) for entry in self._names]

    def search(
        self, words: Sequence[Word], known: AbstractSet[int], eager: AbstractSet[int]
    ) -> list[tuple[int, int, tuple[Entry, ...]]]:
        """Windows of words that come near to names: start, end, and the names.

        `known` are the places of words that already are a whole name: windows made of them
        and of everyday words alone are not looked at. `eager` are the places where a modifier
        is all but sure to be named, as after "extra": what stands there fits more easily.
        """
        windows = self._windows(words, known, eager)
        if not windows or not self._names:
            return []
        spoken = {word.text: "" if word.is_pause else sounds_of(word.text) for word in words}
        sounds = ["".join(spoken[w.text] for w in words[a:b]) for a, b in windows]
        near = process.cdist(
            [outline(one) for one in sounds],
            self._outlines,
            scorer=Indel.normalized_similarity,
            score_cutoff=_ROUGHLY,
            dtype=np.float32,
        )
        found: list[tuple[int, int, tuple[Entry, ...]]] = []
        for row, (start, end) in enumerate(windows):
            top = near[row].max()
            awaited = start in eager and end == start + 1
            sure = not awaited and not self._has_foreign(words[start:end])
            if top < (_SURELY if sure else _ROUGHLY):
                continue
            order = np.argsort(-near[row], kind="stable")[:_WEIGHED]
            candidates = [int(one) for one in order if near[row][one] > max(0, top - 0.15)]
            entries = self._weigh(words[start:end], spoken, candidates, awaited=awaited)
            if entries:
                found.append((start, end, entries))
        return found

    def resembling(self, words: Sequence[Word], *, items: bool, ease: float) -> tuple[Entry, ...]:
        """Names that words in the place of a name sound like, whatever words they are.

        `items`: whether items are compared as well as modifiers. `ease`: how much less alike
        they may sound than elsewhere.
        """
        heard = [word.text for word in words if not word.is_pause]
        if self._lexicon.vocabulary.issuperset(heard) or self._is_other_food(heard):
            return ()
        sounds = sounds_of(" ".join(heard))
        rough = process.extract(
            outline(sounds),
            self._outlines,
            scorer=Indel.normalized_similarity,
            limit=_OFFERED,
            score_cutoff=_FAINTLY,
        )
        weighed: list[tuple[float, int]] = []
        for _, _, place in rough:
            if not items and self._names[place].sense.item is not None:
                continue
            spelled = "".join(heard)
            if _is_participle(heard) and self._is_spelled_otherwise(spelled, place):
                continue
            if _lacks_no(sounds, self._names[place].words, self._sounds[place]):
                continue
            enough = _threshold(len(self._sounds[place])) - ease
            score = likeness(sounds, self._sounds[place], enough)
            if score >= enough:
                weighed.append((score, place))
        top = max((score for score, _ in weighed), default=0.0)
        return tuple(
            self._names[place]._replace(quality=self._names[place].quality * _quality(score))
            for score, place in weighed
            if score > top - 0.02
        )

    def _is_other_food(self, heard: Sequence[str]) -> bool:
        """Whether a single word is a slip of the keys in a food that is not sold: "chedar"."""
        if len(heard) != 1 or len(heard[0]) < _LONG_ENOUGH:
            return False
        found = process.extractOne(heard[0], self._foods, scorer=Indel.normalized_similarity)
        own = process.extractOne(heard[0], self._spellings, scorer=Indel.normalized_similarity)
        return bool(found) and found[1] >= _A_SLIP and (not own or found[1] > own[1])

    def nearest(self, heard: str) -> str | None:
        """Id of what comes closest to words that name nothing; `None`: nothing is near."""
        sounds = sounds_of(heard)
        rough = process.extract(
            outline(sounds), self._outlines, scorer=Indel.normalized_similarity, limit=_OFFERED
        )
        places = [place for _, _, place in rough]
        scored = [(likeness(sounds, self._sounds[place]), -place) for place in places]
        top, place = max(scored, default=(0.0, 0))
        return self._names[-place].sense.id if top >= _NEAR_ENOUGH_TO_OFFER else None

    def _has_foreign(self, words: Sequence[Word]) -> bool:
        """Whether a word is neither of the menu nor of everyday talk."""
        known = self._lexicon.vocabulary
        return any(
            word.text not in known and word.text not in self._book.common and not word.is_pause
            for word in words
        )

    def _windows(
        self, words: Sequence[Word], known: AbstractSet[int], eager: AbstractSet[int]
    ) -> list[tuple[int, int]]:
        strange = [
            not word.is_pause
            and word.number is None
            and place not in known
            and not self._book.is_food(word)
            and (place in eager or not self._book.is_common(word))
            and word.stem not in self._lexicon.kinds
            for place, word in enumerate(words)
        ]
        spoken = [place for place, word in enumerate(words) if not word.is_pause]
        windows: list[tuple[int, int]] = []
        for first, start in enumerate(spoken):
            if words[start].text in _EDGES:
                continue
            for last in range(first, min(first + _LONGEST_WINDOW, len(spoken))):
                end = spoken[last] + 1
                if words[end - 1].text in _BREAKS:
                    break
                beyond = end - start > last - first + 1
                if beyond and words[end - 1].text not in self._lexicon.vocabulary:
                    # Only words of the menu go on beyond a pause: "no ice, bless her".
                    continue
                if words[end - 1].text in _AGREEING and words[start].text not in _STEERING:
                    # "That's hers, yes" is not less ice; "less yes" is.
                    break
                if words[end - 1].text not in _EDGES and any(strange[start:end]):
                    windows.append((start, end))
        return windows

    def _weigh(
        self,
        words: Sequence[Word],
        spoken: Mapping[str, str],
        candidates: list[int],
        *,
        awaited: bool,
    ) -> tuple[Entry, ...]:
        heard = [word.text for word in words if not word.is_pause]
        sounds = "".join(spoken[word] for word in heard)
        heard[-1] = self._as_named(words[-1])
        spelling = "".join(heard)
        weighed: list[tuple[float, int]] = []
        for candidate in candidates:
            if _is_participle(heard) and self._is_spelled_otherwise(spelling, candidate):
                continue
            if _holds(heard, self._names[candidate].words):
                continue
            if _lacks_no(sounds, self._names[candidate].words, self._sounds[candidate]):
                continue
            by_spelling = Indel.normalized_similarity(spelling, self._spellings[candidate])
            rest = _differing(heard, self._names[candidate])
            ease = _EASE if awaited and self._names[candidate].sense.modifier else 0.0
            enough = _threshold(len(self._sounds[candidate])) - ease
            # With the best that spelling and rest can add, it must not be less alike than this.
            least = enough if rest is None else 2 * enough - 1
            least = max(0.0, min(least, 2 * least - by_spelling))
            by_sound = likeness(sounds, self._sounds[candidate], least)
            score = max(by_sound, 0.5 * (by_sound + by_spelling))
            if rest is not None:
                unlike = "".join(spoken.get(word) or sounds_of(word) for word in rest[0])
                meant = "".join(sounds_of(word) for word in rest[1])
                score = 0.5 * (score + likeness(unlike, meant))
            if score >= enough:
                weighed.append((score, candidate))
        if not weighed:
            return ()
        top = max(score for score, _ in weighed)
        return tuple(
            self._names[candidate]._replace(
                quality=self._names[candidate].quality
                * min(_quality(score), self._sureness(spelling, candidate))
                - self._contradiction(words, candidate)
            )
            for score, candidate in weighed
            if score > top - 0.02
        )

    def _as_named(self, word: Word) -> str:
        """A word as names have it: "two tarot milk teas" ends in "tea"."""
        named = self._lexicon.vocabulary
        return word.stem if word.text not in named and word.stem in named else word.text

    def _is_spelled_otherwise(self, spelling: str, candidate: int) -> bool:
        alike = Indel.normalized_similarity(spelling, self._spellings[candidate])
        return alike < _ALIKE

    def _sureness(self, spelling: str, candidate: int) -> float:
        """What a sound alone can prove: "louis" sounds like "low ice", and is seldom meant so."""
        return _BY_SOUND_ALONE if self._is_spelled_otherwise(spelling, candidate) else 1.0

    def _contradiction(self, words: Sequence[Word], candidate: int) -> float:
        """A word that is on the menu as it stands is seldom another one misheard."""
        name = self._names[candidate].words
        vocabulary = self._lexicon.vocabulary
        spelled = "".join(name)
        told = any(word.text in vocabulary and word.text not in spelled for word in words)
        return 0.15 if told else 0.0


def _is_participle(heard: Sequence[str]) -> bool:
    """Whether this is a word like "caramelized", which says how something was made."""
    return len(heard) == 1 and len(heard[0]) > _LONG_ENOUGH and heard[0].endswith("ed")


def _lacks_no(sounds: str, name: Sequence[str], meant: str) -> bool:
    """Whether the name begins with a "no" that was not heard: "sweeter" is not "no sweetener"."""
    return name[0] in _REFUSING and sounds[:1] != meant[:1]


def _holds(heard: Sequence[str], name: Sequence[str]) -> bool:
    """Whether a name is there as it stands: what else was said is no part of it."""
    return len(name) < len(heard) and set(name) <= set(heard)


def _differing(heard: list[str], name: Entry) -> tuple[list[str], list[str]] | None:
    """The words in which a window and a name differ; `None` where they share no word.

    "Bell peppers" is not "yellow peppers": that the peppers agree proves nothing.
    """
    meant = list(name.words)
    whole = len(heard)
    while len(heard) > 1 and len(meant) > 1 and heard[-1] == meant[-1]:
        heard, meant = heard[:-1], meant[:-1]
    while len(heard) > 1 and len(meant) > 1 and heard[0] == meant[0]:
        heard, meant = heard[1:], meant[1:]
    if len(heard) < whole:
        return heard, meant
    if len(meant) == 1 < whole and meant[0].endswith(heard[-1]) and meant[0] != heard[-1]:
        # "Chedder burger" is no cheeseburger.
        return heard[:-1], [meant[0].removesuffix(heard[-1])]
    common = set(heard) & set(meant)
    if not common:
        return None
    # "Macchiato upside" is not "caramel macchiato", either.
    return (
        [word for word in heard if word not in common],
        [word for word in meant if word not in common],
    )


def _threshold(length: int) -> float:
    if length <= 3:
        return 0.95
    if length <= 4:
        return 0.84
    if length <= 6:
        return 0.76
    return 0.7


def _quality(score: float) -> float:
    return float(score**1.25)

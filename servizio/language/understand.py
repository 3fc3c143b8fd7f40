"""The door of the language room: what a customer said, as acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from servizio.language.acts import ActReader
from servizio.language.answers import ORDER_DIGITS, Answer, find_answers
from servizio.language.asking import Questioner
from servizio.language.denials import Denials, find_denial, find_waiting
from servizio.language.evidence import Evidence
from servizio.language.levels import on_scale
from servizio.language.lexicon import Lexicon
from servizio.language.lines import LineReader
from servizio.language.meaning import (
    Act,
    Add,
    Change,
    Delivery,
    Deny,
    Expecting,
    Meaning,
    NotOnMenu,
    OrderNumber,
    PhoneNumber,
    Question,
    Target,
    Topic,
)
from servizio.language.misheard_items import with_its_line, with_unheard_names
from servizio.language.multiplied import multiplied
from servizio.language.order_so_far import Situation
from servizio.language.people import load_people
from servizio.language.phrasebook import load_phrasebook
from servizio.language.piece import Piece
from servizio.language.pieces import Cutter
from servizio.language.rephrasing import Rephraser
from servizio.language.rewording import reworded
from servizio.language.said_names import SaidNames
from servizio.language.set_times import find_set_time
from servizio.language.spoken_digits import NATIONAL
from servizio.language.strangers import Strangers
from servizio.language.term_builder import TermBuilder
from servizio.language.terms import Term
from servizio.language.unchanged import without_what_stays
from servizio.language.whose import WhoseLines
from servizio.language.words import LONGEST_TEXT, PUNCTUATION, Word, fluent, plain, split
from servizio.shop.line import Line
from servizio.shop.menu import Menu

_REMEMBERED = 32
"""Readings that are kept: what is heard once more, or to its end, is mostly the same words."""
_MOST_HYPOTHESES = 12
"""Hypotheses that are read; those further down the list are never the best."""
_RANK_COST = 0.01
"""What a hypothesis loses for each place it stands behind the first."""
_COHERENCE_WORTH = 0.1
"""What it gains or loses by how well the things that it names make lines."""
_LEFTOVER_COST = 0.03
"""What it loses for each thing in it that was not understood."""
_IDLE_COST = 0.1
"""What it loses when nothing follows from it."""
_WHOLE_NUMBER = 0.06
"""What one gains that says the whole of the number that was asked for."""
_TRAILING = frozenset({"and", "um", "uh", "with", "a", "an", "the", "or", "er", "plus", "also"})
_BEFORE_A_NUMBER = frozenset({"is", "its", "it's", "be", "code", "at"})
""" "It is" before the number that was asked for."""


class Understander:
    """Understands utterances over one menu.

    Compiling a menu takes some milliseconds: make one and keep it. After that it changes
    nothing but what it remembers of its last readings, does no I/O, and may be used from any
    thread.
    """

    def __init__(self, menu: Menu) -> None:
        self._menu = menu
        self._book = load_phrasebook()
        self._lexicon = Lexicon(menu, self._book)
        self._cutter = Cutter(self._lexicon, self._book)
        names = SaidNames(self._lexicon, self._book)
        self._rephraser = Rephraser(menu, names, self._book.talk)
        self._people = load_people()
        self._whose = WhoseLines(names, self._people)
        self._reader = LineReader(menu)
        self._questioner = Questioner(menu, self._book)
        self._single = frozenset(group.id for group in menu.modifier_groups if group.max == 1)
        self._strangers = Strangers(self._cutter.nearness, self._book)
        self._reading = lru_cache(maxsize=_REMEMBERED)(self._read)

    def understand(
        self,
        heard: str | Sequence[str],
        *,
        expecting: Expecting = Expecting.ANYTHING,
        groups: Sequence[str] = (),
        lines: Sequence[Line] = (),
        asked: Line | None = None,
        whose: Sequence[str] = (),
        other: int = 0,
    ) -> Meaning:
        """What was meant by an utterance.

        `heard`: the text, or several hypotheses of it, likeliest first: the one that the menu
        explains best is chosen. `expecting`: what was asked. `groups`: ids of the modifier
        groups asked about. `lines`: the order so far, staged line last, for "the second one".
        `asked`: what the customer asked about just before, for "two of those". `whose`: whom
        each line is for, for "no ice in mine"; `other`: place of "the other one", from 1.
        """
        several = [heard] if isinstance(heard, str) else list(heard)[:_MOST_HYPOTHESES]
        hypotheses = [text[:LONGEST_TEXT] for text in several] or [""]
        situation = Situation(expecting, tuple(groups), tuple(lines), asked, tuple(whose), other)
        readings = [self._reading(text, situation) for text in hypotheses]
        return max(
            enumerate(readings),
            key=lambda pair: (
                _worth(pair[1][0], expecting) + _COHERENCE_WORTH * pair[1][1] - _RANK_COST * pair[0]
            ),
        )[1][0]

    def _read(self, text: str, situation: Situation) -> tuple[Meaning, float]:
        """The meaning of one hypothesis, and how well its lines hang together."""
        meaning, coherence = self._read_once(text, situation)

        def read(other: str) -> Meaning:
            return self._read_once(other, situation)[0]

        meaning = with_its_line(meaning, self._menu, self._book, read)
        known = self._lexicon.vocabulary
        return with_unheard_names(meaning, self._menu, known, self._book, read), coherence

    def _read_once(self, text: str, situation: Situation) -> tuple[Meaning, float]:
        tokens = fluent(self._rephraser.hesitant(split(text)), self._book.phrases)
        more = multiplied(tokens, situation)
        if more is not None:
            meaning, coherence = self._read_words(text, more.rest, more.situation)
            counted = Change(Target(), quantity=more.number)
            return replace(meaning, acts=(counted, *meaning.acts)), coherence
        meaning, coherence = self._read_words(text, tokens, situation)
        if not meaning.lines:
            return meaning, coherence
        return replace(meaning, whose=self._people.owners(tokens, len(meaning.lines))), coherence

    def _read_words(
        self, text: str, heard: list[str], situation: Situation
    ) -> tuple[Meaning, float]:
        """The meaning of words as they were said."""
        tokens = reworded(without_what_stays(self._whose.point(heard, situation)))
        rephrased = self._rephraser.rephrase(tokens, situation)
        if rephrased.plain:
            meaning, coherence = self._read_tokens(text, rephrased.tokens, situation)
            if any(isinstance(act, Add | Change) for act in meaning.acts):
                return replace(meaning, plain=True), coherence
        plainly = tokens if rephrased.plain else rephrased.tokens
        return self._read_tokens(text, plainly, situation)

    def _read_tokens(
        self, text: str, tokens: list[str], situation: Situation
    ) -> tuple[Meaning, float]:
        """The meaning of these words."""
        answers = find_answers(tokens, situation.expecting, self._book)
        if not any(answer.start == 0 for answer in answers):
            answers = [*find_denial(tokens), *find_waiting(tokens), *answers]
        if not answers:
            answers = find_set_time(tokens, situation.expecting)
        words, places = self._remaining(tokens, answers)
        words = on_scale(words, self._lexicon.percents)
        short = (
            self._lexicon.short_names(situation.groups)
            if situation.expecting is Expecting.MODIFIER
            else {}
        )
        pieces = self._cutter.cut(words, short)
        denials = Denials(words, pieces, situation, self._single)
        elements = TermBuilder(words, pieces, self._lexicon, self._book, denials).build()
        evidence = Evidence(words, pieces, self._book, agrees=_agrees(pieces, situation))
        reader = ActReader(self._menu, self._reader, situation, self._questioner, evidence)
        denied = any(isinstance(answer.act, Deny) for answer in answers)
        placed: list[tuple[int, Act]] = reader.read(elements, denied=denied)
        placed += self._strangers.find(words, pieces, situation.expecting)
        placed = [(places[start], act) for start, act in placed]
        placed += [(answer.start, answer.act) for answer in answers]
        meaning = Meaning(
            text=plain(text),
            acts=_in_order(placed),
            confidence=_confidence(words, pieces, sum(a.end - a.start for a in answers)),
            leftover=_leftover(words, pieces, reader.dropped),
            unfinished=_is_unfinished(tokens, answers, situation.expecting),
            amid_name=_ends_amid_name(pieces),
            plain=reader.plain,
            set_aside=reader.set_aside,
        )
        return meaning, reader.coherence

    def _remaining(
        self, tokens: list[str], answers: Sequence[Answer]
    ) -> tuple[list[Word], list[int]]:
        """The words outside the answers, and the place of each in the utterance."""
        words: list[Word] = []
        places: list[int] = []
        start = 0
        for answer in (*answers, None):
            end = answer.start if answer else len(tokens)
            part = self._book.numbers.read(tokens[start:end])
            words += part
            places += [min(start + offset, end - 1) for offset in range(len(part))]
            if answer is not None:
                words.append(_GAP)
                places.append(answer.start)
                start = answer.end
        return words, places


def _agrees(pieces: Sequence[Piece], situation: Situation) -> bool:
    """Whether "yes" was said to a question of yes or no, or to a number that was read back."""
    asked = situation.expecting in {Expecting.YES_NO, Expecting.PHONE_NUMBER}
    return asked and any(piece.role("say") == "affirm" for piece in pieces)


def _worth(meaning: Meaning, expecting: Expecting) -> float:
    """How much a hypothesis speaks for itself, apart from its rank."""
    if any(_is_awaited(act, expecting) for act in meaning.acts):
        # What is said around a number tells nothing of its digits: there the ears know best.
        return 1.0 + _WHOLE_NUMBER
    idle = _IDLE_COST if not meaning.acts else 0.0
    return meaning.confidence - _LEFTOVER_COST * len(meaning.leftover) - idle


def _is_awaited(act: Act, expecting: Expecting) -> bool:
    """Whether this is the number asked for, with just as many digits as those usually have."""
    match act:
        case PhoneNumber() if expecting is Expecting.PHONE_NUMBER:
            return act.complete and len(act.digits.removeprefix("1")) == NATIONAL
        case OrderNumber():
            return expecting is Expecting.ORDER_NUMBER and len(act.digits) == ORDER_DIGITS
        case _:
            return False


_GAP = Word(";", ";")
"""Stands where an answer was cut out."""


def _in_order(placed: list[tuple[int, Act]]) -> tuple[Act, ...]:
    acts: list[Act] = []
    for _, act in sorted(placed, key=lambda pair: pair[0]):
        if not acts or acts[-1] != act:
            acts.append(act)
    acts = [act for place, act in enumerate(acts) if not _is_told_by_next(acts, place)]
    delivered = any(isinstance(act, Delivery) and act.address for act in acts)
    return tuple(
        act for act in acts if not (delivered and isinstance(act, Delivery) and not act.address)
    )


def _is_told_by_next(acts: Sequence[Act], place: int) -> bool:
    """ "Do you have lychee": that it is not on the menu is the whole question."""
    act, after = acts[place], acts[place + 1 : place + 2]
    return act == Question(Topic.AVAILABILITY) and any(isinstance(one, NotOnMenu) for one in after)


def _is_unfinished(tokens: Sequence[str], answers: Sequence[Answer], expecting: Expecting) -> bool:
    said = [token for token in tokens if token not in PUNCTUATION]
    trailing = _TRAILING | _BEFORE_A_NUMBER if expecting is Expecting.PHONE_NUMBER else _TRAILING
    trails = bool(said) and said[-1] in trailing
    return trails or any(answer.unfinished for answer in answers)


def _ends_amid_name(pieces: Sequence[Piece]) -> bool:
    last = next((piece for piece in reversed(pieces) if piece.kind != "pause"), None)
    if last is None or not last.entries:
        return False
    return not any(entry.headed for entry in last.entries)


def _leftover(
    words: Sequence[Word], pieces: Sequence[Piece], dropped: Sequence[Term]
) -> tuple[str, ...]:
    unknown = [words[piece.start].text for piece in pieces if piece.kind == "unknown"]
    lost = [" ".join(word.text for word in words[term.start : term.end]) for term in dropped]
    return (*unknown, *lost)


def _confidence(words: Sequence[Word], pieces: Sequence[Piece], answered: int) -> float:
    """Share of the words that is explained, weighed by how exactly each was matched."""
    total = answered + sum(1 for word in words if not word.is_pause)
    if not total:
        return 0.0
    worth = 0.95 * answered
    for piece in pieces:
        length = piece.end - piece.start
        if piece.entries:
            worth += length * piece.quality
        elif piece.number is not None or (piece.roles and not _is_small(piece)):
            worth += length * 0.95
        elif piece.kind == "filler" or piece.roles:
            worth += length * 0.8
    return max(0.0, min(1.0, worth / total))


def _is_small(piece: Piece) -> bool:
    """Whether a phrase is one of the small words that say next to nothing: "like"."""
    return piece.end == piece.start + 1 and all(role.kind == "cue" for role in piece.roles)

"""The door of the language room: what a customer said, as acts."""

from __future__ import annotations

from collections.abc import Sequence

from servizio.language.acts import ActReader, Situation
from servizio.language.answers import read_answer
from servizio.language.lexicon import Lexicon
from servizio.language.lines import LineReader
from servizio.language.meaning import Add, Expecting, Meaning
from servizio.language.phrasebook import load_phrasebook
from servizio.language.pieces import Cutter, Piece
from servizio.language.terms import Term, TermBuilder
from servizio.language.words import Word, plain, split
from servizio.shop.line import Line
from servizio.shop.menu import Menu

_RANK_COST = 0.04
"""What a hypothesis loses for each place it stands behind the first."""
_TRAILING = frozenset({"and", "um", "uh", "with", "a", "an", "the", "or", "er", "plus", "also"})


class Understander:
    """Understands utterances over one menu.

    Compiling a menu takes some milliseconds: make one and keep it. After that it is
    immutable, does no I/O, and may be used from any thread.
    """

    def __init__(self, menu: Menu) -> None:
        self._menu = menu
        self._book = load_phrasebook()
        self._lexicon = Lexicon(menu, self._book)
        self._cutter = Cutter(self._lexicon, self._book)
        self._reader = LineReader(menu)

    def understand(
        self,
        heard: str | Sequence[str],
        *,
        expecting: Expecting = Expecting.ANYTHING,
        groups: Sequence[str] = (),
        lines: Sequence[Line] = (),
    ) -> Meaning:
        """What was meant by an utterance.

        `heard`: the text, or several hypotheses of it, likeliest first: the one that the menu
        explains best is chosen. `expecting`: what was asked. `groups`: ids of the modifier
        groups asked about. `lines`: the order so far, staged line last, for "the second one".
        """
        hypotheses = [heard] if isinstance(heard, str) else list(heard) or [""]
        situation = Situation(expecting, tuple(groups), tuple(lines))
        meanings = [self._read(text, situation) for text in hypotheses]
        return max(
            enumerate(meanings),
            key=lambda pair: pair[1].confidence - _RANK_COST * pair[0],
        )[1]

    def _read(self, text: str, situation: Situation) -> Meaning:
        tokens = split(text)
        answer = read_answer(tokens, situation.expecting, self._book)
        if answer is not None:
            return Meaning(plain(text), answer.acts, answer.confidence, (), answer.unfinished)
        words = self._book.numbers.read(tokens)
        pieces = self._cutter.cut(words)
        elements = TermBuilder(words, pieces, self._lexicon.kinds, self._book.describing).build()
        reader = ActReader(
            self._menu,
            self._reader,
            situation,
            [word.text for word in words],
            self._book.subjects,
        )
        acts = reader.read(elements)
        leftover = _leftover(words, pieces, reader.dropped)
        last = next((word.text for word in reversed(words) if not word.is_pause), "")
        return Meaning(
            text=plain(text),
            acts=acts,
            confidence=_confidence(words, pieces),
            leftover=leftover,
            unfinished=last in _TRAILING,
        )


def _leftover(
    words: Sequence[Word], pieces: Sequence[Piece], dropped: Sequence[Term]
) -> tuple[str, ...]:
    unknown = [words[piece.start].text for piece in pieces if piece.kind == "unknown"]
    lost = [" ".join(word.text for word in words[term.start : term.end]) for term in dropped]
    return (*unknown, *lost)


def _confidence(words: Sequence[Word], pieces: Sequence[Piece]) -> float:
    total = sum(1 for word in words if not word.is_pause)
    if not total:
        return 0.0
    worth = 0.0
    for piece in pieces:
        length = piece.end - piece.start
        if piece.entries:
            worth += length * piece.quality
        elif piece.roles or piece.number is not None:
            worth += length * 0.95
        elif piece.kind == "filler":
            worth += length * 0.8
    return max(0.0, min(1.0, worth / total))


def new_lines(meaning: Meaning) -> tuple[Line, ...]:
    """Lines newly ordered in an utterance."""
    return tuple(line for act in meaning.acts if isinstance(act, Add) for line in act.lines)

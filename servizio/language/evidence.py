"""Whether somebody ordered at all, or a word of the menu turned up by chance.

"The light is green" names a green tea as little as "subscribe to our channel" asks for
chamomile. A name that is only part of one, that was perhaps misheard, or that describes things
of every kind counts where something shows that it was ordered: a count or an article, words of
ordering, or that little else was said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from servizio.language.drafts import Draft
from servizio.language.phrasebook import Phrasebook
from servizio.language.piece import Piece
from servizio.language.terms import Term
from servizio.language.words import Word

_SURE = 0.9
"""Quality of a name that was said as it is."""
_SHARE = 0.55
"""Of the words that say something, the share that must be the line's own."""
_SMALL = 0.25
"""What a word weighs that says nothing by itself."""
_PRONOUNS = frozenset({"1", "ones"})
"""After an adjective: "the black one" is a thing of the shop."""
_NEUTRAL = frozenset({"say", "cue", "glue", "article", "correct", "actually", "undo", "instead"})
"""Kinds of phrases that speak neither for an order nor against it."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words of one utterance, weighed."""

    words: Sequence[Word]
    pieces: Sequence[Piece]
    book: Phrasebook
    agrees: bool = False
    """Whether a question was answered with a yes: what only sounds like the menu then, is talk."""

    def supports(self, draft: Draft) -> bool:
        """Whether a line was said, as far as one can tell."""
        named = [term for term in draft.terms if term.entries]
        if not named or any(map(self._is_plain, named)) or any(map(_is_led, draft.terms)):
            return True
        if any(piece.role("ordering") is not None for piece in self.pieces):
            return True
        if self.agrees and not any(_is_joined(term) for term in named):
            return False
        own = sum((term.end - term.start) * term.quality for term in named)
        return own > _SHARE * self._said()

    def orders_within(self, start: int, end: int) -> bool:
        """Whether words of ordering stand between these places."""
        return any(
            start <= one.start and one.end <= end and one.role("ordering") is not None
            for one in self.pieces
        )

    def other_flavour(self, draft: Draft) -> int | None:
        """Place of an unknown flavour that makes the item another one: a strawberry milk tea."""
        return self.flavour_before(draft.head.start) if draft.head is not None else None

    def flavour_before(self, start: int) -> int | None:
        """Place of an unknown flavour that touches the name that begins at `start`."""
        touching = next((one for one in self.pieces if start and one.end == start), None)
        if touching is None or touching.kind != "unknown":
            return None
        said = self.words[touching.start].text
        return touching.start if said in self.book.flavours else None

    def is_strangers(self, term: Term) -> bool:
        """Whether this is the last word of something unknown: the tea of "mango green tea"."""
        touching = next((one for one in self.pieces if term.start and one.end == term.start), None)
        unknown = touching is not None and touching.kind == "unknown"
        return unknown and term.end == term.start + 1 and term.quality < _SURE

    def _is_plain(self, term: Term) -> bool:
        """Whether these words can hardly mean anything but what is on the menu."""
        alone = term.end == term.start + 1
        after = self.words[term.end].text if term.end < len(self.words) else ""
        if alone and after not in _PRONOUNS and self.words[term.start].text in self.book.describing:
            return False
        return term.quality >= _SURE

    def _said(self) -> float:
        """How many words say something; small words count a little."""
        said = 0.0
        for piece in self.pieces:
            small = piece.kind in {"filler", "pause"} or _is_neutral(piece)
            weight = 1.0 if piece.entries or not small else _SMALL
            said += (piece.end - piece.start) * weight
        return said


def _is_led(term: Term) -> bool:
    pointed = term.target is not None or term.all or term.all_after
    return term.leads or pointed or term.verb is not None or "cue" in term.glue


def _is_joined(term: Term) -> bool:
    """Whether it is said as more of an order: "with bubba", or in more than a word."""
    return bool(term.glue & {"with", "and", "alongside"}) or term.end > term.start + 1


def _is_neutral(piece: Piece) -> bool:
    if piece.role("say") == "repeat" and piece.role("correct") is None:
        return False
    return any(role.kind in _NEUTRAL for role in piece.roles)

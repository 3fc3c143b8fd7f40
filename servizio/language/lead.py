"""What leads up to a name: counts, amounts, pointers and the words that join."""

from __future__ import annotations

from dataclasses import dataclass, field

from servizio.language.piece import Piece
from servizio.language.terms import Announced, Term
from servizio.shop.line import Amount


@dataclass(slots=True)
class Lead(Announced):
    """Gathered between two names; the fields are those of the term that it becomes."""

    start: int | None = None
    number: int | None = None
    article: bool = False
    amount: Amount | None = None
    count: int = 1
    folded: bool = False
    glue: set[str] = field(default_factory=set)
    beside: bool = False
    all: bool = False
    target: str | None = None
    only: bool = False
    shares: bool = False
    part: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether neither count nor amount has been said."""
        return self.amount is None and not self.leads

    def term(
        self,
        piece: Piece,
        amount: Amount | None,
        verb: str | None,
        *,
        plural: bool = False,
        replaced: bool = False,
    ) -> Term:
        """The term of the name that was reached; the arguments are its fields."""
        return Term(
            start=piece.start,
            end=piece.end,
            entries=piece.entries,
            number=self.number,
            article=self.article,
            amount=amount,
            count=self.count,
            folded=self.folded,
            glue=frozenset(self.glue),
            beside=self.beside,
            all=self.all,
            target=self.target,
            only=self.only,
            shares=self.shares,
            part=self.part,
            verb=verb,
            plural=plural,
            replaced=replaced,
        )

    def bare_term(self, verb: str | None) -> Term | None:
        """A term without a name, where what was gathered says something by itself."""
        speaks = self.number is not None or self.amount is Amount.NONE or self.target or self.all
        speaks = speaks or self.part is not None
        if self.start is None or not speaks:
            return None
        return Term(
            start=self.start,
            end=self.start + 1,
            number=self.number,
            amount=self.amount,
            glue=frozenset(self.glue),
            all=self.all,
            target=self.target,
            shares=self.shares,
            part=self.part,
            verb=verb,
        )

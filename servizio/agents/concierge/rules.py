"""What of the restaurant's words is answered, where several things were said at once, and how.

One list, read from the top: the first rule that applies is the only one. What ends the call
stands before news of the table, news before questions, and questions before yes, no and thanks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from servizio.agents.concierge import replies, small_words
from servizio.agents.concierge.reading_back import names_another_table, take_read_back
from servizio.agents.concierge.talk import ANSWERABLE, Asked, ConciergeTalk
from servizio.language.restaurant_phrases import Says
from servizio.language.restaurant_talk import Heard

Deed = Callable[[ConciergeTalk, Heard], Awaitable[None]]
Condition = Callable[[ConciergeTalk, Heard], bool]


def _always(_talk: ConciergeTalk, _heard: Heard) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that may be said, and what is done about it."""

    says: tuple[Says, ...]
    """One of these; empty: anything, also what is not understood."""
    do: Deed
    where: Condition = _always
    """What must be the case besides."""

    def applies(self, talk: ConciergeTalk, heard: Heard) -> bool:
        """Whether this was said, and counts as the call stands."""
        return (not self.says or heard.has(*self.says)) and self.where(talk, heard)


def _only_that(talk: ConciergeTalk, heard: Heard) -> bool:
    return talk.progress.stated and not heard.says & ANSWERABLE


def _not_booked(talk: ConciergeTalk, _heard: Heard) -> bool:
    return not talk.progress.booked


def _of_another_table(talk: ConciergeTalk, heard: Heard) -> bool:
    return names_another_table(talk, heard) and not heard.says & ANSWERABLE


def _not_stated(talk: ConciergeTalk, _heard: Heard) -> bool:
    return not talk.progress.stated


def _not_agreed(talk: ConciergeTalk, _heard: Heard) -> bool:
    return talk.progress.agreed is None


def _number_was_read_back(talk: ConciergeTalk, _heard: Heard) -> bool:
    return talk.progress.asked is Asked.NUMBER_RIGHT


def _nothing_there(_talk: ConciergeTalk, heard: Heard) -> bool:
    return not heard.has(Says.AVAILABLE)


RULES: Final = (
    Rule((Says.WRONG_NUMBER,), replies.take_wrong_number),
    Rule((Says.ASKS_REPEAT,), replies.take_say_again, where=_only_that),
    Rule((Says.ASKS_ROBOT, Says.ASKS_WHO), replies.take_who_is_that),
    Rule((Says.CLOSED,), replies.take_closed),
    Rule((Says.NO_RESERVATIONS,), replies.take_no_reservations),
    # How it stands with the table.
    Rule((Says.ONLY_OUTSIDE, Says.ONLY_BAR), replies.take_seat),
    Rule((Says.OFFER,), replies.take_offer),
    Rule((Says.OTHER_DAY,), replies.take_another_day),
    Rule((Says.FULL,), replies.take_refusal, where=_not_booked),
    Rule((Says.OFFER_VAGUE,), replies.take_vague_offer),
    Rule((Says.NUMBER, Says.NO_NUMBER, Says.BOOKED, Says.READS_BACK), take_read_back),
    Rule((), take_read_back, where=_of_another_table),
    Rule(tuple(ANSWERABLE), replies.take_questions),
    # Small words: what they mean is known from what was asked before.
    Rule((Says.GOODBYE,), small_words.take_goodbye),
    Rule((Says.ASKS_MORE,), small_words.take_anything_else),
    # Whatever they say when they take the call: the name of the place, most likely.
    Rule((), small_words.take_hello, where=_not_stated),
    Rule((Says.GREETING,), small_words.take_hello, where=_not_agreed),
    Rule((), small_words.take_number_check, where=_number_was_read_back),
    Rule((Says.NO,), small_words.take_no, where=_nothing_there),
    Rule((Says.AVAILABLE, Says.YES), small_words.take_yes),
    Rule((Says.ASKS_RIGHT,), small_words.take_is_that_right),
    Rule((Says.OK, Says.HOLD), small_words.take_one_moment),
    Rule((Says.GREETING,), small_words.take_late_hello),
    Rule((), small_words.take_unknown),
)


async def answer_person(talk: ConciergeTalk, heard: Heard) -> None:
    """Do what the first rule wants that applies; the last one always does."""
    rule = next(each for each in RULES if each.applies(talk, heard))
    await rule.do(talk, heard)

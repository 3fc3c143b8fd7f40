"""What the restaurant reads back to us, and what of it is wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence

from servizio.agents.concierge.replies import answer_questions, take_booking
from servizio.agents.concierge.talk import ConciergeTalk
from servizio.agents.concierge.wording import whole_time_words
from servizio.language.clock_words import words_of
from servizio.language.restaurant_phrases import Says
from servizio.language.restaurant_talk import Heard
from servizio.language.sound import likeness, sounds_of
from servizio.shop.reservation import BookingResult

ANOTHER_NAME = 0.45
"""Likeness up to which a name is another one, and not ours heard wrong."""
MOST_CORRECTIONS = 3
"""Beyond these nobody knows any more what is in their book."""
_UNDER = re.compile(r"\b(?:under(?: the name(?: of)?)?|name (?:is|was)|name of) ([a-z]+)\b")
_NO_NAMES = frozenset({
    "the", "your", "that", "a", "my", "this", "it", "what", "which", "for", "name", "is", "at",
    "and", "please", "right", "correct", "under", "in", "our", "his", "her", "their",
})  # fmt: skip


async def take_read_back(talk: ConciergeTalk, heard: Heard) -> None:
    """They say what they have written down, or that it is booked: correct what is wrong of it,
    and take it otherwise."""
    progress = talk.progress
    if _note_what_is_wrong(talk, heard):
        if progress.corrections > MOST_CORRECTIONS:
            talk.forget_notes()
            reason = "they kept reading something else back"
            await talk.end("cannot_understand", BookingResult.FAILED, reason)
        progress.booked = False
        progress.number = heard.number or progress.number
        return
    if heard.has(Says.NUMBER, Says.NO_NUMBER, Says.BOOKED):
        await take_booking(talk, heard)
        if not progress.ended:
            answer_questions(talk, heard)
        return
    if progress.agreed is None and heard.times:
        progress.agreed = heard.times[0]
    progress.stated = True
    talk.note("right")
    answer_questions(talk, heard)


def _note_what_is_wrong(talk: ConciergeTalk, heard: Heard) -> bool:
    """Correct what differs from the request; whether anything does."""
    progress, request = talk.progress, talk.request
    wrong = False
    if heard.party is not None and heard.party != request.party:
        talk.note("wrong_party")
        wrong = True
    if heard.day is not None and heard.day != request.day:
        talk.note("wrong_day")
        wrong = True
    if heard.times and talk.wanted not in heard.times:
        talk.note("wrong_time", time=whole_time_words(talk.wanted))
        wrong = True
    progress.corrections += wrong
    if not progress.name_corrected and _is_another_name(heard.text, request.name):
        # Once: names are what telephones garble most.
        talk.note("wrong_name")
        progress.name_corrected = wrong = True
    return wrong


def names_another_table(talk: ConciergeTalk, heard: Heard) -> bool:
    """Whether people or a day are named that are not ours."""
    request = talk.request
    return (heard.party is not None and heard.party != request.party) or (
        heard.day is not None and heard.day != request.day
    )


def _is_another_name(text: str, name: str) -> bool:
    """Whether a name is said that is none of ours, nor sounds like it."""
    found = _UNDER.search(text)
    if found is None or found.group(1) in _NO_NAMES:
        return False
    said = found.group(1)
    return all(not _sounds_like(said, part) for part in _parts(name))


def _parts(name: str) -> Sequence[str]:
    return [word for word in words_of(name) if word.isalpha()]


def _sounds_like(one: str, other: str) -> bool:
    return likeness(sounds_of(one), sounds_of(other)) > ANOTHER_NAME

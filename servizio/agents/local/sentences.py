"""Text to sentences that are safe to give to a voice: words and pauses, nothing else."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST_SENTENCE: Final = 300
"""Characters after which a sentence without an end is cut at a word."""

_SHORT_SENTENCE: Final = 32
_OPENER: Final = 10
"""Characters of a clause such as "All right" that is known by heart."""
_LONG_CLAUSE: Final = 48
"""Characters beyond which a clause takes a quarter of a second to render: it is cut, if it can."""
_LONGEST_LEAD: Final = 6
"""Words of the longest beginning that may be known by heart."""
_NOT_SPOKEN: Final = re.compile(r"[^\w\s.,!?;:'%$&-]|_", re.UNICODE)
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])[.!?'\s]*\s+")
_JOINT: Final = re.compile(r" (?=(?:and|or|with) )")
_WORD: Final = re.compile(r"\w")


def plain_text(text: str) -> str:
    """Text without anything a voice might take for markup or phonemes, spaces single."""
    composed = unicodedata.normalize("NFC", text).replace("’", "'")
    return " ".join(_NOT_SPOKEN.sub(" ", composed).split())


def split_sentences(text: str) -> list[str]:
    """The sentences of a text in order, each plain and with something to say in it."""
    sentences: list[str] = []
    for sentence in _SENTENCE_END.split(plain_text(text)):
        sentences += _cut(sentence)
    return [sentence for sentence in sentences if _WORD.search(sentence)]


def clauses(sentence: str) -> list[str]:
    """A sentence in pieces that are rendered by themselves: the first is heard while the others
    are still being rendered, and none holds up for long what is more urgent.

    Cut at commas, and where a piece is still long before "and" or "with". A short sentence stays
    whole but for its opener: "OK," and the like are known by heart, and so are heard at once.

    >>> clauses("OK, one taro milk tea with boba, less ice, half sweet.")
    ['OK,', 'one taro milk tea with boba,', 'less ice, half sweet.']
    """
    first, comma, rest = sentence.partition(", ")
    if not comma or (len(sentence) <= _SHORT_SENTENCE and len(first) > _OPENER):
        return _halves(sentence)
    return [f"{first},", *(half for piece in _joined(rest) for half in _halves(piece))]


def leads(sentence: str) -> list[str]:
    """With what a sentence may begin that is known by heart as a clause, longest first.

    >>> leads("That's four one five.")
    ["That's four one,", "That's four,", "That's,"]
    """
    words = sentence.split(" ")[:-1][:_LONGEST_LEAD]
    return [f"{' '.join(words[:count])}," for count in range(len(words), 0, -1)]


def _joined(text: str) -> list[str]:
    """The clauses of a text, short ones in one piece with the next."""
    pieces: list[str] = []
    for clause in text.split(", "):
        if pieces and len(pieces[-1]) + len(clause) <= _SHORT_SENTENCE:
            pieces[-1] += f", {clause}"
        else:
            pieces.append(clause)
    return [*(f"{piece}," for piece in pieces[:-1]), pieces[-1]]


def _halves(clause: str) -> list[str]:
    """A clause, in two where it is long and has a joint: "... with boba," "and egg pudding"."""
    if len(clause) <= _LONG_CLAUSE:
        return [clause]
    joints = [found.start() for found in _JOINT.finditer(clause)]
    near = [at for at in joints if _OPENER < at < len(clause) - _OPENER]
    if not near:
        return [clause]
    at = min(near, key=lambda each: abs(2 * each - len(clause)))
    return [*_halves(f"{clause[:at]},"), *_halves(clause[at + 1 :])]


def _cut(sentence: str) -> list[str]:
    pieces: list[str] = []
    while len(sentence) > LONGEST_SENTENCE:
        at = max(
            sentence.rfind(", ", 0, LONGEST_SENTENCE) + 1, sentence.rfind(" ", 0, LONGEST_SENTENCE)
        )
        at = at if at > 0 else LONGEST_SENTENCE
        pieces.append(sentence[:at].strip())
        sentence = sentence[at:].strip()
    return [*pieces, sentence]

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
_NOT_SPOKEN: Final = re.compile(r"[^\w\s.,!?;:'%$&-]|_", re.UNICODE)
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])[.!?'\s]*\s+")
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


def first_clause(sentence: str) -> list[str]:
    """A sentence in up to three, cut at its first commas: the first part is heard while the
    others are still being rendered. A short one stays whole but for its opener: "OK," and the
    like are known by heart, and so are heard at once."""
    parts: list[str] = []
    while len(parts) < 2 and ", " in sentence:
        clause, _, rest = sentence.partition(", ")
        if len(sentence) <= _SHORT_SENTENCE and (parts or len(clause) > _OPENER):
            break
        parts.append(f"{clause},")
        sentence = rest
    return [*parts, sentence]


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

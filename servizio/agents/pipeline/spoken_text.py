"""A model's words cut into sentences that can be spoken, while they are still coming.

A sentence ends where the next sign after its full stop is known, so that a price or "p.m." is
not cut. Reasoning between `<think>` and `</think>` is left out, and so are function calls that a
model writes down where it should make them, and markup.
"""

from __future__ import annotations

import re

from servizio.agents.local.sentences import plain_text

SHORTEST = 12
"""Characters that a sentence should have; "Sure." goes with what follows."""
LONGEST = 180
"""Characters after which a comma, and in the end any space, is a good place to cut."""

_END = re.compile(r"[.!?…]+[\"')\]]*\s+|\n+")
_ABBREVIATIONS = re.compile(
    r"(?:\b(?:mr|mrs|ms|dr|st|no|oz|vs|etc|approx|e\.g|i\.e|[ap]\.m)|\b[A-Za-z]|(?:^|\n)\s*\d+)\.$",
    re.IGNORECASE,
)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_BULLET = re.compile(r"^\s*(?:[-*•#>]+|\d+[.)])\s+")
_THOUGHT = "</think>"
_HIDDEN = {
    "<think>": _THOUGHT,
    "<function": "</function>",
    "<tool_call>": "</tool_call>",
}
"""What nobody may hear, from here to there."""


class SentenceCutter:
    """Cuts one answer."""

    def __init__(self) -> None:
        self._raw = ""
        self._text = ""
        self._until = ""
        """The end of what is being left out."""

    def feed(self, piece: str) -> list[str]:
        """Take words, give the sentences that are whole."""
        self._raw += piece
        self._text += self._without_hidden(last=False)
        return self._cut()

    def end(self) -> list[str]:
        """The rest, whole or not."""
        self._text += self._without_hidden(last=True)
        found = self._cut()
        rest, self._text = self._text, ""
        return [*found, *_spoken(rest)]

    def _without_hidden(self, *, last: bool) -> str:
        """What of the raw text may be heard; the beginning of a tag waits for its end."""
        said = ""
        while self._raw:
            tags = (self._until,) if self._until else tuple(_HIDDEN)
            at, tag = min((self._raw.find(tag) % (len(self._raw) + 1), tag) for tag in tags)
            is_found = at < len(self._raw)
            if not is_found:
                at -= 0 if last else max(_beginning_of(tag, self._raw) for tag in tags)
            said += "" if self._until else self._raw[:at]
            if not is_found:
                self._raw = self._raw[at:]
                break
            self._raw = self._raw[at + len(tag) :]
            self._until = "" if self._until else _HIDDEN[tag]
        return said

    def _cut(self) -> list[str]:
        found: list[str] = []
        # The opening tag is often part of the prompt: then only the closing one comes.
        self._text = self._text.rpartition(_THOUGHT)[2]
        start = 0
        for end in _END.finditer(self._text):
            sentence = self._text[start : end.end()]
            if _ABBREVIATIONS.search(sentence.rstrip()) or len(sentence.strip()) < SHORTEST:
                continue
            found += _spoken(sentence)
            start = end.end()
        self._text = self._text[start:]
        while len(self._text) > LONGEST:
            place = self._text.rfind(", ", 0, LONGEST) + 1 or self._text.rfind(" ", 0, LONGEST)
            place = place if place > 0 else LONGEST
            found += _spoken(self._text[:place])
            self._text = self._text[place:]
        return found


def _spoken(text: str) -> list[str]:
    """The text as it can be said, as a list of one; of none where nothing is left."""
    lines = (_BULLET.sub("", line) for line in text.splitlines())
    plain = plain_text(_LINK.sub(r"\1", " ".join(lines)))
    return [plain] if any(sign.isalnum() for sign in plain) else []


def _beginning_of(tag: str, text: str) -> int:
    """How many of the last characters may be the tag's first."""
    return next((size for size in range(len(tag) - 1, 0, -1) if text.endswith(tag[:size])), 0)

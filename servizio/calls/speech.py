"""One speech of an agent: its sound, its words, and how much of both was heard."""

from __future__ import annotations

from dataclasses import dataclass, field

BYTES_PER_SECOND = 8000
"""Of mu-law speech at 8000 Hz."""
MOST_SAID_AGAIN = BYTES_PER_SECOND
"""Bytes of what was heard that may be said once more, to go on at the beginning of a word."""

_LET_GO = BYTES_PER_SECOND
"""Bytes of heard sound that are let go at a time: a long speech must not fill the memory."""
_REST = 320
"""Bytes of quiet between words: 40 ms."""
_QUIET = bytes(byte for byte in range(256) if (~byte & 0x7F) < 0x28)
"""Mu-law (G.711) of up to about a hundredth of the loudest: no voice."""


@dataclass(slots=True)
class Speech:
    """Grows while the agent speaks; keeps its sound until well after it has been heard.

    Positions are bytes of mu-law from the beginning of the speech.
    """

    number: int
    sound: bytearray = field(default_factory=bytearray)
    """From `begins` on."""
    begins: int = 0
    """Where the sound begins that is still kept."""
    sentences: list[tuple[int, str]] = field(default_factory=list)
    """Where each sentence begins, and its words."""
    complete: bool = False
    """Whether the agent has handed over everything."""
    sent: int = 0
    """Up to where it has gone down the line."""
    heard: int = 0
    """Up to where the line has confirmed that it was played."""
    asked: int = 0
    """Up to where the line has been asked to confirm it."""

    def add_sentence(self, text: str) -> None:
        """The sound that follows says this."""
        self.sentences.append((self.end, text))

    @property
    def end(self) -> int:
        """Where the sound ends so far."""
        return self.begins + len(self.sound)

    @property
    def text(self) -> str:
        """All words so far."""
        return " ".join(text for _, text in self.sentences)

    @property
    def finished(self) -> bool:
        """Whether it is complete and was heard to its end."""
        return self.complete and self.heard >= self.end

    @property
    def unsent(self) -> int:
        """Bytes that have not gone down the line yet."""
        return self.begins + len(self.sound) - self.sent

    def words_heard(self) -> str:
        """The words up to the last confirmed position.

        Within a sentence the words are taken to be spread evenly over its sound: good to
        about a word, which is what a mark every few hundred milliseconds can tell anyway.
        """
        words: list[str] = []
        for index, (begin, text) in enumerate(self.sentences):
            if self.heard <= begin:
                break
            last = index + 1 == len(self.sentences)
            end = self.end if last else self.sentences[index + 1][0]
            share = 1.0 if end <= begin else min(1.0, (self.heard - begin) / (end - begin))
            spoken = text.split()
            words += spoken[: round(share * len(spoken))]
        return " ".join(words)

    def take(self, most: int) -> bytes:
        """The next sound to send, at most so many bytes; it counts as sent."""
        begin = self.sent - self.begins
        piece = bytes(self.sound[begin : begin + most])
        self.sent += len(piece)
        return piece

    def was_heard(self, position: int) -> None:
        """Everything up to there was played."""
        self.heard = max(self.heard, position)
        if self.heard - self.begins > _LET_GO + MOST_SAID_AGAIN:
            del self.sound[: self.heard - MOST_SAID_AGAIN - self.begins]
            self.begins = self.heard - MOST_SAID_AGAIN

    def rewind(self) -> None:
        """Go back to what was heard: everything after it must be sent again.

        It begins again where the voice last took a rest, as half a word is no word.
        """
        self.sent = self.asked = self.heard
        oldest = max(self.begins, self.heard - MOST_SAID_AGAIN)
        for end in range(self.heard, oldest, -_REST):
            at = end - self.begins
            if not self.sound[max(0, at - _REST) : at].translate(None, _QUIET):
                self.sent = self.asked = end
                return

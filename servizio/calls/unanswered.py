"""What the customer says and nobody has answered yet: sound for an agent that takes over.

An agent may be lost in the middle of a customer's words, or just before. The next one hears
them from the beginning, so that nobody has to say them again.
"""

from __future__ import annotations

from servizio.calls.speech import BYTES_PER_SECOND

KEPT = 2 * BYTES_PER_SECOND
"""Bytes that are kept while nobody is known to speak: an agent notices speech a little late."""
MOST_KEPT = 12 * BYTES_PER_SECOND
"""Bytes that are kept of one turn, the newest."""


class Unanswered:
    """The customer's sound since the last turn that was taken."""

    def __init__(self) -> None:
        self._sound = bytearray()
        self._keys = ""
        self._is_speech = False

    @property
    def sound(self) -> bytes:
        """All of it."""
        return bytes(self._sound)

    def hear(self, mulaw: bytes) -> None:
        """Take the customer's sound: mu-law, 8000 Hz."""
        self._sound += mulaw
        surplus = len(self._sound) - (MOST_KEPT if self._is_speech else KEPT)
        if surplus > 0:
            del self._sound[:surplus]

    def press(self, digit: str) -> None:
        """Take a key that no agent was there to take."""
        self._keys += digit

    def speech_began(self) -> None:
        """The customer speaks: all of it is kept from now on."""
        self._is_speech = True

    def was_noise(self) -> None:
        """It was no speech after all."""
        self._is_speech = False

    def was_taken(self) -> None:
        """The customer's turn is over and known: it must not be heard again."""
        self._sound.clear()
        self._is_speech = False

    def take_keys(self) -> str:
        """The keys so far; they are kept no longer."""
        keys, self._keys = self._keys, ""
        return keys

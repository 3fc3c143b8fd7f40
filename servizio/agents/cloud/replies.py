"""The agent's speeches: numbered, timed, and kept out of the line where they are dead.

A provider stops its work when the customer begins to speak, but sound and even a sentence of
the dead reply may still be under way. They are told from the next reply by what comes first:
the customer's words, or a function call.
"""

from __future__ import annotations

from collections.abc import Callable

from servizio.agents.cloud.sound_path import BYTES_PER_SECOND, SoundPath
from servizio.agents.protocol import (
    AgentAudio,
    AgentEvent,
    AgentSentence,
    AgentSpeechEnded,
)


class Replies:
    """What one agent says in one call."""

    def __init__(
        self, sound: SoundPath, clock: Callable[[], float], emit: Callable[[AgentEvent], None]
    ) -> None:
        self._sound = sound
        self._clock = clock
        self._emit = emit
        self._number = 0
        self._is_shut = False
        self.is_open = False
        """Whether a speech has begun that has not ended."""
        self.begun_at = 0.0
        """When the open or last speech began, on the loop's clock."""
        self.plays_until = 0.0
        """When all that was handed over will have been heard."""
        self.sounded = 0
        """Bytes of mu-law in the open or last speech."""
        self.characters = 0
        """Letters of its words."""

    @property
    def number(self) -> int:
        """Of the open or last speech."""
        return self._number

    @property
    def is_heard(self) -> bool:
        """Whether the customer is hearing something."""
        return self.plays_until > self._clock()

    def take_sound(self, sound: bytes) -> bool:
        """Sound came. False: it belongs to a dead reply."""
        if self._is_shut:
            return False
        self._hand_over(self._sound.down(sound))
        return True

    def take_sentence(self, text: str) -> bool:
        """The words of a sentence came, before its sound or after. False: of a dead reply."""
        if self._is_shut or not text.strip():
            return False
        if not self.is_open and self.is_heard and not self.characters:
            # Words that were slower than all of their sound.
            self.characters = len(text)
            self._emit(AgentSentence(self._number, text))
            return True
        self._open()
        self.characters += len(text)
        self._emit(AgentSentence(self._number, text))
        return True

    def end(self) -> None:
        """All sound of the speech is there."""
        if not self.is_open:
            return
        self._hand_over(self._sound.end_of_speech())
        self.is_open = False
        self._emit(AgentSpeechEnded(self._number))

    def shut(self) -> None:
        """The customer began to speak: nothing more of this reply may be heard."""
        self._is_shut = True
        self._sound.end_of_speech()
        if self.is_open:
            self.is_open = False
            self._emit(AgentSpeechEnded(self._number))
        self.plays_until = self._clock()

    def open_gate(self) -> None:
        """What comes from now on is a new reply."""
        self._is_shut = False

    def _hand_over(self, mulaw: bytes) -> None:
        if not mulaw:
            return
        if not self.is_open:
            self._open()
        now = self._clock()
        self.plays_until = max(now, self.plays_until) + len(mulaw) / BYTES_PER_SECOND
        self.sounded += len(mulaw)
        self._emit(AgentAudio(self._number, mulaw))

    def _open(self) -> None:
        if not self.is_open:
            self._number += 1
            self.is_open = True
            self.begun_at = self._clock()
            self.sounded = self.characters = 0

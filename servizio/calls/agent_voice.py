"""What the agent says, on its way to the customer: spoken, cut off, gone on with, heard.

Keeps the agent's numbered speeches together with the playout that sends them, so that the
transcript only ever holds words that reached the customer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from servizio.agents.protocol import AgentAudio, AgentSentence, AgentSpeechEnded
from servizio.calls.line import Line
from servizio.calls.playout import Playout
from servizio.calls.speech import Speech


@dataclass(frozen=True, slots=True)
class VoiceEvents:
    """Whom to tell what. All are called on the event loop and must return at once."""

    first_sound: Callable[[], None]
    """The first piece of a speech was written to the line."""
    heard: Callable[[int, str, bool], None]
    """A speech is over: its number, the words that were heard, whether to its end."""
    speaking: Callable[[str], None]
    """A sentence is about to be heard."""


class AgentVoice:
    """One agent's voice in one call."""

    def __init__(self, line: Line, *, clock: Callable[[], float], events: VoiceEvents) -> None:
        self._events = events
        self._clock = clock
        self._speeches: dict[int, Speech] = {}
        self._dropped: set[int] = set()
        self._cut: Speech | None = None
        self.sound_at = clock()
        """When the agent last handed over anything, on the loop's clock."""
        self.playout = Playout(
            line,
            clock=clock,
            on_first_sound=lambda _speech: events.first_sound(),
            on_heard_all=self._heard_all,
        )

    @property
    def busy(self) -> bool:
        """Whether something is being heard or about to be."""
        return self.playout.busy

    @property
    def starved(self) -> bool:
        """Whether a speech has begun, is not complete, and there is nothing left to send."""
        speech = self.playout.current
        return speech is not None and not speech.complete and not speech.unsent

    def take(self, event: AgentSentence | AgentAudio | AgentSpeechEnded) -> bool:
        """Take words, sound, or the end of a speech. False: it belongs to a dropped one."""
        if event.speech in self._dropped:
            return False
        self.sound_at = self._clock()
        speech = self._speech(event.speech)
        match event:
            case AgentAudio():
                speech.sound += event.mulaw
                self.playout.grown()
            case AgentSentence(text=text):
                speech.add_sentence(text)
                self._events.speaking(text)
            case AgentSpeechEnded():
                speech.complete = True
                self.playout.ended()
        return True

    async def cut_off(self) -> Speech | None:
        """Fall silent, ready to go on. Returns the speech that was cut; `None`: there was none.

        Speeches behind it are dropped for good, also what of them arrives later.
        """
        if not self.playout.busy:
            return None
        self.give_up()
        cut = self.playout.clear(hold=True)
        if cut is None:
            return None
        self._dropped.update(number for number in self._speeches if number > cut.number)
        self._speeches = {cut.number: cut}
        self._cut = cut
        return cut

    def go_on(self) -> bool:
        """Take up the cut-off speech where it was last heard. False: there is none."""
        self._cut = None
        return self.playout.resume()

    def give_up(self) -> None:
        """The cut-off speech stays cut: write down how much of it was heard."""
        self.playout.release()
        if self._cut is None:
            return
        cut, self._cut = self._cut, None
        self._dropped.add(cut.number)
        self._speeches.pop(cut.number, None)
        if words := cut.words_heard():
            self._events.heard(cut.number, words, False)

    async def silence(self) -> None:
        """Fall silent for good: the agent is gone."""
        await self.cut_off()
        self.give_up()
        self._speeches.clear()
        self._dropped.clear()

    def _speech(self, number: int) -> Speech:
        speech = self._speeches.get(number)
        if speech is None:
            speech = self._speeches[number] = Speech(number)
            self.playout.add(speech)
        return speech

    def _heard_all(self, speech: Speech) -> None:
        self._speeches.pop(speech.number, None)
        self._events.heard(speech.number, speech.text, True)

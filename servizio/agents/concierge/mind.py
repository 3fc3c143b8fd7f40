"""The mind of the local concierge: what the restaurant says goes in, what to say comes out.

It rings, waits to be greeted, says in one sentence what it wants, and answers until there is an
end: a table with or without a number, a refusal, a machine. Whatever is said, the call ends: by
the end of what there is to say, by silences, or by turns that lead nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from servizio.agents.concierge.rules import answer_person
from servizio.agents.concierge.steps import (
    as_it_stands,
    ask_if_booked,
    state_request,
    take_up,
)
from servizio.agents.concierge.talk import ANSWERABLE, EXPECTED_WORDS, Asked, ConciergeTalk
from servizio.agents.concierge.tools import ConciergeTools
from servizio.agents.concierge.wording import day_words, hour_words, party_words
from servizio.agents.local.backchannel import is_backchannel
from servizio.agents.local.call_mind import Reply
from servizio.agents.local.endpoint import EndpointSettings
from servizio.agents.protocol import Spoken
from servizio.language.meaning import Expecting, Meaning
from servizio.language.restaurant_phrases import Says
from servizio.language.restaurant_talk import WHOLE_NUMBER, Heard, RestaurantTalk
from servizio.shop.reservation import BookingResult

MOST_HELD = 10
"""Silences in a row for which we hold on when asked to: about a minute."""
LAST_SILENCE = 3
"""Silences in a row after which we hang up."""
MOST_MISSES = 3
"""Utterances in a row that meant nothing, after which the call leads nowhere."""
MOST_ALIKE = 3
"""The same reply in a row after which it leads nowhere."""
_LIKELY = ("request", "name", "right", "takes_it", "ask_number", "spelling", "party", "thanks")
_SAYS_LITTLE = frozenset({Says.OK, Says.YES, Says.NO})
FEW_WORDS_HEARD = 0.4
"""Share of the request below which it was not said."""


class ConciergeMind:
    """Holds one call for a table (`servizio.agents.local.call_mind.CallMind`)."""

    expecting = Expecting.TABLE
    in_one_breath = True

    def __init__(self, tools: ConciergeTools, rng: Random) -> None:
        request = tools.request
        self._talk = ConciergeTalk(tools, rng)
        self._reader = RestaurantTalk(
            today=tools.now().date(),
            wanted=request.at,
            day=request.day,
            name=request.name,
            place=request.place,
        )
        today = tools.now().date()
        self._phrases = (
            *EXPECTED_WORDS, request.name.lower(), request.place.lower(),
            party_words(request.party), hour_words(request.at),
            day_words(request.day, today, request.at).lower(),
        )  # fmt: skip

    # What the ears want to know

    @property
    def phrases(self) -> tuple[str, ...]:
        """Words that are likely to be heard."""
        return self._phrases

    @property
    def prepared(self) -> tuple[str, ...]:
        """The request, and what is most likely to follow it."""
        return self._talk.every(*_LIKELY)

    def understand(self, hypotheses: Sequence[str]) -> Meaning:
        """What was heard, for the ears: which words, and whether more will come."""
        heard = self._heard(hypotheses)
        return Meaning(
            text=heard.text,
            acts=(),
            confidence=0.9 if heard.says else 0.3,
            unfinished=heard.unfinished,
        )

    def silence_needed(
        self, meaning: Meaning, expecting: Expecting, settings: EndpointSettings, *, certain: bool
    ) -> int:
        """Milliseconds of silence after these words until they may be answered.

        People look things up while they speak: only a question is over at once.
        """
        del expecting
        heard = self._heard([meaning.text])
        if heard.unfinished:
            return settings.unfinished
        if heard.number and len(heard.number) < WHOLE_NUMBER:
            return settings.digits
        if heard.says & ANSWERABLE or heard.has(Says.ASKS_ROBOT, Says.ASKS_WHO):
            return settings.complete if certain else settings.uncertain
        return settings.uncertain if heard.says else settings.unknown

    def only_listens(self, hypotheses: Sequence[str], meaning: Meaning) -> bool:
        """Whether this, said into our speech, only shows that somebody listens."""
        del meaning
        return any(is_backchannel(text) for text in hypotheses)

    # Beginnings

    async def welcome(self, greeting: str) -> Reply:
        """Nothing: whoever is rung says hello first."""
        del greeting
        return self._reply()

    def take_over(self, apology: str, history: tuple[Spoken, ...] = ()) -> Reply:
        """Go on where another agent stopped: with the request, unless the tools know of more."""
        if not history:
            return self._reply()
        if apology:
            self._talk.note("back")
        take_up(self._talk)
        return self._reply()

    # What the restaurant says

    async def answer(self, hypotheses: Sequence[str]) -> Reply:
        """Answer a finished utterance, of which there may be several hypotheses."""
        heard = self._heard(hypotheses)
        talk, progress = self._talk, self._talk.progress
        if progress.ended or (progress.on_hold and not heard.says - _SAYS_LITTLE):
            # On hold there is music, and voices that talk to somebody else.
            return self._reply()
        progress.held = 0
        if not await self._is_no_person(heard):
            progress.on_hold = False
            progress.misses = 0 if heard.says else progress.misses
            await answer_person(talk, heard)
        if not progress.ended and self._leads_nowhere():
            talk.forget_notes()
            await talk.end("cannot_understand", *as_it_stands(talk, "no clear answer"))
        return self._reply()

    async def keys(self, digits: str) -> Reply:
        """Keys mean nothing to whoever rings."""
        del digits
        return self._reply()

    async def silent(self, times: int) -> Reply:
        """Nobody has spoken for a while, for the `times`-th time in a row; 0: since the call
        began."""
        talk, progress = self._talk, self._talk.progress
        if progress.ended:
            return self._reply()
        if progress.on_hold:
            progress.held += 1
            if progress.held <= MOST_HELD:
                return self._reply()
            times = progress.held - MOST_HELD
        if not progress.stated and times < LAST_SILENCE:
            if times:
                talk.note("anyone_there")
            state_request(talk)
        elif progress.booked and progress.asked in {Asked.NUMBER, Asked.NUMBER_RIGHT}:
            await talk.end("goodbye", BookingResult.CONFIRMED)
        elif times >= LAST_SILENCE:
            await talk.end("left_alone", *as_it_stands(talk, "nobody spoke any more"))
        elif progress.agreed is not None and times == 1:
            ask_if_booked(talk)
        else:
            talk.note("anyone_there")
        return self._reply()

    def spoken(self, heard: str, whole: bool) -> None:
        """Learn how much of the last reply was heard: a request that was cut off was not said."""
        progress = self._talk.progress
        if whole or progress.asked is not Asked.TABLE or "request" not in progress.last_keys:
            return
        words = sum(len(sentence.split()) for sentence in progress.said)
        if len(heard.split()) < FEW_WORDS_HEARD * words:
            progress.stated = False

    # Steps of a reply

    def _heard(self, hypotheses: Sequence[str]) -> Heard:
        asked = self._talk.progress.asked
        return self._reader.understand(
            hypotheses, number_asked=asked in {Asked.NUMBER, Asked.NUMBER_RIGHT}
        )

    async def _is_no_person(self, heard: Heard) -> bool:
        """Machines, and whoever wants us to wait."""
        talk, progress = self._talk, self._talk.progress
        if heard.has(Says.VOICEMAIL):
            if talk.tools.caller.leaves_message:
                await talk.end("message", BookingResult.VOICEMAIL, "a message was left")
            else:
                await talk.report(BookingResult.VOICEMAIL)
                progress.ended = True
                await talk.tools.call("end_call", {})
            return True
        if heard.has(Says.MENU):
            progress.on_hold = True
            return True
        says_more = heard.says - {Says.HOLD, Says.GREETING, Says.OK, Says.YES, Says.AVAILABLE}
        if heard.has(Says.HOLD) and not says_more:
            if not progress.on_hold:
                talk.note("hold")
            progress.on_hold = True
            return True
        return False

    def _leads_nowhere(self) -> bool:
        """Whether too little was understood for too long."""
        progress = self._talk.progress
        keys = self._talk.keys
        progress.repeats = progress.repeats + 1 if keys and keys == progress.last_keys else 0
        return progress.misses >= MOST_MISSES or progress.repeats >= MOST_ALIKE

    def _reply(self) -> Reply:
        progress = self._talk.progress
        sentences, keys = self._talk.take_notes()
        if sentences:
            progress.said, progress.last_keys = sentences, keys
        return Reply(sentences, self.expecting, ends="goodbye" if progress.ended else None)

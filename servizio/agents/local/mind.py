"""The mind of the local agent: what was understood goes in, what to say comes out.

What answers the open question is used up first (`settle`), the rest is done in the order in
which it was said (`act`), and then the next question is worked out afresh from the order
(`asking.next_ask`), so that there always is one. Nothing enters the cart that was not read back.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from servizio.agents.local import (
    acting,
    asking,
    checkout,
    correcting,
    doubt_words,
    pointing,
    reading,
    trouble,
    whole_order,
)
from servizio.agents.local.backchannel import only_listens
from servizio.agents.local.call_mind import OrderTaking, Reply
from servizio.agents.local.dialogue import EXPECTED, Ask, ChangeThis, TheUsual
from servizio.agents.local.endpoint import EndpointSettings, silence_needed
from servizio.agents.local.said import Said
from servizio.agents.local.sentences import split_sentences
from servizio.agents.local.talk import Talk
from servizio.agents.local.usual import usual_lines
from servizio.agents.local.wording import Wording
from servizio.agents.protocol import Spoken
from servizio.agents.tools import Tools
from servizio.language import meaning as m
from servizio.language.meaning import Expecting, Meaning
from servizio.language.understand import Understander

UNSURE = 0.5
"""Confidence below which a line is read back as something that was only thought heard."""
UNHEARD = 0.4
"""Confidence below which something "not on the menu" was probably not heard right."""
FAINT_WORDS = 2
"""Words up to which what changes an agreed order may have been something else."""
ENOUGH_HEARD = 0.6
"""Share of a question's words after which a yes to it counts."""
LAST_SILENCE = 3
"""The silence after which the call is ended."""

_MUST_HEAR_ALL = frozenset({Ask.READ_BACK, Ask.PHONE_CHECK, Ask.ADDRESS_CHECK})
_INVITES = frozenset({Ask.ORDER, Ask.MORE, Ask.AFTER})
"""Questions that need not follow upon another one."""


class Mind(OrderTaking):
    """Holds one call's conversation. Lives on the event loop; one utterance at a time."""

    def __init__(
        self,
        *,
        tools: Tools,
        understander: Understander,
        rng: random.Random,
        calling_number: str | None,
    ) -> None:
        self._talk = Talk(tools, Wording(rng), calling_number)
        self._understander = understander
        self._key: object = None

    # What the next utterance probably is

    @property
    def expecting(self) -> Expecting:
        """What the next utterance probably is."""
        state = self._talk.state
        if state.ask is Ask.DOUBT and state.doubts:
            return doubt_words.expected(self._talk, state.doubts[0])
        if state.ask is Ask.ORDER and self._talk.lines:
            return Expecting.ORDER
        return EXPECTED[state.ask]

    def only_listens(self, hypotheses: Sequence[str], meaning: Meaning) -> bool:
        """Whether this, said into our speech, only shows that the customer listens.

        Not once enough of a question was heard for a bare yes to answer it. A few words
        without a meaning are no reason to stop either.
        """
        talk = self._talk
        return only_listens(talk.state, hypotheses, meaning, ordered=bool(talk.lines))

    @property
    def groups(self) -> tuple[str, ...]:
        """Modifier groups just asked about."""
        return self._talk.state.groups

    @property
    def phrases(self) -> tuple[str, ...]:
        """Words that the answer may well hold, for the recogniser."""
        return asking.expected_names(self._talk)

    def understand(self, hypotheses: Sequence[str]) -> Meaning:
        """What an utterance means at this point of the conversation. Changes nothing."""
        return self._understander.understand(
            hypotheses,
            expecting=self.expecting,
            groups=self.groups,
            lines=self._talk.lines,
            asked=pointing.asked_line(self._talk),
            whose=self._talk.whose,
            other=self._talk.other_place(),
        )

    def silence_needed(
        self, meaning: Meaning, expecting: Expecting, settings: EndpointSettings, *, certain: bool
    ) -> int:
        """Milliseconds of silence after these words until they may be answered."""
        needed = silence_needed(meaning, expecting, settings, certain=certain)
        return max(needed, settings.complete) if checkout.is_next(self._talk, meaning) else needed

    # Beginnings

    def greet(self, greeting: str) -> Reply:
        """The first words of the call. The greeting asks for the order."""
        self._talk.state.said = (greeting,)
        self._key = asking.key_of(self._talk, Ask.ORDER)
        return self._reply((greeting,))

    async def welcome(self, greeting: str) -> Reply:
        """The first words of the call, which offer a returning customer the usual."""
        if self._talk.desk.order_number is not None:
            return self._about_order(greeting)
        lines = await usual_lines(self._talk)
        if not lines:
            return self.greet(greeting)
        talk = self._talk
        hello = " ".join(one for one in split_sentences(greeting) if not one.endswith("?"))
        talk.notes = [hello] if hello else []
        talk.doubt(TheUsual(lines))
        return self._say(Ask.DOUBT)

    def _about_order(self, greeting: str) -> Reply:
        """We rang because of an order: say why, and offer what can be had instead."""
        talk, state = self._talk, self._talk.state
        state.placed, state.closing = checkout.snapshot(talk), True
        talk.notes = [greeting]
        for place, item in talk.desk.offers.items():
            talk.doubt(ChangeThis(m.Change(m.Target(), item=item), place))
        return self._say(Ask.DOUBT if talk.desk.offers else Ask.MORE)

    def take_over(self, apology: str, history: tuple[Spoken, ...] = ()) -> Reply:
        """Go on where another agent stopped: the desk knows how far that was, and `history`
        what of it the customer has heard."""
        talk, state = self._talk, self._talk.state
        talk.notes = [apology] if apology else []
        if talk.desk.order_number is not None:
            state.placed, state.closing = checkout.snapshot(talk), True
            talk.note_order_number(unless_in=history)
        return self._say(asking.open_ask(talk) or Ask.MORE)

    # What comes from the customer

    async def answer(self, hypotheses: Sequence[str]) -> Reply:
        """Answer a finished utterance, of which there may be several hypotheses."""
        return await self.respond(self.understand(hypotheses))

    async def keys(self, digits: str) -> Reply:
        """Take keys of the telephone: a phone number, or "0" for a person."""
        return await self.respond(reading.keys_pressed(self._talk, digits))

    async def respond(self, meaning: Meaning) -> Reply:
        """Answer what was understood."""
        talk, state = self._talk, self._talk.state
        talk.notes = []
        state.turns += 1
        said = Said(meaning)
        reading.read(talk, said)
        if state.ask is Ask.ADDRESS and meaning.text.strip():
            await checkout.settle_address(talk, said)
            if state.address is not None:
                return await self._go_on(said)
        unheard = said.only(m.NotOnMenu) and meaning.confidence < UNHEARD
        if unheard or not (said.acts or said.understood):
            return await self._not_understood(meaning)
        state.misses = state.patience = 0
        state.unsure = meaning.confidence < UNSURE
        state.faint = state.unsure or 0 < len(meaning.text.split()) <= FAINT_WORDS
        if said.only(m.Repeat):
            return self._once_more()
        if said.has(m.Wait) and said.only(m.Wait, m.Hello, m.Affirm, m.Thanks):
            state.patience = 1
            return self._aside(talk.wording.say("take_your_time"))
        return await self._take(said)

    async def silent(self, times: int) -> Reply:
        """Nobody has spoken for a while, for the `times`-th time in a row (from 1)."""
        talk, state = self._talk, self._talk.state
        talk.notes = []
        times -= state.patience
        if times <= 0:
            return self._aside()
        if state.ask is Ask.AFTER:
            return await self._end("goodbye_placed")
        if times >= LAST_SILENCE:
            is_open = await trouble.place_what_was_agreed(talk)
            return await self._end("goodbye_not_placed" if is_open else "goodbye_after_silence")
        talk.note("still_there" if times == 1 else "cannot_hear")
        state.must_hear = 0
        return await self._go_on(None)

    def spoken(self, heard: str, whole: bool) -> None:
        """Learn how much of the last reply the customer has heard.

        From the first such report on, a reply without one counts as not heard: it may have
        been dropped because the customer went on speaking.
        """
        state = self._talk.state
        state.hearing_is_known = state.hearing_reported = True
        if whole and state.telling:
            state.untold = False
        if state.aside:
            return
        needed = sum(len(sentence.split()) for sentence in state.said[: state.must_hear])
        if state.ask not in _MUST_HEAR_ALL and state.ask is not Ask.AFTER:
            needed = math.ceil(needed * ENOUGH_HEARD)
        state.unheard = not whole and len(heard.split()) < needed

    # Steps of a reply

    async def _take(self, said: Said) -> Reply:
        talk, state = self._talk, self._talk.state
        goodbye = said.has(m.Goodbye)
        asked = said.has(m.Question)
        if state.ask is Ask.AFTER and state.unheard and not said.has(m.Question, m.OrderNumber):
            talk.note_order_number()
        state.must_hear = 0
        trouble.note_what_was_lost(talk, said)
        await whole_order.take(talk, said)
        await correcting.take_lines_said_anew(talk, said)
        await acting.settle(talk, said)
        if said.has(m.AskPerson):
            result = await talk.do("transfer_to_staff", reason="the customer asked for a person")
            if result["ok"]:
                talk.note("putting_through")
                return self._reply(tuple(talk.notes), ends="transfer")
            talk.note("nobody_there")
        finished = await acting.act_on(talk, said)
        if finished:
            return await self._end("goodbye")
        if goodbye:
            return await self._farewell()
        return await self._go_on(said, asked=asked)

    async def _go_on(self, said: Said | None, *, asked: bool = False) -> Reply:
        """Ask the next question, and count how often it has been asked in vain."""
        state = self._talk.state
        if trouble.leads_nowhere(self._talk):
            return await self._end(await trouble.last_words(self._talk))
        await trouble.find_a_way(self._talk)
        ask = await asking.next_ask(self._talk)
        if ask is Ask.READ_BACK and said and trouble.asks_for_the_level(self._talk, said):
            ask = Ask.DOUBT
        same = asking.key_of(self._talk, ask) == self._key
        if not same or state.changed_now:
            state.tries = 0
        elif not asked:
            state.tries += 1
        state.after_asked = said is not None and ask is Ask.AFTER and not self._talk.notes
        if state.after_asked:
            self._talk.note("ask_after")
        # "No, I said X", and X it is: only hearing all of it again can tell what is wrong.
        put_right = ask is Ask.READ_BACK and said is not None and said.corrects
        unread = ask is Ask.READ_BACK and state.read is None
        return self._say(ask, again=same and not put_right and not unread)

    async def _farewell(self) -> Reply:
        """The customer says goodbye: what is ordered must not be lost over it."""
        talk, state = self._talk, self._talk.state
        if state.leaving:
            await acting.finish_for_customer(talk)
            return await self._end("goodbye")
        if not talk.staged and (not talk.confirmed or checkout.is_placed(talk)):
            return await self._end("goodbye")
        state.leaving = state.closing = True
        state.digits = ""
        state.doubts.clear()
        ask = await asking.next_ask(talk)
        if ask is Ask.AFTER:
            return await self._end("goodbye")
        talk.notes.insert(0, talk.wording.say("before_you_go"))
        return self._say(ask)

    async def _not_understood(self, meaning: Meaning) -> Reply:
        talk, state = self._talk, self._talk.state
        talk.desk.note_tool("not_understood", ok=True)
        state.misses += 1
        state.patience = 0
        if state.ask is Ask.AFTER:
            # The order stands; whatever this was, it may not have been meant for us.
            say = state.misses == 2 or (state.misses == 1 and bool(meaning.leftover))
            return self._aside(*((talk.wording.say("ask_after"),) if say else ()))
        trouble.note_not_understood(talk, meaning)
        return await self._go_on(Said(meaning))

    async def _end(self, key: str) -> Reply:
        talk = self._talk
        talk.note(key)
        await talk.do("end_call")
        return self._reply(tuple(talk.notes), ends="goodbye")

    def _once_more(self) -> Reply:
        """Say the last thing again: a read-back in full, anything else as it was."""
        state = self._talk.state
        if state.ask in _MUST_HEAR_ALL or not state.said:
            return self._say(asking.still_open(self._talk))
        if state.digits:
            return self._say(asking.still_open(self._talk), again=True)
        state.unheard = state.aside = False
        return self._reply(state.said)

    def _aside(self, *sentences: str) -> Reply:
        """Say something, or nothing, that leaves the question as it is, heard or not."""
        self._talk.state.aside = True
        return self._reply(sentences)

    def _say(self, ask: Ask, *, again: bool = False) -> Reply:
        """The notes of this turn and then the question."""
        talk, state = self._talk, self._talk.state
        question = asking.words(talk, ask, again=again and not state.unheard)
        if ask in _INVITES and talk.notes and talk.notes[-1].endswith("?"):
            question = ()
        asking.take_note_of(talk, ask)
        key_before, self._key = self._key, asking.key_of(talk, ask)
        if key_before == self._key and not state.hearing_reported:
            # No report on two replies in a row: whoever speaks for us does not report.
            state.hearing_is_known = False
        state.telling, state.changed_now = state.changed_now, False
        state.untold = state.untold or state.telling
        sentences = tuple(text for text in (*talk.notes, *question) if text)
        if ask in _MUST_HEAR_ALL:
            state.must_hear = len(talk.notes) + 1
        elif ask is not Ask.AFTER:
            state.must_hear = len(sentences)
        state.said = sentences
        state.unheard = state.hearing_is_known and state.must_hear > 0
        state.aside = state.hearing_reported = False
        return self._reply(sentences)

    def _reply(self, sentences: tuple[str, ...], *, ends: str | None = None) -> Reply:
        return Reply(sentences, self.expecting, self.groups, ends)

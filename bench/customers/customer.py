"""A customer with a goal, who answers what the agent says.

Nothing here knows how the words travel: a move is a sentence, keys, or hanging up. The
customer listens like a person does: a wrong read-back is called wrong, a right one is
agreed to, a question is answered, what was not understood is said again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from random import Random

from bench.customers import phrasing
from bench.customers.at_the_phone import AtThePhone
from bench.customers.correcting import correction
from bench.customers.goals import Goal, Lines, tally
from bench.customers.minds import ChangeOfMind, Moment, draw_change
from bench.customers.moves import Move
from bench.customers.number_talk import NumberTalk
from bench.customers.personas import Persona
from bench.customers.phrasing import line_said, order_said
from bench.customers.reading import Asked, Heard, Reading
from servizio.agents.local.spoken_figures import speakable
from servizio.agents.local.wording import with_article
from servizio.shop.line import Line
from servizio.shop.menu import Menu

MOST_CORRECTIONS = 6
MOST_TURNS = 45


_ANSWERS = {
    Asked.PICKUP: ("pickup", "pickup please", "I'll pick it up"),
    Asked.PERSON: ("no", "no thanks", "no, that's okay"),
    Asked.CANCEL: ("no", "no thanks", "no, that's okay"),
    Asked.OVER: phrasing.BYE,
}


class Customer(AtThePhone):
    """One call's customer. Make a new one for each call."""

    def __init__(
        self,
        menu: Menu,
        reading: Reading,
        goal: Goal,
        *,
        persona: Persona,
        rng: Random,
        calls_from: str,
    ) -> None:
        super().__init__(menu, reading, goal, persona=persona, rng=rng)
        self._change: ChangeOfMind | None = None
        lines = goal.lines
        if rng.random() < persona.changes:
            self._change = draw_change(menu, lines, rng)
            lines = self._change.first if self._change is not None else lines
        self._lines = lines
        """What is wanted at the moment."""
        self._todo = list(lines)
        self._open: list[Line] = []
        """Said, and not agreed to."""
        self._agreeing = False
        self._changed_late = False
        """An order that was agreed to has been changed; it need not be read back as a whole."""
        self._agreed: list[Line] = []
        self._read: Lines = Counter()
        """What was read last and not agreed to."""
        self._was_right = True
        self._strange = rng.random() < persona.strange
        self._wants_to_ask = rng.random() < persona.asks
        presses = rng.random() < persona.keys
        self._one_by_one = rng.random() < persona.one_by_one
        self._number = NumberTalk(goal.phone, calls_from=calls_from, presses=presses, rng=rng)
        self._agains = 0
        self._next = "order"

    def answer(self, text: str, *, whole: bool = True) -> Move:
        """What to do now that the agent has said this; `whole`: all of it was listened to."""
        self._turns += 1
        if self._turns > MOST_TURNS:
            return Move(hangs_up=True, why="no end of talking")
        heard = self._reading.hear(text)
        if heard.asked is Asked.OVER:
            self.order_number_heard = True
        if (
            whole and self._agains < 2 and self._turns > 1 and heard.asked is not Asked.GOODBYE
            and self._rng.random() < self.persona.again
        ):  # fmt: skip
            self._agains += 1
            return Move(self._rng.choice(phrasing.AGAIN))
        self._agains = 0
        if not whole and heard.asked is Asked.UNKNOWN:
            heard = self._guess(heard)
        self._last = self._respond(heard)
        return self._last

    def _guess(self, heard: Heard) -> Heard:
        """What somebody who does not listen takes the question to be."""
        asked = {
            "order": Asked.ORDER, "right": Asked.RIGHT, "more": Asked.MORE, "phone": Asked.PHONE,
            "number": Asked.NUMBER_RIGHT,
        }[self._next]  # fmt: skip
        lines = tuple(self._open) if asked is Asked.RIGHT else ()
        digits = self.goal.phone[-10:] if asked is Asked.NUMBER_RIGHT else ""
        return Heard(heard.text, asked, lines, digits)

    def _respond(self, heard: Heard) -> Move:
        self._settle_agreement(heard)
        move = self._misread(heard)
        if move is not None:
            return move
        answers: dict[Asked, Callable[[Heard], Move]] = {
            Asked.RIGHT: self._judge,
            Asked.NUMBER_RIGHT: self._judge_number,
            Asked.ORDER: self._go_on,
            Asked.MORE: self._go_on,
            Asked.CHANGE: self._say_what_to_change,
            Asked.GROUP: self._choose,
            Asked.WHICH: self._clear_up,
            Asked.OFFER: self._decide,
            Asked.PHONE: self._give_number,
            Asked.THERE: self._say_again,
            Asked.GOODBYE: self._hang_up,
        }
        if heard.asked in _ANSWERS:
            return Move(self._rng.choice(_ANSWERS[heard.asked]))
        if heard.asked is Asked.REST:
            return self._number.go_on()
        return answers.get(heard.asked, self._carry_on)(heard)

    # The order

    def _settle_agreement(self, heard: Heard) -> None:
        if self._agreeing and heard.asked not in {Asked.RIGHT, Asked.CHANGE}:
            self._agreed += self._open
            self._open.clear()
        if heard.asked not in {Asked.UNKNOWN, Asked.THERE}:
            self._agreeing = False

    def _misread(self, heard: Heard) -> Move | None:
        """Object to an order that is read wrong without being asked about."""
        if heard.asked in {Asked.RIGHT, Asked.NUMBER_RIGHT, Asked.WHICH, Asked.OFFER, Asked.OVER}:
            return None
        wanted = tally([*self._open, *self._agreed], self._menu)
        read = tally(heard.lines, self._menu)
        if not read or heard.asked is Asked.GROUP:
            return None
        if all(line in wanted for line in read):
            return None
        return self._correct(read, tally(self._wanted_of(heard.lines), self._menu))

    def _wanted_of(self, lines: tuple[Line, ...]) -> list[Line]:
        items = {line.item for line in lines}
        known = [*self._open, *self._agreed]
        return [line for line in known if line.item in items] or known

    def _judge(self, heard: Heard) -> Move:
        change = self._change
        read = tally(heard.lines, self._menu)
        wanted = tally(self._open, self._menu)
        everything = tally([*self._open, *self._agreed], self._menu)
        if not read:
            right = self._was_right
            read = self._read
        else:
            known = all(read[line] == everything[line] for line in read)
            right = read in (wanted, everything) or (
                known and (self._changed_late or wanted <= read)
            )
            self._read, self._was_right = read, right
        if right and change is not None and change.moment is Moment.AT_READING and not self._todo:
            return self._change_mind(change)
        if right:
            self._agreeing = True
            self._next = "more"
            yes = ("yeah yeah", "yes", "yeah") if self.persona.barges else phrasing.YES
            return Move(self._rng.choice(yes))
        return self._correct(read, wanted or everything)

    def _correct(self, read: Lines, wanted: Lines) -> Move:
        self._corrections += 1
        self._was_right = False
        self._read = read
        if self._corrections > MOST_CORRECTIONS:
            return Move(hangs_up=True, why="gave up correcting the order")
        self._next = "right"
        return Move(correction(self._menu, read, wanted, self._rng, self._corrections))

    def _say_what_to_change(self, heard: Heard) -> Move:
        del heard
        if self._was_right:
            return Move(self._rng.choice(("nothing, it's right", "no, that was right")))
        self._corrections += 1
        if self._corrections > MOST_CORRECTIONS:
            return Move(hangs_up=True, why="gave up correcting the order")
        wanted = tally(self._open or self._agreed, self._menu)
        return Move(correction(self._menu, self._read, wanted, self._rng, 2, opening=""))

    def _change_mind(self, change: ChangeOfMind) -> Move:
        self._change = None
        self._lines = self.goal.lines
        self._was_right = False
        if change.moment is Moment.AT_READING:
            # As many as agreed to, not fewer: "make that one" is about an agreed line too.
            self._agreed = [one for one in self._agreed if one in self._lines]
            self._open = [one for one in self._lines if one not in self._agreed]
        else:
            self._agreed = []
            self._open = list(self._lines)
            self._changed_late = True
        self._next = "right"
        return Move(change.said)

    def _go_on(self, heard: Heard) -> Move:
        if self._strange:
            self._strange = False
            return self._ask_for_something_strange()
        if self._open and not self._later_change_is_said():
            return self._repeat_order()
        if self._todo:
            return self._order()
        return self._finish(heard)

    def _finish(self, heard: Heard) -> Move:
        """Everything is ordered: change it, ask something, or be done."""
        change = self._change
        if change is not None and change.moment is Moment.LATER:
            return self._change_mind(change)
        if self._wants_to_ask:
            self._wants_to_ask = False
            item = speakable(self._menu.item(self.goal.lines[0].item).name)
            return Move(self._rng.choice(phrasing.QUESTIONS).format(with_article(item)))
        if heard.asked is Asked.ORDER and not self._agreed:
            return self._start_again()
        self._next = "phone"
        return Move(self._rng.choice(phrasing.DONE))

    def _later_change_is_said(self) -> bool:
        """A change of an agreed order that was taken without being read back."""
        if self._agreed or not self._changed_late:
            return False
        self._agreed, self._open = self._open, []
        return True

    def _order(self) -> Move:
        first = not self._agreed and not self._open
        count = 1 if self._one_by_one else len(self._todo)
        now, self._todo = self._todo[:count], self._todo[count:]
        self._open += now
        self._next = "right"
        change = self._change
        if change is not None and change.moment is Moment.AT_ONCE:
            self._change = None
            return Move(change.said)
        lines = [
            self._line(line, hold=self._rng.random() < self.persona.holds_back) for line in now
        ]
        return Move(order_said(lines, self._rng, manner=self.persona.manner, first=first))

    def _line(self, line: Line, *, hold: bool = False) -> str:
        said = line
        if hold:
            asked = {group.id for group in self._menu.modifier_groups if group.prompt}
            kept = tuple(choice for choice in line.choices if choice.group not in asked)
            said = Line(line.item, line.quantity, kept)
        return line_said(self._menu, said, self._rng, terse=self.persona.manner == "terse")

    def _repeat_order(self) -> Move:
        self._corrections += 1
        if self._corrections > MOST_CORRECTIONS:
            return Move(hangs_up=True, why="gave up repeating the order")
        lines = [self._line(line) for line in self._open]
        return Move(order_said(lines, self._rng, manner="plain", first=True))

    def _start_again(self) -> Move:
        self._todo = list(self._lines)
        self._open, self._agreed = [], []
        return self._order()

    def _ask_for_something_strange(self) -> Move:
        strange = self._rng.choice(
            [thing for thing in phrasing.STRANGE if not self._reading.named(thing)]
        )
        if self._rng.random() < 0.5 or not self._todo:
            return Move(
                f"{self._rng.choice(('can I get', 'do you have', 'I would like'))} {strange}"
            )
        now, self._todo = self._todo, []
        self._open += now
        lines = [self._line(line) for line in now]
        lines.insert(self._rng.randrange(len(lines) + 1), strange)
        return Move(order_said(lines, self._rng, manner="plain", first=True))

    # Questions on the way

    def _choose(self, heard: Heard) -> Move:
        return Move(self._questions.choose(heard, self._open or self._agreed))

    def _clear_up(self, heard: Heard) -> Move:
        wanted = [*self._open, *self._todo, *self._agreed]
        answer = self._questions.which(heard, wanted)
        if answer:
            return Move(answer)
        if self._todo:
            return Move(f"no, {self._order().say}")
        return Move(f"no, {self._questions.said(wanted[0])}")

    def _decide(self, heard: Heard) -> Move:
        if self._questions.wants_the_offer(heard, self._open):
            return Move("yes please")
        no = self._rng.choice(("no thanks", "no", "no thank you"))
        return Move(f"{no}, {self._order().say}" if self._todo else no)

    def _carry_on(self, heard: Heard) -> Move:
        if heard.lines:
            return self._judge(heard)
        if self._last.say and not heard.missed and self._next == "more":
            return Move("yes")
        if self._open or self._todo:
            return self._go_on(heard)
        return self._last if self._last.say else Move("hello?")

    # The number and the end

    def _give_number(self, heard: Heard) -> Move:
        del heard
        self._next = "number"
        return self._number.give()

    def _judge_number(self, heard: Heard) -> Move:
        if heard.digits == self._number.digits:
            self._next = "more"
        return self._number.judge(heard.digits)

    def _say_again(self, heard: Heard) -> Move:
        return self._last if self._last.say or self._last.keys else self._go_on(heard)

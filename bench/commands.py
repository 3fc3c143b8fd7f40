"""Whether what was heard means what was said: the figure that decides an order.

Each recording gets the question that the agent would have asked before it, is recognised and
understood as in a call, and is right where the acts are those of the true text. Greetings and
thanks do not count, nor the words of what is not on the menu.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from servizio.agents.local.hypothesis import Hypothesis, RecognitionContext
from servizio.agents.local.recogniser import Recogniser
from servizio.agents.local.second_look import (
    CLOSELY_BEST,
    is_better,
    is_clearer,
    is_doubtful,
    leaning_harder,
    led_by,
    listening_closely,
    makes_sense,
    together,
)
from servizio.language.meaning import (
    Act,
    Add,
    Affirm,
    Change,
    Delivery,
    Deny,
    Done,
    Expecting,
    Hello,
    Meaning,
    Name,
    NotOnMenu,
    OrderNumber,
    PhoneNumber,
    Pickup,
    Remove,
    Thanks,
    Unclear,
    UseCallingNumber,
)
from servizio.language.phrases import ordering_phrases
from servizio.language.understand import Understander
from servizio.shop.menu import Menu

_MENU = "menu"
_KINDS: tuple[tuple[Expecting, tuple[type[Act], ...]], ...] = (
    (Expecting.PHONE_NUMBER, (PhoneNumber, UseCallingNumber)),
    (Expecting.FULFILMENT, (Pickup, Delivery)),
    (Expecting.NAME, (Name,)),
    (Expecting.YES_NO, (Affirm, Deny)),
)
"""What was asked before an utterance that means this, the surest first."""
_ORDERS = (Add, Change, Remove)


@dataclass(frozen=True, slots=True)
class Command:
    """One recording, what is said in it, and what was asked before."""

    name: str
    text: str
    mulaw: bytes
    expecting: Expecting


@dataclass(slots=True)
class Tally:
    """What listening to all of them came to."""

    asked: Counter[Expecting] = field(default_factory=Counter)
    wrong: Counter[Expecting] = field(default_factory=Counter)
    turned: int = 0
    """A yes heard as a no, or a no as a yes."""
    invented: int = 0
    """An order or a change of one heard where there was none."""
    lost: int = 0
    """Nothing understood where there was something."""
    words: int = 0
    """Words said."""
    wrong_words: int = 0
    """Of those, wrong in what was heard best, missing or added."""
    cpu_seconds: list[float] = field(default_factory=list)


class Listener:
    """Ears without a call: the recogniser, and the language room over one menu."""

    def __init__(self, recogniser: Recogniser, menu: Menu) -> None:
        self._recogniser = recogniser
        self._understander = Understander(menu)
        self._toppings = max(menu.modifier_groups, key=lambda group: len(group.modifiers))
        recogniser.register(_MENU, ordering_phrases(menu))

    def asked_before(self, text: str) -> Expecting:
        """The question that an utterance answers."""
        acts = self._understander.understand(text).acts
        if isinstance(next(iter(acts), None), (Affirm, Deny)) and not any(
            isinstance(act, Done) for act in acts
        ):
            return Expecting.YES_NO
        if not any(isinstance(act, (Done, OrderNumber, *_ORDERS)) for act in acts):
            for expecting, kinds in _KINDS:
                if any(isinstance(act, kinds) for act in acts):
                    return expecting
        return Expecting.ORDER

    def meaning(self, texts: Sequence[str] | str, expecting: Expecting) -> Meaning:
        """What these hypotheses mean after this question."""
        groups = (self._toppings.id,) if expecting is Expecting.MODIFIER else ()
        return self._understander.understand(texts, expecting=expecting, groups=groups)

    def hear(self, mulaw: bytes, expecting: Expecting) -> tuple[list[Hypothesis], Meaning]:
        """What is heard after this question, and what it is taken to mean."""
        names = tuple(modifier.name for modifier in self._toppings.modifiers)
        phrases = names if expecting is Expecting.MODIFIER else ()
        context = RecognitionContext(_MENU, expecting, phrases)
        found = self._recogniser.transcribe(mulaw, context)
        meaning = self.meaning([one.text for one in found], expecting)
        if found and not makes_sense(meaning, context.expecting):
            again = self._recogniser.transcribe(mulaw, leaning_harder(context))
            better = self.meaning([one.text for one in again], expecting)
            if is_better(better, meaning):
                return again, better
        elif found and is_doubtful(meaning, context.expecting):
            closely = self._recogniser.transcribe(
                mulaw, listening_closely(context), n_best=CLOSELY_BEST
            )
            both = together(found, closely)
            clearer = self.meaning([one.text for one in both], expecting)
            if is_clearer(clearer, meaning):
                return led_by(clearer.text, both), clearer
        return found, meaning


def edits(said: Sequence[str], heard: Sequence[str]) -> int:
    """Words to insert, leave out or exchange to come from the one to the other."""
    row = list(range(len(heard) + 1))
    for at, word in enumerate(said, 1):
        above, row = row, [at]
        for column, other in enumerate(heard, 1):
            row.append(min(above[column] + 1, row[-1] + 1, above[column - 1] + (word != other)))
    return row[-1]


def gist(acts: Sequence[Act]) -> tuple[object, ...]:
    """The acts as far as they decide what happens."""
    found: list[object] = []
    for act in acts:
        if isinstance(act, NotOnMenu):
            found.append(NotOnMenu)
        elif isinstance(act, Unclear):
            found.append((Unclear, act.candidates, act.line))
        elif not isinstance(act, (Hello, Thanks)):
            found.append(act)
    return tuple(found)


def measure_commands(
    listener: Listener, commands: Sequence[Command], *, show_errors: bool
) -> Tally:
    """Listen to all and count."""
    tally = Tally()
    for command in commands:
        began = time.process_time()
        found, heard = listener.hear(command.mulaw, command.expecting)
        tally.cpu_seconds.append(time.process_time() - began)
        said = listener.meaning(command.text, command.expecting)
        tally.words += len(command.text.split())
        best = found[0].text if found else ""
        tally.wrong_words += edits(command.text.split(), best.split())
        tally.asked[command.expecting] += 1
        if gist(said.acts) == gist(heard.acts):
            continue
        tally.wrong[command.expecting] += 1
        tally.turned += _has(said, Affirm) and _has(heard, Deny) and not _has(said, Deny)
        tally.turned += _has(said, Deny) and _has(heard, Affirm) and not _has(said, Affirm)
        invented = _has(heard, *_ORDERS) and not _has(said, *_ORDERS)
        tally.invented += invented
        tally.lost += not heard.acts
        if show_errors:
            sign = "!" if invented else " "
            print(f" {sign}{command.name} {command.expecting}: {command.text!r}")
            print(f"      heard {[one.text for one in found]}")
            print(f"      took {heard.text!r} ({heard.confidence:.2f}): {gist(heard.acts)}")
    return tally


def report_commands(tally: Tally) -> None:
    """A few lines of figures."""
    wrong, asked = tally.wrong.total(), tally.asked.total()
    print(f"meant right       {1 - wrong / asked:6.1%}   of {asked}")
    for expecting, count in sorted(tally.asked.items()):
        print(f"  {expecting:<15} {1 - tally.wrong[expecting] / count:6.1%}   of {count}")
    costs = sorted(tally.cpu_seconds)
    print(
        f"yes and no turned {tally.turned}, orders invented {tally.invented}, "
        f"nothing understood {tally.lost}; "
        f"cost {1000 * costs[len(costs) // 2]:.0f} ms each, slowest {1000 * costs[-1]:.0f} ms"
    )


def _has(meaning: Meaning, *kinds: type[Act]) -> bool:
    return any(isinstance(act, kinds) for act in meaning.acts)

"""What the parts of the mind share in one call: the tools, the wording, the memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from servizio.agents.local.dialogue import Ask, Dialogue, Doubt
from servizio.agents.local.spoken_figures import order_number_words, says_order_number, speakable
from servizio.agents.local.wording import Wording, sentence
from servizio.agents.protocol import Spoken
from servizio.agents.tools import Tools
from servizio.language.meaning import Change, Target
from servizio.shop.availability import Availability, can_be_made
from servizio.shop.line import Amount, Choice, Line
from servizio.shop.menu import Menu, ModifierGroup

Result = dict[str, Any]


class Talk:
    """One conversation: reads from the desk, acts through the tools, collects what to say."""

    def __init__(self, tools: Tools, wording: Wording, calling_number: str | None) -> None:
        self.tools = tools
        self.desk = tools.desk
        self.menu: Menu = tools.desk.menu
        self.wording = wording
        self.calling_number = calling_number
        self.state = Dialogue()
        self.notes: list[str] = []
        """Sentences of the reply that is being made, before the next question."""

    async def do(self, tool: str, **arguments: Any) -> Result:
        """Call a tool."""
        first, before = len(self.confirmed), len(self.lines)
        result = await self.tools.call(tool, arguments)
        if result["ok"] and len(self.lines) != before:
            self._remember_whose(tool, arguments.get("index"), first)
        return result

    def _remember_whose(self, tool: str, index: object, first: int) -> None:
        """Keep to whom each line belongs as lines come and go; `first`: lines agreed to before."""
        state = self.state
        whose = state.whose
        state.changed_place = 0
        if tool == "add_to_cart":
            line = self.lines[-1]
            said = next((one for one in state.whose_said if one[0].item == line.item), None)
            if said is not None:
                state.whose_said.remove(said)
            whose += [""] * (len(self.lines) - 1 - len(whose))
            whose.append(said[1] if said is not None else "")
            state.changed_place = len(self.lines)
        elif isinstance(index, int):
            place = first + index if tool == "clear_pending_item" else index
            del whose[place - 1 : place]
        elif tool == "clear_pending_item":
            del whose[first:]
        else:
            # Equal lines have become one, and nobody knows whose it is.
            whose.clear()

    def note(self, key: str, **values: str) -> None:
        """Say one of our own sentences."""
        self.notes.append(self.wording.say(key, **values))

    def note_result(self, result: Result, key: str = "error") -> None:
        """Say the sentence that a tool answered with, its figures in words."""
        text = speakable(str(result.get(key, ""))).strip()
        if text:
            self.notes.append(sentence(text if text[-1] in ".!?" else f"{text}."))

    def note_order_number(self, unless_in: Sequence[Spoken] = ()) -> None:
        """Say the number of this call's order, unless the customer has heard it there."""
        number = self.desk.order_number
        heard = (each.text for each in unless_in if each.role == "agent")
        if number is not None and not any(says_order_number(each, number) for each in heard):
            self.note("your_number", number=order_number_words(number))

    def doubt(self, doubt: Doubt) -> None:
        """Something to be cleared up before anything else is asked."""
        if doubt not in self.state.doubts:
            self.state.doubts.append(doubt)

    # The lines: those in the cart first, then those staged; places count from 1

    @property
    def confirmed(self) -> tuple[Line, ...]:
        """What the customer has agreed to."""
        return tuple(self.desk.cart.lines)

    @property
    def staged(self) -> tuple[Line, ...]:
        """What was said and not agreed to yet."""
        return tuple(self.desk.cart.pending)

    @property
    def lines(self) -> tuple[Line, ...]:
        """All of them."""
        return self.confirmed + self.staged

    def is_agreed(self, line: Line) -> bool:
        """Whether the cart has this line already, or one that says more than it."""
        return any(
            one.item == line.item
            and one.quantity == line.quantity
            and set(line.choices) <= set(one.choices)
            for one in self.confirmed
        )

    def goes_unsaid(self, choice: Choice) -> bool:
        """Whether the choice is what there is where nothing is chosen: "regular ice"."""
        default = self.menu.group(choice.group).default
        return default is not None and choice == Choice(choice.group, default)

    def first_staged(self) -> int:
        """The place of the first staged line."""
        return len(self.confirmed) + 1

    def is_staged(self, place: int) -> bool:
        """Whether the line at this place is not agreed to yet."""
        return place > len(self.confirmed)

    def places(self, target: Target) -> tuple[int, ...]:
        """The lines that can be meant, staged ones before confirmed ones."""
        lines = self.lines
        every = range(1, len(lines) + 1)
        pool = [place for place in every if self.is_staged(place)] or list(every)
        if target.all:
            return tuple(pool)
        if target.place is not None:
            return (target.place,) if target.place in every else ()
        if target.index is not None:
            place = target.index if target.index > 0 else len(lines) + 1 + target.index
            return (place,) if place in every else ()
        if target.item is not None:
            named = [place for place in every if lines[place - 1].item == target.item]
            return tuple(place for place in named if place in pool) or tuple(named)
        at_hand = self.state.at_hand
        return (at_hand,) if at_hand in pool else tuple(pool[-1:])

    @property
    def whose(self) -> tuple[str, ...]:
        """Whom each line is for; empty where nobody was named for any of them."""
        known = self.state.whose[: len(self.lines)]
        return (*known, *([""] * (len(self.lines) - len(known)))) if any(known) else ()

    def other_place(self) -> int:
        """Place of the line, of two, that was not spoken of last; 0: there is none."""
        every = range(1, len(self.lines) + 1)
        pool = [place for place in every if self.is_staged(place)] or list(every)
        if len(pool) == 1:
            pool = list(every)
        last = self.state.changed_place or len(self.lines)
        left = [place for place in pool if place != last]
        return left[0] if len(pool) > 1 and len(left) == 1 else 0

    def keep_at_hand(self, place: int) -> None:
        """What is said next without naming a line is about this one."""
        self.state.at_hand = place

    @property
    def asks_for_number(self) -> bool:
        """Whether the open question is about the telephone number."""
        return self.state.ask in {Ask.PHONE, Ask.PHONE_CHECK}

    # What can be had

    @property
    def there(self) -> Availability:
        """What is sold out now."""
        return self.desk.cart.availability

    @property
    def room(self) -> int:
        """How many more items the order may have."""
        return self.desk.cart.max_items - sum(line.quantity for line in self.lines)

    def is_sold_out(self, thing_id: str) -> bool:
        """Whether the item or modifier cannot be had now."""
        if self.menu.has_item(thing_id):
            return not can_be_made(self.menu, self.there, self.menu.item(thing_id))
        return not self.there.has(thing_id)

    def groups(self, line: Line) -> tuple[ModifierGroup, ...]:
        """The modifier groups of a line's item."""
        return self.menu.groups_of(self.menu.item(line.item))


def with_choices(menu: Menu, line: Line, choices: Sequence[Choice]) -> Line:
    """The line after the customer has named these choices too.

    Of a group with a single choice the newer one stays. Leaving out what was chosen takes
    the choice back; leaving out what was never chosen is kept, as the kitchen must know.
    """
    kept = list(line.choices)
    allowed = menu.item(line.item).modifier_groups
    for choice in choices:
        if choice.group not in allowed:
            continue
        same = [one for one in kept if _same(one, choice)]
        single = menu.group(choice.group).max == 1
        if single and choice.amount is Amount.NONE and not same and _has_group(kept, choice.group):
            # "Not extra", of a drink with less ice: the ice stays as it is.
            continue
        kept = [
            one for one in kept if one not in same and not (single and one.group == choice.group)
        ]
        taken_back = choice.amount is Amount.NONE and any(
            one.amount is not Amount.NONE for one in same
        )
        if not taken_back:
            kept.append(choice)
    return Line(line.item, line.quantity, tuple(kept))


def with_item(menu: Menu, line: Line, item_id: str) -> Line:
    """The line with another item, and those of its choices that the other can have."""
    allowed = menu.item(item_id).modifier_groups
    kept = tuple(choice for choice in line.choices if choice.group in allowed)
    return Line(item_id, line.quantity, kept)


def changed(menu: Menu, line: Line, act: Change) -> Line:
    """The line after the change."""
    if act.item is not None:
        line = with_item(menu, line, act.item)
    line = with_choices(menu, line, act.choices)
    if act.quantity is not None and act.quantity > 0:
        line = replace(line, quantity=act.quantity)
    return line


def _has_group(choices: Sequence[Choice], group: str) -> bool:
    return any(one.group == group and one.amount is not Amount.NONE for one in choices)


def _same(one: Choice, other: Choice) -> bool:
    return (one.group, one.modifier) == (other.group, other.modifier)

"""What a customer takes from the agent's words: which question it is, which order was read.

It knows the menu and plain English, and nothing of how the agent decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from servizio.agents.local.spoken_figures import number_words, speakable
from servizio.agents.local.wording import modifier_words, plural
from servizio.shop.line import Amount, Choice, Line
from servizio.shop.menu import Menu

_DIGITS = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
    "seven": "7", "eight": "8", "nine": "9",
}  # fmt: skip
_AMOUNTS = {"no": Amount.NONE, "light": Amount.LIGHT, "extra": Amount.EXTRA}
_TIMES = {"double": 2, "triple": 3}


class Asked(StrEnum):
    """What the agent wants to know."""

    ORDER = "order"
    RIGHT = "right"
    NUMBER_RIGHT = "number_right"
    MORE = "more"
    CHANGE = "change"
    GROUP = "group"
    WHICH = "which"
    OFFER = "offer"
    PHONE = "phone"
    REST = "rest"
    PICKUP = "pickup"
    THERE = "there"
    PERSON = "person"
    CANCEL = "cancel"
    OVER = "over"
    """The order has a number."""
    GOODBYE = "goodbye"
    UNKNOWN = "unknown"


# The last question counts; the first pattern that fits it, in this order.
_QUESTIONS: tuple[tuple[Asked, str], ...] = (
    (Asked.PERSON, r"put you through|talk to a person|speak to (somebody|a person)"),
    (Asked.CANCEL, r"cancel (the|your|this)|start the whole order again|start all over"),
    (Asked.RIGHT, r"is (that|this) (right|correct)|get that right|order (right|correct)\?"),
    (Asked.RIGHT, r"order as i read it right"),
    (Asked.PHONE, r"what number|good number|phone number|which number|number should it be"),
    (Asked.PHONE, r"start the number again|say the number|the number, then|number once more"),
    (Asked.CHANGE, r"what should (i change|it be|be different)|tell me what should"),
    (Asked.CHANGE, r"change it how|how to change that|another way|what was it"),
    (Asked.MORE, r"anything else|what else|something else|anything more|hear about"),
    (Asked.PICKUP, r"pickup or delivery|pick it up"),
    (Asked.THERE, r"still there|^hello\?$|can you hear me|can't hear"),
    (Asked.WHICH, r"did you mean|which one|do you mean|^was (that|it) |^sorry, .* or .*\?"),
    (
        Asked.OFFER,
        r"would you like (that|one|it)|shall i|should i|how about|may i suggest|(again|same),.*\?",
    ),
    (Asked.ORDER, r"can i get (for )?you|would you like( to order)?\?|get (you )?started"),
    (Asked.REST, r"and the rest|go on|and then|so far i have"),
)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a customer understood."""

    text: str
    asked: Asked
    lines: tuple[Line, ...] = ()
    """The order that was read, if any."""
    digits: str = ""
    """The telephone number that was read, if any."""
    missed: bool = False
    """The agent said that it did not understand."""


class Reading:
    """Understands an agent that speaks of one menu."""

    def __init__(self, menu: Menu) -> None:
        self._menu = menu
        self._names: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        for item in menu.items:
            name = speakable(item.name)
            for form in {name, plural(name)}:
                self._note(form, ("", item.id))
        for group in menu.modifier_groups:
            for modifier in group.modifiers:
                for form in {modifier_words(group, modifier), speakable(modifier.name)}:
                    self._note(form, (group.id, modifier.id))
        self._longest = max(map(len, self._names))
        self._counts = {tuple(_words(number_words(n))): n for n in range(1, 41)}
        self._prompts = [
            (re.compile(re.escape(speakable(group.prompt).lower().rstrip("?. "))), group.id)
            for group in menu.modifier_groups
            if group.prompt
        ]

    def _note(self, form: str, meaning: tuple[str, str]) -> None:
        known = self._names.setdefault(tuple(_words(form)), [])
        if meaning not in known:
            known.append(meaning)

    def hear(self, text: str) -> Heard:
        """Understand everything that the agent said in one go."""
        lower = text.lower()
        missed = bool(
            re.search(r"didn't (catch|get)|missed that|still didn't|trouble hearing", lower)
        )
        digits = self._number(lower)
        asked = self._asked(lower, bool(digits))
        lines = () if digits else tuple(self._last_lines(lower))
        return Heard(text, asked, lines, digits, missed)

    def _last_lines(self, lower: str) -> list[Line]:
        """What was told last, without what was said before to the half that was heard first: "One
        taro. Any toppings? OK, one taro with boba. Is that right?"."""
        spoken = [part for part in lower.split("?") if part.strip()]
        return list(self.lines(spoken[-1]) if spoken else ()) or list(self.lines(lower))

    def groups_asked(self, text: str) -> list[str]:
        """Ids of the modifier groups whose question is in the text."""
        return [group for prompt, group in self._prompts if prompt.search(text.lower())]

    def named(self, text: str) -> list[tuple[str, str]]:
        """Everything of the menu that is named: group and modifier, or blank and item."""
        words, at, found = _words(text.lower()), 0, []
        while at < len(words):
            size, meanings = self._at(words, at)
            if size:
                found += meanings
            at += size or 1
        return found

    def _asked(self, lower: str, number_read: bool) -> Asked:
        if re.search(r"order number (is|stays)|number is still|it's order number", lower):
            return Asked.OVER
        # What was asked last is what has to be answered.
        for sentence in reversed(re.findall(r"[^.?!]+[.?!]?", lower)):
            clean = sentence.strip()
            if any(prompt.search(clean) for prompt, _ in self._prompts):
                return Asked.GROUP
            for asked, pattern in _QUESTIONS:
                if re.search(pattern, clean):
                    is_number = asked is Asked.RIGHT and number_read
                    return Asked.NUMBER_RIGHT if is_number else asked
        if re.search(r"goodbye|bye|put you through", lower):
            return Asked.GOODBYE
        return Asked.UNKNOWN

    @staticmethod
    def _number(lower: str) -> str:
        runs: list[str] = [""]
        for word in _words(lower):
            if word in _DIGITS:
                runs[-1] += _DIGITS[word]
            elif runs[-1]:
                runs.append("")
        longest = max(runs, key=len)
        return longest if len(longest) >= 7 else ""

    def lines(self, text: str) -> list[Line]:
        """The lines of an order that is read out; what has no quantity is none."""
        words, at = _words(text.lower()), 0
        lines: list[_Open] = []
        amount, count = Amount.REGULAR, 1
        current: _Open | None = None
        while at < len(words):
            size, meanings = self._at(words, at)
            if size:
                if current is not None:
                    current.take(meanings, self._menu, amount, count)
                amount, count = Amount.REGULAR, 1
            else:
                size, number = self._count_at(words, at)
                if number and words[at + size : at + size + 1] == ["times"]:
                    count, size = number, size + 1
                elif number:
                    current = _Open(number)
                    lines.append(current)
                elif words[at] in _AMOUNTS:
                    amount = _AMOUNTS[words[at]]
                elif words[at] in _TIMES:
                    count = _TIMES[words[at]]
                elif words[at] not in {"with", "and", "topping"}:
                    current = None if current and current.item else current
            at += size or 1
        return [line.closed() for line in lines if line.item]

    def _at(self, words: list[str], at: int) -> tuple[int, list[tuple[str, str]]]:
        for size in range(min(self._longest, len(words) - at), 0, -1):
            meanings = self._names.get(tuple(words[at : at + size]))
            if meanings:
                return size, meanings
        return 0, []

    def _count_at(self, words: list[str], at: int) -> tuple[int, int]:
        for size in (2, 1):
            number = self._counts.get(tuple(words[at : at + size]))
            if number:
                return size, number
        return 0, 0


class _Open:
    """A line while it is being read."""

    def __init__(self, quantity: int) -> None:
        self.quantity = quantity
        self.item = ""
        self._named: list[tuple[list[tuple[str, str]], Amount, int]] = []
        self._menu: Menu | None = None

    def take(self, meanings: list[tuple[str, str]], menu: Menu, amount: Amount, count: int) -> None:
        """A name was read: the item where there is none yet, a modifier otherwise."""
        self._menu = menu
        items = [name for group, name in meanings if not group]
        modifiers = [meaning for meaning in meanings if meaning[0]]
        if items and not self.item:
            self.item = items[0]
        elif modifiers:
            self._named.append((modifiers, amount, count))

    def closed(self) -> Line:
        """The line, with each modifier in a group that the item has."""
        assert self._menu is not None
        groups = self._menu.item(self.item).modifier_groups
        choices = []
        for meanings, amount, count in self._named:
            fitting = [one for one in meanings if one[0] in groups] or meanings
            choices.append(Choice(*fitting[0], amount, count))
        return Line(self.item, self.quantity, tuple(choices))


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9'&%]+", text.lower().replace("-", " "))

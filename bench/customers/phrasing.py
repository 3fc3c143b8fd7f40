"""How customers put things: an order, a telephone number, yes, no, and asking again.

A stretch of dots in what is said is a pause; what is typed has none.
"""

from __future__ import annotations

import re
from random import Random

from servizio.agents.local.spoken_figures import number_words, speakable
from servizio.agents.local.wording import modifier_words, plural, with_article
from servizio.shop.line import Amount, Choice, Line
from servizio.shop.menu import Item, Menu

DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_AHEAD = frozenset({"size", "temperature"})
_FRAMES = (
    "can I get {}", "I'd like {} please", "could I have {}", "let me get {}", "{} please",
    "I'll have {}", "can I please have {}", "hi, I'd like {}", "I want {}",
)  # fmt: skip
_ADDING = ("and {}", "can I also get {}", "yes, {}", "yeah, and {}", "also {}", "and {} please")
_CHATTY = (
    "hi there, how are you doing? I'd like {} if that's okay",
    "hello, good afternoon. so I'm coming by later with a friend, and we'd love {}",
    "oh hey, my sister told me about you guys. could I please get {}",
    "hi, yes, I was wondering if I could order {} for pickup please",
)
_HESITANT = (
    "um, can I, uh, get {}", "uh, hi... I'd like, um, {}", "so, um... let me see... {} please",
    "uh... can I have... {}",
)  # fmt: skip

YES = ("yes", "yeah", "yep", "that's right", "yes that's right", "correct", "yes please", "perfect")
DONE = (
    "that's all", "no that's it", "no thanks", "that's everything", "nope that's all",
    "no, that's all thank you", "no", "that'll be all",
)  # fmt: skip
AGAIN = (
    "what?", "sorry, what was that?", "can you say that again?", "pardon?", "say again?",
    "sorry, I didn't hear you", "what did you say?", "could you repeat that please",
)  # fmt: skip
BYE = ("thank you, bye", "thanks, goodbye", "okay bye", "great, thank you, bye bye")
STRANGE = (
    "a mango smoothie", "a hot dog", "a strawberry lemonade", "a caesar salad", "a diet coke",
    "some chicken wings", "a banana split", "a glass of red wine",
)  # fmt: skip
QUESTIONS = (
    "how long will it take?", "how much is {}?", "what time do you close?", "do you have {}?",
    "where are you located?", "what do you have?", "is it possible to pay by card?",
    "how much is it so far?",
)  # fmt: skip

_PHONE_STYLES = {
    "plain": 30, "plain pairs": 12, "double": 14, "oh": 16, "breaths": 8, "flat": 14, "one": 6,
}  # fmt: skip
"""How often people put a number which way."""


def line_said(
    menu: Menu, line: Line, rng: Random, *, terse: bool = False, nick: float = 0.25
) -> str:
    """A line as a customer says it: "two taro milk teas with boba and no ice"."""
    item = menu.item(line.item)
    name = speakable(item.name)
    nicknames = _nicknames(menu, item)
    if nicknames and rng.random() < nick:
        name = speakable(rng.choice(nicknames))
    ahead, along = [], []
    for choice in line.choices:
        words = choice_said(menu, choice, rng, nick=nick)
        group = menu.group(choice.group).name.lower().split()[-1]
        is_ahead = group in _AHEAD and choice.amount is Amount.REGULAR
        (ahead if is_ahead else along).append(words)
    head = " ".join([*ahead, name if line.quantity == 1 else plural(name)])
    if line.quantity > 1:
        head = f"{number_words(line.quantity)} {head}"
    elif not terse:
        head = rng.choice((with_article(head), with_article(head), f"one {head}"))
    if not along:
        return head
    if terse:
        return ", ".join([head, *along])
    lone = [words for words in along if words.startswith("no ")]
    other = [words for words in along if not words.startswith("no ")]
    said = head
    if other:
        said += f" with {joined(other)}"
    if lone:
        said += (" and " if other else " with " if rng.random() < 0.5 else ", ") + joined(lone)
    return said


def _nicknames(menu: Menu, item: Item) -> list[str]:
    """Other names of an item, but none that names a modifier too: "taro boba tea"."""
    modifiers = {
        name.lower()
        for group in menu.groups_of(item)
        for modifier in group.modifiers
        for name in (modifier.name, *modifier.aliases)
    }
    own = item.name.lower().split()
    return [
        alias
        for alias in item.aliases
        if not any(word in modifiers and word not in own for word in alias.lower().split())
    ]


def choice_said(menu: Menu, choice: Choice, rng: Random, *, nick: float = 0.25) -> str:
    """A modifier as a customer says it: "extra boba", "half sugar"."""
    group = menu.group(choice.group)
    modifier = group.modifier(choice.modifier)
    words = modifier_words(group, modifier)
    if words.endswith(" percent sweetness"):
        words = words.removesuffix("sweetness") + rng.choice(("sugar", "sweet", "sweetness"))
    if modifier.aliases and choice.amount is Amount.REGULAR and rng.random() < nick:
        words = speakable(rng.choice(modifier.aliases))
    if choice.amount is Amount.NONE:
        return f"no {words}"
    if choice.amount is not Amount.REGULAR:
        words = f"{choice.amount.value} {words}"
    return f"{('', 'double', 'triple')[choice.count - 1]} {words}".strip()


def joined(parts: list[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def order_said(lines: list[str], rng: Random, *, manner: str, first: bool) -> str:
    """A sentence that orders these."""
    what = joined(lines)
    if manner == "terse":
        return what
    if manner == "chatty" and first:
        return rng.choice(_CHATTY).format(what)
    if manner == "hesitant":
        # People stop before the words that matter.
        what = re.sub(
            r" (with|and) ", lambda found: f" {found[1]}{rng.choice(('', '... ', ', um, '))} ", what
        )
        return rng.choice(_HESITANT).format(what)
    return rng.choice(_FRAMES if first else _ADDING).format(what)


def phone_said(phone: str, rng: Random) -> list[str]:
    """A number as a customer says it; two utterances where it is said in two breaths."""
    digits = phone[-10:]
    a, b, c = digits[:3], digits[3:6], digits[6:]
    style = rng.choices(tuple(_PHONE_STYLES), tuple(_PHONE_STYLES.values()))[0]
    zero = "oh" if style in {"oh", "double", "breaths"} else "zero"
    if style == "plain pairs":
        return [f"{_each(a)}, {_each(b)}, {_each(c[:2])}, {_each(c[2:])}"]
    if style == "double":
        return [", ".join(_doubled(part) for part in (a, b, c))]
    if style == "flat":
        return [_each(digits)]
    if style == "one":
        return [f"it's one, {_each(a)}, {_each(b)}, {_each(c)}"]
    groups = [_each(part, zero) for part in (a, b, c)]
    if style == "breaths":
        return [f"it's {groups[0]}", f"{groups[1]}, {groups[2]}"]
    opening = rng.choice(("", "", "it's ", "my number is ", "sure, ", "yeah, it's "))
    return [opening + ", ".join(groups)]


def _each(digits: str, zero: str = "zero") -> str:
    return " ".join(zero if digit == "0" else DIGITS[int(digit)] for digit in digits)


def _doubled(digits: str) -> str:
    said, at = [], 0
    while at < len(digits):
        word = "oh" if digits[at] == "0" else DIGITS[int(digits[at])]
        if digits[at : at + 2] == digits[at] * 2:
            said.append(f"double {word}")
            at += 2
        else:
            said.append(word)
            at += 1
    return " ".join(said)


def typed(said: str) -> str:
    """What is said, as a perfect recogniser would write it."""
    words = re.sub(r"[^a-z0-9'%& -]+", " ", said.lower().replace("-", " "))
    return " ".join(words.split())

"""What an utterance can mean. The language room produces these values, the mind acts on them.

An utterance is a sequence of acts, in the order in which they were said: "yes, and make the
second one no ice, how long will it take?" is `Affirm`, `Change`, `Question`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from servizio.shop.line import Choice, Line


class Expecting(StrEnum):
    """What the agent just asked, which decides what "five" or "no" can mean."""

    ANYTHING = "anything"
    ORDER = "order"
    """"What can I get you?" or "anything else?"."""
    MODIFIER = "modifier"
    """"Any toppings?": a choice for the staged line, or none."""
    YES_NO = "yes_no"
    PHONE_NUMBER = "phone_number"
    ORDER_NUMBER = "order_number"
    NAME = "name"
    ADDRESS = "address"
    FULFILMENT = "fulfilment"
    TABLE = "table"
    """Anything that somebody in a restaurant says to whoever reserves a table there."""


class Topic(StrEnum):
    """What a question is about."""

    MENU = "menu"
    PRICE = "price"
    INGREDIENTS = "ingredients"
    """What is in it, what it is, allergens."""
    AVAILABILITY = "availability"
    """"Do you have ...?"."""
    HOURS = "hours"
    LOCATION = "location"
    PARKING = "parking"
    DELIVERY = "delivery"
    PAYMENT = "payment"
    WAIT = "wait"
    """"How long will it take?"."""
    ORDER_STATUS = "order_status"
    CART = "cart"
    """"What do I have so far?", "read that back"."""
    TOTAL = "total"
    """"How much is that?" about the whole order."""
    RECOMMENDATION = "recommendation"
    ORDER_NUMBER = "order_number"
    """"What was my number again?"."""


@dataclass(frozen=True, slots=True)
class Target:
    """Which line an act is about: the line the customer means, not yet looked up."""

    index: int | None = None
    """Place in the order from 1; -1 is the last one. "The second one" is 2."""
    item: str | None = None
    """Id of the item named: "the taro"."""
    all: bool = False
    """"Both", "all of them", "everything"."""
    place: int | None = None
    """Place in the order, from 1, of the one line that the words describe: "the one with
    pudding". Whatever is in it, unlike `index`."""


@dataclass(frozen=True, slots=True)
class Add:
    """New lines for the order."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """Change a line already spoken of. An empty target is the line just spoken of."""

    target: Target
    choices: tuple[Choice, ...] = ()
    """Modifiers to put on, replace or (`Amount.NONE`) leave out."""
    quantity: int | None = None
    """"Make that three"."""
    item: str | None = None
    """"Change it to a black milk tea": the new item's id."""
    some: int | None = None
    """Of how many of the line: "make one of the four no ice"; `None`: all of it."""


@dataclass(frozen=True, slots=True)
class Remove:
    """Take a line off the order."""

    target: Target
    quantity: int | None = None
    """How many of it: "take off one of the taros"; `None`: the whole line."""


@dataclass(frozen=True, slots=True)
class StartOver:
    """ "Forget all that, let me start again": empty the order, the call goes on."""


@dataclass(frozen=True, slots=True)
class CancelOrder:
    """ "Cancel my order": also one placed already."""


@dataclass(frozen=True, slots=True)
class Affirm:
    """Yes, in any of its forms: "yep", "sounds good", "that's right"."""


@dataclass(frozen=True, slots=True)
class Deny:
    """No, in any of its forms: "nope", "that's wrong", "none", "no thanks"."""


@dataclass(frozen=True, slots=True)
class Done:
    """ "That's all", "nothing else": the order is complete."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something the customer wants to know."""

    topic: Topic
    item: str | None = None
    """Id of the item asked about."""
    modifier: str | None = None
    """Id of the modifier asked about."""
    detail: str = ""
    """For hours: a day (`monday` ... `sunday`, `today`, `tomorrow`) or `now`. For the menu: a
    group or category id. For ingredients: what is asked to be in it, `contents` for anything that
    menus do not tell of. Otherwise empty."""


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """Digits of a telephone number, perhaps not all of them yet."""

    digits: str
    complete: bool
    """Whether these digits alone can be a whole number."""


@dataclass(frozen=True, slots=True)
class UseCallingNumber:
    """ "The one I'm calling from", "this number"."""


@dataclass(frozen=True, slots=True)
class OrderNumber:
    """The four digits of an order."""

    digits: str


@dataclass(frozen=True, slots=True)
class Name:
    """What the customer is called. As heard: never spoken unless it is on the line already."""

    name: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """Have it brought; the address may come later."""

    address: str | None = None


@dataclass(frozen=True, slots=True)
class Pickup:
    """Fetch it at the shop."""


@dataclass(frozen=True, slots=True)
class WantedAt:
    """Wants it at a time of day, or in a while: "for five thirty", "in half an hour"."""

    words: str
    """As heard, to be logged."""


@dataclass(frozen=True, slots=True)
class AskPerson:
    """Wants to speak with a human being."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """ "Sorry?", "say that again"."""


@dataclass(frozen=True, slots=True)
class Hello:
    """A greeting, or "hello? are you there?"."""


@dataclass(frozen=True, slots=True)
class Wait:
    """ "Hold on", "one second", "let me think"."""


@dataclass(frozen=True, slots=True)
class Thanks:
    """Thanks that are not also a goodbye."""


@dataclass(frozen=True, slots=True)
class Goodbye:
    """The customer is about to hang up."""


@dataclass(frozen=True, slots=True)
class Frustration:
    """Anger or despair about the conversation: a person should be offered."""


@dataclass(frozen=True, slots=True)
class NotOnMenu:
    """Something was ordered or asked for that the menu does not have."""

    words: str
    """As heard: to be logged, never to be spoken."""
    nearest: str | None = None
    """Id of the item or modifier that comes closest; `None`: nothing is near."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Words that can mean several things of the menu: to be asked about, not guessed."""

    words: str
    candidates: tuple[str, ...]
    """Ids of items or modifiers, likeliest first."""
    line: Line | None = None
    """The line as it would be with the first candidate, where the words were to be an item:
    the answer to the question completes it. `None`: a modifier, or nothing was ordered."""


Act = (
    Add
    | Change
    | Remove
    | StartOver
    | CancelOrder
    | Affirm
    | Deny
    | Done
    | Question
    | PhoneNumber
    | UseCallingNumber
    | OrderNumber
    | Name
    | Delivery
    | Pickup
    | WantedAt
    | AskPerson
    | Repeat
    | Hello
    | Wait
    | Thanks
    | Goodbye
    | Frustration
    | NotOnMenu
    | Unclear
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What was understood of one utterance."""

    text: str
    """The hypothesis that was chosen, lower case."""
    acts: tuple[Act, ...]
    """In the order in which they were said. Empty: not understood."""
    confidence: float
    """0 to 1: how much of what was said is explained, and how exactly it matched."""
    leftover: tuple[str, ...] = ()
    """Words that carry meaning and were not understood. Never spoken."""
    unfinished: bool = False
    """Whether the customer will go on: ends in "and", "um", or amid a phone number."""
    amid_name: bool = False
    """Whether it may go on: ends in the first words of a name, as "with egg" of egg pudding."""
    plain: bool = False
    """Whether what is ordered or changed was said to be without toppings: "nothing in it"."""
    set_aside: frozenset[str] = frozenset()
    """Ids of modifiers that were only taken back, or that others came in place of: "pudding
    instead of boba". They are left out of what has them, and of nothing else."""
    whose: tuple[str, ...] = ()
    """Whom each of `lines` is for ("me", "husband", "tom"); empty where nobody is named."""

    @property
    def lines(self) -> tuple[Line, ...]:
        """All lines newly ordered in the utterance."""
        return tuple(line for act in self.acts if isinstance(act, Add) for line in act.lines)

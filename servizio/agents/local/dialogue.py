"""What the mind remembers of a conversation: the open question, doubts, and what was heard.

The order itself is not here. It lives at the desk, and every question is worked out afresh
from it, so that no order of events can lead to a question without an answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from servizio.language.meaning import Change, Expecting, Remove
from servizio.shop.line import Choice, Line


class Ask(StrEnum):
    """The question that is open."""

    ORDER = "order"
    """"What can I get you?"."""
    MORE = "more"
    """"Anything else?", with something in the cart."""
    GROUP = "group"
    """"Any toppings?", or a choice that must be made."""
    READ_BACK = "read_back"
    """"One taro milk tea with boba. Is that right?"."""
    CHANGE_WHAT = "change_what"
    """"What should I change?", after a no to the read-back."""
    DOUBT = "doubt"
    """About the first of `Dialogue.doubts`."""
    FULFILMENT = "fulfilment"
    ADDRESS = "address"
    ADDRESS_CHECK = "address_check"
    PHONE = "phone"
    PHONE_CHECK = "phone_check"
    STATUS_NUMBER = "status_number"
    """"What is the order number?", of an order of another call."""
    AFTER = "after"
    """The order is placed; nothing needs an answer."""


EXPECTED: dict[Ask, Expecting] = {
    Ask.ORDER: Expecting.ORDER,
    Ask.MORE: Expecting.ORDER,
    Ask.GROUP: Expecting.MODIFIER,
    Ask.READ_BACK: Expecting.YES_NO,
    Ask.CHANGE_WHAT: Expecting.ORDER,
    Ask.DOUBT: Expecting.YES_NO,
    Ask.FULFILMENT: Expecting.FULFILMENT,
    Ask.ADDRESS: Expecting.ADDRESS,
    Ask.ADDRESS_CHECK: Expecting.YES_NO,
    Ask.PHONE: Expecting.PHONE_NUMBER,
    Ask.PHONE_CHECK: Expecting.PHONE_NUMBER,
    Ask.STATUS_NUMBER: Expecting.ORDER_NUMBER,
    Ask.AFTER: Expecting.ANYTHING,
}
"""What the next utterance probably is, after each question."""


@dataclass(frozen=True, slots=True)
class WhichThing:
    """Words that can be several things of the menu: "did you mean X or Y?"."""

    candidates: tuple[str, ...]
    """Ids, likeliest first."""
    line: Line | None = None
    """The line to be ordered once its item is known; `None` for a modifier."""


@dataclass(frozen=True, slots=True)
class OfferedLine:
    """Something the customer may want, or have instead of what cannot be had."""

    line: Line
    manner: str = "offer_item"
    """The sentence that offers it."""


@dataclass(frozen=True, slots=True)
class TheUsual:
    """What the customer had the last time: "the usual?"."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class OfferedChoice:
    """A modifier instead of one that cannot be had, for the line just spoken of."""

    choice: Choice
    place: int
    """Of the line among all lines, from 1."""


@dataclass(frozen=True, slots=True)
class NeedsAnother:
    """A modifier that only goes with another one, which a yes adds."""

    modifier: Choice
    requires: Choice
    place: int
    """Of the line among all lines, from 1. It is there already, without the modifier."""


@dataclass(frozen=True, slots=True)
class TooMany:
    """More than an order may have: "shall I make it three?"."""

    line: Line
    """With as many as there is room for."""


@dataclass(frozen=True, slots=True)
class WhichLine:
    """A change that fits several lines: "which one?"."""

    act: Change | Remove
    places: tuple[int, ...]
    """Of the lines among all lines, from 1."""


@dataclass(frozen=True, slots=True)
class ChangeThis:
    """A change of a line already agreed to that was hardly said: "shall I make that X?"."""

    act: Change
    place: int
    """Of the line among all lines, from 1."""


@dataclass(frozen=True, slots=True)
class CancelWhole:
    """ "Cancel the whole order?"."""

    start_over: bool = False
    """Whether the customer wants to order afresh then."""


@dataclass(frozen=True, slots=True)
class PlaceNow:
    """ "Shall I place the order as it is?", of somebody who cannot be understood."""


@dataclass(frozen=True, slots=True)
class SpeakToPerson:
    """ "Shall I put you through to somebody?"."""


Doubt = (
    WhichThing
    | OfferedLine
    | TheUsual
    | OfferedChoice
    | NeedsAnother
    | TooMany
    | WhichLine
    | ChangeThis
    | CancelWhole
    | PlaceNow
    | SpeakToPerson
)


@dataclass(slots=True)
class Dialogue:
    """Everything the mind remembers of one call."""

    ask: Ask = Ask.ORDER
    groups: tuple[str, ...] = ()
    """Modifier groups just asked about."""
    asked_places: tuple[int, ...] = ()
    """Staged lines, from 1, that the question about a group is for."""
    passed: list[set[str]] = field(default_factory=list)
    """For each staged line the groups that need not be asked about any more."""
    doubts: list[Doubt] = field(default_factory=list)
    tries: int = 0
    """How often the open question was asked again without getting anywhere."""
    misses: int = 0
    """Utterances in a row that were not understood."""

    read: tuple[Line, ...] | None = None
    """The staged lines as they were last read back."""
    last_read: tuple[Line, ...] = ()
    """What was read back last, agreed to or not."""
    said: tuple[str, ...] = ()
    """The sentences last spoken."""
    must_hear: int = 0
    """How many of them must have reached the customer before a yes counts."""
    unheard: bool = False
    """Whether the customer spoke before those had been heard."""
    unsure: bool = False
    """The last utterance was understood with little confidence."""
    faint: bool = False
    """It was understood so, or was only a word or two, which may have been others."""
    at_hand: int = 0
    """Place of the line that was just put right; 0: the last one is spoken of."""
    changed_place: int = 0
    """Place of the line that was changed or ordered last; 0: not known."""
    whose: list[str] = field(default_factory=list)
    """Whom each line is for, as far as it was said; as long as the order, or shorter."""
    whose_said: list[tuple[Line, str]] = field(default_factory=list)
    """Lines of what is being dealt with, and whom they are for."""
    let_go: list[tuple[int, ...]] = field(default_factory=list)
    """Places of lines that the customer could not tell apart."""
    wrong: bool = False
    """The read-back was called wrong, and what is wrong was not said."""
    hearing_is_known: bool = False
    """Whether what the customer has heard of each reply is reported."""
    hearing_reported: bool = False
    """Whether it was for the last one."""
    aside: bool = False
    """Whether the last reply was not about the open question."""
    denials: int = 0
    """How often the read-back was called wrong without a word of what is."""

    agreements: int = 0
    """How often something was agreed to or changed after it was."""
    changed_now: bool = False
    """What was agreed to has been changed by what was just said."""
    telling: bool = False
    """Whether the last reply tells of such a change."""
    untold: bool = False
    """The customer has not heard of such a change: it went on speaking."""
    summed_up: tuple[Line, ...] = ()
    """The order as it was last said all together."""

    rest_lost: bool = False
    """The customer agreed to something, and what was said with it was not understood."""
    closing: bool = False
    """The customer wants nothing else."""
    leaving: bool = False
    """The customer has said goodbye although something is still open."""
    turned_back: int = 0
    """Times in a row that the customer wanted nothing although nothing is ordered."""
    digits: str = ""
    """Of a telephone number, as far as it was said."""
    part: str = ""
    """The last part of these."""
    phone_refused: int = 0
    number: str = ""
    """A whole telephone number that has not been called right yet."""
    doubtful_number: str = ""
    """A number with more digits than this country's have, heard once."""
    denied: str = ""
    """The number that was last called wrong: much of it will be right."""
    denied_times: int = 0
    number_wanted: bool = False
    """The customer wants another number than the one that was taken down."""
    address: str | None = None
    """As heard, until it is confirmed."""
    name: str | None = None
    placed: object = None
    """What the order was when it was last placed: anything else means placing it again."""
    status_wanted: bool = False
    """The customer asked about an order whose number is not known."""

    after_asked: bool = False
    """Whether "is there anything else?" was just asked, the order being placed."""
    turns: int = 0
    """Utterances of the customer."""
    patience: int = 0
    """Silences that are the customer's own wish ("hold on")."""
    suggested: bool = False
    menu_told: bool = False
    """Whether the menu was read out because something was asked for that is not on it."""
    told_items: tuple[str, ...] = ()
    """Ids of the items that the last reply told of, so that "the first one" is one of them."""
    kinds_told: bool = False
    """Whether the kinds of things were just told, for the customer to name one."""
    spoken_of: str | None = None
    """The item that the customer last asked about."""
    asked_about: tuple[str, ...] = ()
    """Ids of it and of the modifiers asked about with it, while "one of those" can mean it."""
    status_told: bool = False
    """Whether the customer was told where an order is."""
    person_offered: bool = False

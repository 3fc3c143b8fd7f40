"""What a customer who writes to the shop's number wants, and what is answered.

The words that mean "no more texts" and "texts again" are the telephone company's own
(Twilio, "Advanced Opt-Out": default keywords): it acts on them itself and answers them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum

from servizio.shop.one_text import one_text
from servizio.shop.order import Fulfilment, Order, OrderStatus

STOP_WORDS = frozenset(
    {"stop", "stopall", "unsubscribe", "end", "quit", "cancel", "revoke", "optout"}
)
START_WORDS = frozenset({"start", "unstop"})
HELP_WORDS = frozenset({"help", "info"})
LONGEST_NUMBER_LIST = 3
"""Orders that one answer tells of."""

_STATUS = re.compile(r"\b(status|order|ready|done|where|when|long)\b")
_OF_AN_ORDER = re.compile(r"\b(status|order|ready|done|my|mine)\b")
_ASKED: Mapping[str, re.Pattern[str]] = {
    topic: re.compile(rf"\b({words})\b")
    for topic, words in {
        "hours": "hours?|open|opens|opening|close|closes|closed|closing",
        "parking": "park|parking",
        "location": "address|location|located|directions|where are you|where is the shop",
        "allergens": r"allerg\w*|gluten|nuts?|peanuts?|dairy|vegan|vegetarian|halal|kosher",
        "payment": "pay|payment|cash|cards?|credit",
        "delivery": "deliver|delivery",
        "prices": "prices?|cost|costs|how much",
        "menu": "menu",
    }.items()
}
_DAY = re.compile(
    r"\b(monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|tomorrow|weekend"
    r"|holiday|christmas eve|christmas|thanksgiving|easter|halloween|new year)\b"
)
_NUMBER = re.compile(r"(?<![0-9])[0-9]{4}(?![0-9])", re.ASCII)


class TextWish(StrEnum):
    """What a text asks for."""

    STOP = "stop"
    """No texts any more. The telephone company answers, we say nothing."""
    START = "start"
    """Texts again."""
    HELP = "help"
    STATUS = "status"
    """How an order stands."""
    QUESTION = "question"
    """About the shop; see `asked_of`."""
    OTHER = "other"


def wish_of(body: str) -> TextWish:
    """What this text asks for. Opt-out words count only as the whole message."""
    words = _words(body)
    for wish, known in (
        (TextWish.STOP, STOP_WORDS),
        (TextWish.START, START_WORDS),
        (TextWish.HELP, HELP_WORDS),
    ):
        if words in known or words.replace(" ", "") in known:
            return wish
    if asked_of(body):
        return TextWish.QUESTION
    if _STATUS.search(words) or _NUMBER.fullmatch(words):
        return TextWish.STATUS
    return TextWish.OTHER


def asked_of(body: str) -> tuple[str, str] | None:
    """The topic that a text asks about, as `business.shop_fact` has it, and the day (hours)."""
    words = _words(body)
    if _OF_AN_ORDER.search(words):
        return None
    topic = next((topic for topic, asked in _ASKED.items() if asked.search(words)), "")
    day = _DAY.search(words)
    return (topic, day[1] if day else "now") if topic else None


def _words(body: str) -> str:
    return " ".join(re.sub(r"[^\w\s]", " ", body.casefold()).split())


def orders_meant(body: str, orders: Sequence[Order]) -> list[Order]:
    """Those of a customer's own orders that a text may be about, newest first.

    `orders` are the customer's, newest first. A number in the text picks one of them; else
    it is about those that are open, or the newest one.
    """
    numbers = set(_NUMBER.findall(body))
    if named := [order for order in orders if order.number in numbers]:
        return named[:LONGEST_NUMBER_LIST]
    done = {OrderStatus.PICKED_UP, OrderStatus.CANCELLED}
    still_open = [order for order in orders if order.status not in done]
    return (still_open or list(orders[:1]))[:LONGEST_NUMBER_LIST]


def status_reply(shop: str, phone: str, orders: Sequence[Order]) -> str:
    """How these orders stand; where there are none, how to order."""
    if not orders:
        return one_text(shop, f"we have no order for this number.{_call(phone)}")
    stands = [_stands(order) for order in orders]
    return one_text(shop, *(" ".join(stands[:told]) for told in range(len(stands), 0, -1)))


def help_reply(shop: str, phone: str) -> str:
    """What can be written to this number."""
    return one_text(
        shop, f"reply STATUS to hear about your order.{_call(phone)} Reply STOP for no texts."
    )


def fact_reply(shop: str, phone: str, fact: str) -> str:
    """An answer about the shop."""
    return one_text(shop, f"{fact}{_call(phone)}", fact)


def other_reply(shop: str, phone: str) -> str:
    """A polite answer to anything else."""
    thanks = "thank you, our staff will see your message."
    return one_text(
        shop,
        f"{thanks} Reply STATUS to hear about your order.{_call(phone)}",
        f"{thanks} Reply STATUS to hear about your order.",
    )


def _call(phone: str) -> str:
    return f" To order, please call {phone}." if phone else " To order, please call us."


def _stands(order: Order) -> str:
    delivery = order.draft.fulfilment is Fulfilment.DELIVERY
    said = {
        OrderStatus.RECEIVED: "was received and will be made soon",
        OrderStatus.MAKING: "is being made now",
        OrderStatus.READY: "is ready and on its way" if delivery else "is ready for pickup",
        OrderStatus.PICKED_UP: "was delivered" if delivery else "was picked up",
        OrderStatus.CANCELLED: "is not being made; please call us",
    }
    return f"Order {order.number} {said[order.status]}."

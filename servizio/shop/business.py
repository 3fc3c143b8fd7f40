"""What a shop says of itself: hours, place, parking, prices, allergens, and the rest.

The same sentences for the telephone and for texts. Pure: values in, a sentence out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from servizio.shop.availability import EVERYTHING, Availability, items_there
from servizio.shop.hours import OpeningHours
from servizio.shop.hours_answers import hours_answer
from servizio.shop.money import money_text
from servizio.shop.order import Fulfilment
from servizio.shop.profile import ShopProfile
from servizio.shop.wait import spoken_wait

STAFF_CAN_TELL = "Our staff can tell you."
"""What an answer ends with that is none."""
MOST_NAMED = 6
"""Items named at once; of a longer menu there is more."""


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """A shop at one moment."""

    shop: ShopProfile
    hours: OpeningHours
    """With what staff have set for today."""
    now: datetime
    wait_minutes: int
    """Until an order placed now would be ready."""
    availability: Availability = EVERYTHING


def shop_fact(facts: ShopFacts, topic: str, day: str = "") -> str:
    """A sentence about `hours`, `location`, `parking`, `delivery`, `payment`, `menu`, `prices`,
    `allergens` or `wait`; hours also of one `day`, see `hours_answer`."""
    if topic == "hours":
        return hours_answer(facts.hours, facts.now, day) or _do_not_know("our hours")
    answer = _ANSWERS.get(topic)
    return answer(facts) if answer is not None else _do_not_know("that")


def whole_sentence(text: str) -> str:
    """An owner's words as a sentence that can be spoken behind another."""
    said = " ".join(text.split())
    if not said:
        return ""
    return said[0].upper() + said[1:] + ("" if said[-1] in ".!?" else ".")


def _menu(facts: ShopFacts) -> str:
    there = items_there(facts.shop.menu, facts.availability)
    names = [item.name for item in there[:MOST_NAMED]]
    more = " and more" if len(there) > len(names) else ""
    return f"We have {', '.join(names)}{more}."


def _prices(facts: ShopFacts) -> str:
    """From the lowest to the highest of what can be had; of a short menu each."""
    menu = facts.shop.menu
    there = items_there(menu, facts.availability)
    if not there:
        return _do_not_know("our prices")
    if len(there) <= MOST_NAMED:
        said = [f"{item.name} is {money_text(item.price, menu.currency)}" for item in there]
        sentence = f"{', '.join(said[:-1])} and {said[-1]}." if said[1:] else f"{said[0]}."
        return sentence[0].upper() + sentence[1:]
    prices = sorted(item.price for item in there)
    low, high = (money_text(price, menu.currency) for price in (prices[0], prices[-1]))
    return f"Prices are from {low} to {high}."


def _location(facts: ShopFacts) -> str:
    address = facts.shop.address
    return f"We are at {address}." if address else _do_not_know("our address")


def _parking(facts: ShopFacts) -> str:
    return facts.shop.parking or _do_not_know("about parking")


def _delivery(facts: ShopFacts) -> str:
    return "Yes, we deliver." if _delivers(facts) else "We only do pickup at the moment."


def _payment(facts: ShopFacts) -> str:
    if _delivers(facts):
        return "You pay when you get your order."
    return "You pay when you pick it up."


def _delivers(facts: ShopFacts) -> bool:
    return Fulfilment.DELIVERY in facts.shop.menu.fulfilments


def _allergens(facts: ShopFacts) -> str:
    promise = "I can't promise that anything is free of allergens."
    said = facts.shop.allergens
    return f"{said} {promise}" if said else f"{promise} {STAFF_CAN_TELL}"


def _wait(facts: ShopFacts) -> str:
    return f"It takes {spoken_wait(facts.wait_minutes)}."


def _do_not_know(what: str) -> str:
    return f"I'm sorry, I don't know {what}. {STAFF_CAN_TELL}"


_ANSWERS: Mapping[str, Callable[[ShopFacts], str]] = {
    "location": _location,
    "parking": _parking,
    "delivery": _delivery,
    "payment": _payment,
    "menu": _menu,
    "prices": _prices,
    "allergens": _allergens,
    "wait": _wait,
}

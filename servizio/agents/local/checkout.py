"""From "that's all" to the order number: what is still to be asked, the address, placing it."""

from __future__ import annotations

from decimal import Decimal

from servizio.agents.local.dialogue import Ask
from servizio.agents.local.phone_number import REFUSALS
from servizio.agents.local.said import ABOUT_THE_ORDER, Said, spoken_digits
from servizio.agents.local.spoken_address import with_number
from servizio.agents.local.spoken_figures import money_words, order_number_words
from servizio.agents.local.talk import Result, Talk
from servizio.agents.local.wording import wait_words
from servizio.language.meaning import (
    Add,
    Affirm,
    Delivery,
    Deny,
    Done,
    Goodbye,
    Meaning,
    PhoneNumber,
    Pickup,
    Remove,
    Thanks,
    UseCallingNumber,
)
from servizio.shop.order import Fulfilment

SHORTEST_NUMBER = 7
"""Digits from which they are a telephone number and no address."""


def next_ask(talk: Talk) -> Ask | None:
    """The next thing to ask before the order can be placed; `None`: it can be."""
    state, cart = talk.state, talk.desk.cart
    if not cart.fulfilment_is_chosen:
        return Ask.FULFILMENT
    if cart.fulfilment is Fulfilment.DELIVERY and cart.address is None:
        return Ask.ADDRESS if state.address is None else Ask.ADDRESS_CHECK
    if state.number:
        return Ask.PHONE_CHECK
    if (cart.phone is None or state.number_wanted) and state.phone_refused < REFUSALS:
        return Ask.PHONE
    return None


def is_next(talk: Talk, meaning: Meaning) -> bool:
    """Whether this yes places the order: whoever says "yes ... oh, wait" is let finish."""
    agrees = bool(meaning.acts) and all(isinstance(act, Affirm | Thanks) for act in meaning.acts)
    return agrees and talk.state.ask is Ask.PHONE_CHECK and talk.state.closing


def snapshot(talk: Talk) -> object:
    """Everything that makes it another order when it changes."""
    cart = talk.desk.cart
    return (cart.lines, cart.phone, cart.fulfilment, cart.address)


def is_placed(talk: Talk) -> bool:
    """Whether the order stands as it is in the cart."""
    return talk.desk.order_number is not None and talk.state.placed == snapshot(talk)


async def place(talk: Talk) -> bool:
    """Place the order, or place it again after a change, and say its number."""
    state = talk.state
    again = talk.desk.order_number is not None
    arguments = {"name": state.name} if state.name else {}
    result = await talk.do("checkout_order", **arguments)
    if not result["ok"]:
        talk.note_result(result)
        state.closing = False
        return False
    state.placed = snapshot(talk)
    _say_placed(talk, result, again=again)
    return True


def _say_placed(talk: Talk, result: Result, *, again: bool) -> None:
    number = order_number_words(str(result["order_number"]))
    talk.note("order_number_still" if again else "order_number", number=number)
    talk.state.must_hear = len(talk.notes)
    total = money_words(Decimal(str(result["total"])), talk.menu.currency)
    delivered = talk.desk.cart.fulfilment is Fulfilment.DELIVERY
    minutes = result.get("wait_minutes")
    if isinstance(minutes, int | float):
        key = "total_and_delivery" if delivered else "total_and_wait"
        talk.note(key, total=total, wait=wait_words(round(minutes)))
    else:
        talk.note("total", total=total)
    if talk.desk.cart.phone is not None and not again:
        talk.note("will_text_delivery" if delivered else "will_text")


# How the order reaches the customer


async def settle_address(talk: Talk, said: Said) -> None:
    """After "what's the address?": any words with a number in them are taken for it."""
    if said.has(Delivery, Pickup, *ABOUT_THE_ORDER, Goodbye):
        return
    text = said.meaning.text.strip()
    if len(spoken_digits(text)) >= SHORTEST_NUMBER:
        return
    if any(sign.isdigit() for sign in text) or len(text.split()) >= 3:
        said.drop(Affirm, Deny, PhoneNumber)
        talk.state.address = text


async def settle_address_check(talk: Talk, said: Said) -> None:
    """After the address was read back."""
    state = talk.state
    said.drop_bare_quantities()
    if state.address and not said.has(Affirm, Delivery, Pickup, Add, Remove, PhoneNumber):
        better = with_number(state.address, said.meaning.text)
        if better is not None:
            said.take_all()
            state.address = better
            return
    if said.has(Deny) and not said.has(Delivery):
        said.drop(Deny, Affirm)
        state.address = None
        return
    moved_on = said.has(Affirm, Done, Thanks, PhoneNumber, UseCallingNumber, Goodbye)
    if moved_on and not said.has(Delivery, Pickup) and not state.unheard:
        said.drop(Affirm)
        await talk.do("set_fulfilment", fulfilment="delivery", address=state.address or "")


async def fulfil(talk: Talk, act: Pickup | Delivery) -> None:
    """The customer said how the order shall be handed over, at whatever moment."""
    wanted = "delivery" if isinstance(act, Delivery) else "pickup"
    if wanted not in talk.menu.fulfilments:
        talk.note("pickup_only" if wanted == "delivery" else "delivery_only")
        return
    if len(talk.menu.fulfilments) == 1:
        return
    result = await talk.do("set_fulfilment", fulfilment=wanted)
    if not result["ok"]:
        talk.note_result(result)
    elif isinstance(act, Delivery) and act.address:
        talk.state.address = act.address
    else:
        talk.state.address = None

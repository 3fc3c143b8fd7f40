"""From "that's all" to the order number: pickup or delivery, the phone number, placing it."""

from __future__ import annotations

from decimal import Decimal

from servizio.agents.local.dialogue import Ask
from servizio.agents.local.said import Said, spoken_digits
from servizio.agents.local.spoken_figures import money_words, order_number_words, phone_words
from servizio.agents.local.talk import Result, Talk
from servizio.agents.local.wording import wait_words
from servizio.language.meaning import (
    Add,
    Affirm,
    Change,
    Delivery,
    Deny,
    Done,
    Goodbye,
    Name,
    NotOnMenu,
    PhoneNumber,
    Pickup,
    Question,
    Remove,
    Thanks,
    Unclear,
    UseCallingNumber,
)
from servizio.shop.order import Fulfilment

WHOLE_NUMBER = 10
"""Digits of a telephone number with its area code."""
SHORTEST_NUMBER = 7
"""Digits from which they are a telephone number and no address."""
REFUSALS = 2
"""How often a customer must refuse to give a number until the order goes without."""

_ABOUT_THE_ORDER = (Add, Change, Remove, Unclear, NotOnMenu, Question)


def next_ask(talk: Talk) -> Ask | None:
    """The next thing to ask before the order can be placed; `None`: it can be."""
    state, cart = talk.state, talk.desk.cart
    if not cart.fulfilment_is_chosen:
        return Ask.FULFILMENT
    if cart.fulfilment is Fulfilment.DELIVERY and cart.address is None:
        return Ask.ADDRESS if state.address is None else Ask.ADDRESS_CHECK
    if state.number:
        return Ask.PHONE_CHECK
    if cart.phone is None and state.phone_refused < REFUSALS:
        return Ask.PHONE
    return None


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
    if said.has(Delivery, Pickup, *_ABOUT_THE_ORDER, Goodbye):
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


# The phone number


def settle_phone(talk: Talk, said: Said) -> None:
    """After "what number can we text?"."""
    state = talk.state
    if said.has(Deny):
        said.drop_bare_quantities()
    _keep_to_the_number(said)
    if said.has(*_ABOUT_THE_ORDER):
        return
    if said.has(PhoneNumber, UseCallingNumber):
        said.drop(Affirm, Deny)
        return
    if said.has(Deny):
        said.drop(Deny, Affirm)
        state.phone_refused += 1
        state.digits = ""
        return
    affirmed = said.drop(Affirm)
    if affirmed and talk.calling_number is not None:
        said.put([UseCallingNumber()])
    elif state.digits and (affirmed or said.has(Done, Thanks)):
        talk.note("digits_so_far", digits=phone_words(state.digits))


def _keep_to_the_number(said: Said) -> None:
    """Beside a number that was asked for, "no, it's" is no ice that the order goes without."""
    if said.has(PhoneNumber):
        said.drop(Change, Remove, Unclear, NotOnMenu)


async def settle_phone_check(talk: Talk, said: Said) -> None:
    """After the number was read back: yes, or anything that moves on, accepts it."""
    state = talk.state
    _keep_to_the_number(said)
    if said.has(PhoneNumber, UseCallingNumber):
        said.drop(Affirm, Deny)
        return
    if said.has(Deny) or "no" in said.meaning.text.split():
        # "No, seven at the end" is about a digit, and not about how many of anything.
        said.drop_bare_quantities()
    if not said.acts or (said.has(Deny) and not said.has(Affirm, Done)):
        said.drop(Deny)
        if not said.has(*_ABOUT_THE_ORDER):
            state.number = ending_mended(state.number, said.meaning.text)
        return
    if state.unheard:
        said.drop(Affirm)
        return
    if said.has(Affirm, Done, Thanks, Goodbye, Name, Pickup, Delivery, Add, Change, Remove):
        said.drop(Affirm, Deny, Done, Thanks)
        await keep_phone(talk, state.number)


async def phone_said(talk: Talk, act: PhoneNumber) -> None:
    """Digits were said, at whatever moment: all of a number, a part of it, or a correction."""
    state = talk.state
    digits = _national(act.digits)
    if state.number and digits in {state.number, state.number[-4:]}:
        await keep_phone(talk, state.number)
        return
    if digits == _national(talk.desk.cart.phone or ""):
        return
    if len(digits) > WHOLE_NUMBER and digits != state.doubtful_number:
        # One digit heard twice is likelier than a number from abroad; that is said again alike.
        state.doubtful_number = digits
        state.digits = state.number = ""
        talk.note("number_garbled")
        return
    if act.complete or len(digits) >= WHOLE_NUMBER:
        _number_heard(talk, digits)
        return
    if state.number:
        mended = mend(state.number, digits)
        state.number = ""
        if mended is not None:
            _number_heard(talk, mended)
            return
    together = _national(state.digits + digits)
    if len(together) > WHOLE_NUMBER:
        state.digits = ""
        talk.note("number_garbled")
    elif len(together) == WHOLE_NUMBER:
        _number_heard(talk, together)
    else:
        state.digits = together


def _number_heard(talk: Talk, digits: str) -> None:
    talk.state.digits = ""
    talk.state.phone_refused = 0
    talk.state.number = digits


async def keep_phone(talk: Talk, digits: str | None) -> None:
    """Save the number, `None` for the one the customer calls from."""
    state = talk.state
    state.digits = state.number = ""
    # Only a number of this country can go without its country code.
    foreign = digits is not None and len(digits) > WHOLE_NUMBER
    written = {"phone": f"+{digits}" if foreign else digits} if digits else {}
    result = await talk.do("save_phone_number", **written)
    if not result["ok"]:
        talk.note_result(result)
        return
    state.phone_refused = 0
    if digits is None:
        talk.note("calling_number_kept")


async def use_calling_number(talk: Talk) -> None:
    """The customer wants the text on the telephone in their hand."""
    if talk.calling_number is None:
        talk.note("calling_number_hidden")
    else:
        await keep_phone(talk, None)


def mend(known: str, digits: str) -> str | None:
    """The number with some digits said again put right; `None` where it is not clear which.

    Four digits or more are its end. Three are the group of three that they are most like.
    """
    if len(known) != WHOLE_NUMBER or not 3 <= len(digits) < WHOLE_NUMBER:
        return None
    if len(digits) != 3:
        mended = known[: -len(digits)] + digits
        return mended if mended != known else None
    groups = (known[:3], known[3:6])
    if digits in groups:
        return None
    away = [sum(a != b for a, b in zip(group, digits, strict=True)) for group in groups]
    if away[0] == away[1]:
        return None
    return digits + known[3:] if away[0] < away[1] else known[:3] + digits + known[6:]


def ending_mended(known: str, text: str) -> str:
    """The number with its last digits put right where that was said; blank: ask for it anew."""
    words = text.split()
    digits = "".join(spoken_digits(word) for word in words)
    if not digits or len(digits) >= len(known) or not {"end", "last", "ends"} & set(words):
        return ""
    return known[: -len(digits)] + digits


def _national(phone: str) -> str:
    digits = "".join(sign for sign in phone if sign.isdigit())
    return digits[1:] if len(digits) == WHOLE_NUMBER + 1 and digits.startswith("1") else digits

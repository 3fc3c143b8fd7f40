"""An agent that takes an order as soon as the customer has made a sound.

It is the stand-in of Deepgram's Voice Agent with nothing slow or odd about it, so that calls
are as short as calls can be and all that they cost is the server's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache

from tests.standins.deepgram_agent import KEY, DeepgramStandIn, deepgram
from tests.standins.deepgram_scenario import Step, Turn
from tests.standins.deepgram_session import Quirks, speech

GREETING = "Hi."
NUMBER = "Order {order_number}."
ORDER = Turn(
    "A taro milk tea, please.",
    (
        Step(call="add_to_cart", arguments={"item": "taro-milk-tea"}),
        Step(call="confirm_pending_to_cart"),
        Step(call="save_phone_number"),
        Step(call="checkout_order", arguments={"name": "Ann"}),
        Step(say=NUMBER),
    ),
)
AT_ONCE = Quirks(late_frames=0, reports=False, history=False, unknown=False, speed=50.0, thinks=0.0)


GREETING_BYTES = len(speech(GREETING))
NUMBER_BYTES = len(speech(NUMBER.format(order_number="0000")))
"""How much of sound the two sentences are."""


_BEGINNING = 8
"""Bytes by which a sentence is known: no two sound alike."""


@cache
def _numbers() -> dict[bytes, str]:
    """Every order number, by the beginning of the sentence that tells it."""
    told = (f"{number:04}" for number in range(10_000))
    return {speech(NUMBER.format(order_number=each))[:_BEGINNING]: each for each in told}


def number_in(sound: bytes) -> str:
    """The order number that is told in this sound; empty where none is."""
    numbers = _numbers()
    found = (numbers.get(sound[at : at + _BEGINNING]) for at in range(len(sound)))
    return next(filter(None, found), "")


@asynccontextmanager
async def ordering_agent() -> AsyncIterator[DeepgramStandIn]:
    """It listens; see `settings_for`."""
    async with deepgram((ORDER,), quirks=AT_ONCE) as agent:
        yield agent


def settings_for(agent: DeepgramStandIn) -> dict[str, str]:
    """The environment of a server whose calls this agent takes."""
    return {
        "SERVIZIO_AGENT__ORDER": "deepgram",
        "SERVIZIO_AGENT__GREETING": GREETING,
        "SERVIZIO_AGENT__MAX_CALLS": "200",
        "SERVIZIO_DEEPGRAM__API_KEY": KEY,
        "SERVIZIO_DEEPGRAM__AGENT_URL": agent.url,
    }

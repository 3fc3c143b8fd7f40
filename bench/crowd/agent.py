"""An agent that takes an order as soon as the customer has made a sound.

It is the stand-in of Deepgram's Voice Agent with nothing slow or odd about it, so that calls
are as short as calls can be and all that they cost is the server's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

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

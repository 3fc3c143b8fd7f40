"""A simulated customer: rings, waits for the agent to finish, says the next thing."""

from __future__ import annotations

from dataclasses import dataclass

from servizio.demo.phone import Measures, Phone
from servizio.demo.phone_line import LineError
from servizio.demo.scripts import Script

SHOP_NUMBER = "+14155550199"
POLITE_SECONDS = 1.1
"""How long the agent must be quiet until a customer speaks: longer than between sentences."""
ANSWER_SECONDS = 15.0
"""How long a customer waits for an answer."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What became of one call."""

    script: Script
    call_sid: str
    measures: Measures
    problem: str
    """Empty where the customer could say everything and the agent kept to the protocol."""


async def ring(url: str, script: Script) -> Visit:
    """Make the call of this script. Never raises for what the shop does."""
    phone = Phone(url, script.calls_from, SHOP_NUMBER)
    problem = ""
    async with phone.call() as line:
        try:
            await line.streaming(ANSWER_SECONDS)
            for step in script.steps:
                await line.hear_reply(POLITE_SECONDS, ANSWER_SECONDS)
                if step.mulaw:
                    await line.speak(step.mulaw)
                else:
                    await line.press(step.words)
            await line.wait_ended(ANSWER_SECONDS)
        except (LineError, TimeoutError) as error:
            problem = str(error)
        await line.hang_up()
        if line.protocol_errors:
            problem = f"broke the protocol: {line.protocol_errors[0]}"
        return Visit(script, line.call_sid, line.measures, problem)

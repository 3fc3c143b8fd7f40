"""Customers who ring at the same time, each with something peculiar."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from servizio.demo.phone import Measures, Phone, ProtocolError
from servizio.demo.phone_line import Line, LineError
from servizio.demo.phone_playback import Span
from servizio.demo.scripts import Step, load_scripts

SHOP_NUMBER = "+14155550199"
POLITE = 1.1
ANSWER = 20.0


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a call, as the customer knows it."""

    call_sid: str
    problem: str
    """Empty where everything could be said."""
    end_reason: str
    protocol_errors: tuple[ProtocolError, ...]
    measures: Measures
    agent: tuple[Span, ...]
    customer: tuple[Span, ...]


Story = Callable[[Line], Awaitable[None]]


async def ring(url: str, story: Story, calls_from: str = "+14155550150") -> Told:
    """Make a call. What the shop does wrong is told, not raised."""
    problem = ""
    async with Phone(url, calls_from, SHOP_NUMBER).call() as line:
        try:
            await line.streaming(ANSWER)
            await story(line)
        except (LineError, TimeoutError) as error:
            problem = str(error)
        await line.hang_up()
        return Told(
            call_sid=line.call_sid,
            problem=problem,
            end_reason=str(line.end_reason),
            protocol_errors=tuple(line.protocol_errors),
            measures=line.measures,
            agent=line.agent_spans,
            customer=line.customer_spans,
        )


def steps(*names: str) -> tuple[Step, ...]:
    """Recorded sentences of the demo's customers, as in `ann-1`; digits are keys."""
    scripts = {script.id: script for script in load_scripts()}
    chosen = []
    for name in names:
        customer, _, number = name.partition("-")
        chosen.append(scripts[customer].steps[int(number) - 1] if number else Step(name, b""))
    return tuple(chosen)


async def say(line: Line, said: Sequence[Step]) -> None:
    """Wait for the agent each time and say the next thing."""
    for step in said:
        await line.hear_reply(POLITE, ANSWER)
        if step.mulaw:
            await line.speak(step.mulaw)
        else:
            await line.press(step.words)


async def sample(line: Line) -> None:
    """The conversation that every shop has."""
    await say(line, steps("ann-1", "ann-2", "ann-3", "ann-4", "ann-5", "ann-6"))
    await line.wait_ended(ANSWER)


async def interrupting(line: Line) -> None:
    """Order while the agent still greets."""
    await line.agent_speaks(ANSWER)
    await asyncio.sleep(0.8)
    await line.speak(steps("ann-1")[0].mulaw)
    await line.hear_reply(POLITE, ANSWER)


async def on_a_bad_line(line: Line) -> None:
    """Order on a line that does everything wrong that a media stream can do."""
    faults = line.faults
    await line.agent_speaks(ANSWER)
    faults.unknown_field()
    for bad in (
        faults.bad_json, faults.bad_base64, faults.binary_frame, faults.second_start,
        faults.unknown_event,
    ):  # fmt: skip
        await bad()
    for raw in ("", "null", "[]", '{"event":"media"}', '{"event":"mark","mark":7}', "{}"):
        await faults.raw(raw)
    faults.odd_frame(37)
    await say(line, steps("bill-3", "bill-4", "bill-5"))
    faults.jitter(0.4)
    await line.hear_reply(POLITE, ANSWER)
    faults.no_frames(1.0)
    await asyncio.sleep(1.0)
    faults.gap(0.5)
    await asyncio.sleep(0.5)
    await line.press("4155550177")
    await say(line, steps("carol-7", "carol-8"))
    await line.wait_ended(ANSWER)

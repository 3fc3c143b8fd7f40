"""A pizza for delivery, ordered by voice: size, crust, toppings, address and tax are exact."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from servizio.demo.phone_line import Line
from servizio.demo.scripts import load_scripts
from tests.end_to_end.customers import ANSWER, POLITE, ring, say
from tests.end_to_end.shop_process import ShopProcess

pytestmark = [pytest.mark.voice, pytest.mark.slow]

TOTAL = "nineteen dollars and sixty cents"
LOOKS = 200
LOOK_SECONDS = 0.2

[PIA] = load_scripts(Path(__file__).parent)


@pytest.fixture(scope="module")
def pizzeria(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    menu = {"SERVIZIO_SHOP__MENU": "pizza"}
    with ShopProcess(tmp_path_factory.mktemp("pizzeria"), menu) as shop:
        shop.wait_for_agent()
        yield shop


def agents_words(shop: ShopProcess, call_sid: str) -> str:
    """What the customer has heard."""
    turns = shop.turns(call_sid)
    return " ".join(turn.text for turn in turns if turn.role == "agent").lower()


def test_a_pizza_with_two_toppings_is_delivered_where_the_customer_lives(
    pizzeria: ShopProcess,
) -> None:
    async def order(line: Line) -> None:
        *steps, goodbye = PIA.steps
        await say(line, steps)
        # Not into the sentences behind the order's number, however slowly they come.
        for _look in range(LOOKS):
            if TOTAL in agents_words(pizzeria, line.call_sid):
                break
            await asyncio.sleep(LOOK_SECONDS)
        await line.agent_quiet(POLITE, ANSWER)
        await line.speak(goodbye.mulaw)
        await line.wait_ended(ANSWER)

    told = asyncio.run(ring(pizzeria.url, order, PIA.calls_from))
    turns = pizzeria.turns(told.call_sid)
    said = "\n".join(f"{turn.role}: {turn.text}" for turn in turns)
    rows = pizzeria.select(
        "SELECT phone, subtotal, tax, total, fulfilment, address, lines FROM orders"
        " WHERE call_sid = ?",
        told.call_sid,
    )
    assert len(rows) == 1, f"{told.problem}\n{said}"
    *facts, lines = rows[0]
    assert facts == [PIA.phone, "18.00", "1.60", PIA.total, "delivery", "12 Oak Street"], said
    [line] = json.loads(lines)
    chosen: dict[str, list[str]] = {each["group"]: [] for each in line["modifiers"]}
    for each in line["modifiers"]:
        chosen[each["group"]].append(each["modifier"])
    assert (line["item"], line["quantity"], line["price"]) == ("cheese-pizza", 1, "18.00")
    assert chosen == {
        "size": ["large"],
        "crust": ["thin-crust"],
        "topping": ["mushrooms", "black-olives"],
    }
    agent = agents_words(pizzeria, told.call_sid)
    assert "twelve oak street" in agent
    assert TOTAL in agent
    assert told.problem == ""

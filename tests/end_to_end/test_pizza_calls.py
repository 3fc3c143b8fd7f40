"""A pizza for delivery, ordered by voice: size, crust, toppings, address and tax are exact."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from servizio.demo.phone_line import Line
from servizio.demo.scripts import load_scripts
from tests.end_to_end.customers import ANSWER, ring, say
from tests.end_to_end.shop_process import ShopProcess

pytestmark = [pytest.mark.voice, pytest.mark.slow]

PATIENT = 3.0
"""Seconds of silence after which the agent has finished: the total comes after the number."""

[PIA] = load_scripts(Path(__file__).parent)


@pytest.fixture(scope="module")
def pizzeria(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShopProcess]:
    menu = {"SERVIZIO_SHOP__MENU": "pizza"}
    with ShopProcess(tmp_path_factory.mktemp("pizzeria"), menu) as shop:
        shop.wait_for_agent()
        yield shop


def test_a_pizza_with_two_toppings_is_delivered_where_the_customer_lives(
    pizzeria: ShopProcess,
) -> None:
    async def order(line: Line) -> None:
        await say(line, PIA.steps, polite=PATIENT)
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
    agent = " ".join(turn.text for turn in turns if turn.role == "agent").lower()
    assert "twelve oak street" in agent
    assert "nineteen dollars and sixty cents" in agent
    assert told.problem == ""

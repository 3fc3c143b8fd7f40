"""The simulated customers of `bench/`: they must notice what a person would notice."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from servizio.shop.line import Amount, Choice, Line
from servizio.shop.menu_file import load_menu

BENCH = str(Path(__file__).parents[2] / "bench")
TARO = Line("taro-milk-tea", 1, (Choice("topping", "boba"),))


@pytest.fixture
def bench() -> Iterator[Any]:
    sys.path.insert(0, BENCH)
    try:
        import customers.customer  # noqa: PLC0415
        import customers.goals  # noqa: PLC0415
        import customers.personas  # noqa: PLC0415
        import customers.reading  # noqa: PLC0415

        yield customers
    finally:
        sys.path.remove(BENCH)


def customer(bench: Any, *lines: Line) -> Any:
    menu = load_menu("boba")
    return bench.customer.Customer(
        menu,
        bench.reading.Reading(menu),
        bench.goals.Goal(lines, "+14155550123"),
        persona=bench.personas.Persona("tester", holds_back=0, asks=0, keys=0, one_by_one=0),
        rng=Random(1),
        calls_from="+14155550199",
    )


def test_a_read_back_is_read_with_its_quantities_and_modifiers(bench: Any) -> None:
    reading = bench.reading.Reading(load_menu("boba"))
    heard = reading.hear(
        "So that's two taro milk teas with light boba and egg pudding, no ice, and one black "
        "milk tea, twenty-five percent sweetness. Is that right?"
    )
    assert heard.asked == "right"
    assert heard.lines == (
        Line(
            "taro-milk-tea",
            2,
            (
                Choice("topping", "boba", Amount.LIGHT),
                Choice("topping", "egg-pudding"),
                Choice("ice", "no-ice"),
            ),
        ),
        Line("black-milk-tea", 1, (Choice("sweetness", "25%"),)),
    )


def test_a_number_that_is_read_is_no_order(bench: Any) -> None:
    reading = bench.reading.Reading(load_menu("boba"))
    heard = reading.hear("So, four one five, five five five, zero one two three. Is that correct?")
    assert (heard.asked, heard.digits, heard.lines) == ("number_right", "4155550123", ())


def test_a_right_read_back_is_agreed_to(bench: Any) -> None:
    one = customer(bench, TARO)
    one.answer("What can I get for you?")
    said = one.answer("One taro milk tea with boba. Is that right?").say
    assert said.split()[0] in {"yes", "yeah", "yep", "that's", "correct", "perfect"}


def test_a_wrong_read_back_is_corrected(bench: Any) -> None:
    one = customer(bench, TARO)
    one.answer("What can I get for you?")
    assert "boba" in one.answer("One taro milk tea with egg pudding. Is that right?").say
    assert "taro" in one.answer("One black milk tea with boba. Is that right?").say


def test_a_line_that_was_not_read_is_asked_for(bench: Any) -> None:
    one = customer(bench, TARO, Line("black-milk-tea"))
    one.answer("What can I get for you?")
    said = one.answer("One taro milk tea with boba. Is that right?").say
    assert "black" in said or "milk tea" in said
    assert "taro" not in said


def test_a_wrong_number_is_not_agreed_to(bench: Any) -> None:
    one = customer(bench, TARO)
    said = one.answer("I have four one five, five five five, zero one two four. Is that right?").say
    assert said.startswith("no")


def test_what_was_taken_off_says_nothing_of_the_next_line(bench: Any) -> None:
    reading = bench.reading.Reading(load_menu("boba"))
    heard = reading.hear("OK, no black milk tea. One taro milk tea with boba. Is that right?")
    assert heard.lines == (TARO,)


def test_the_written_calls_can_be_read_and_end_as_they_should(bench: Any) -> None:
    import customers.scripted  # noqa: PLC0415

    menu = load_menu("boba")
    scripts = customers.scripted.load_scripts(
        Path(BENCH) / "customers" / "scripts" / "boba.toml", menu
    )
    assert len(scripts) == 24
    for script in scripts:
        wants = [step.wants for step in script.steps if step.wants is not None]
        assert bench.goals.tally(wants[-1], menu) == bench.goals.tally(script.goal.lines, menu)


def test_a_written_customer_puts_right_what_is_told_wrong_in_passing(bench: Any) -> None:
    import customers.scripted  # noqa: PLC0415

    menu = load_menu("boba")
    script = customers.scripted.Script(
        "one",
        "somebody",
        bench.goals.Goal((TARO,), "+14155550123"),
        (customers.scripted.Step("order", "a taro with boba", (TARO,)),),
    )
    one = customers.scripted.ScriptedCustomer(
        menu, bench.reading.Reading(menu), script, rng=Random(1), calls_from="+14155550199"
    )
    assert one.answer("What can I get you?").say == "a taro with boba"
    assert one.answer("OK, one taro milk tea with boba. Is that right?").say == "yes"
    objection = one.answer("Changed to two taro milk teas. Anything else?").say
    assert objection != "that's all" and objection

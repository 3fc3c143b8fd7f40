"""The simulated customers of `bench/`: they must notice what a person would notice."""

from __future__ import annotations

from pathlib import Path
from random import Random

from bench.customers.customer import Customer
from bench.customers.goals import Goal, tally
from bench.customers.personas import Persona
from bench.customers.reading import Asked, Reading
from bench.customers.reciting import RecitingCustomer
from bench.customers.scripted import Script, ScriptedCustomer, Step, load_scripts
from servizio.shop.line import Amount, Choice, Line
from servizio.shop.menu_file import load_menu

BENCH = Path(__file__).parents[2] / "bench"
TARO = Line("taro-milk-tea", 1, (Choice("topping", "boba"),))


def customer(*lines: Line) -> Customer:
    menu = load_menu("boba")
    return Customer(
        menu,
        Reading(menu),
        Goal(lines, "+14155550123"),
        persona=Persona("tester", holds_back=0, asks=0, keys=0, one_by_one=0),
        rng=Random(1),
        calls_from="+14155550199",
    )


def test_a_read_back_is_read_with_its_quantities_and_modifiers() -> None:
    reading = Reading(load_menu("boba"))
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


def test_a_number_that_is_read_is_no_order() -> None:
    reading = Reading(load_menu("boba"))
    heard = reading.hear("So, four one five, five five five, zero one two three. Is that correct?")
    assert (heard.asked, heard.digits, heard.lines) == ("number_right", "4155550123", ())


def test_a_right_read_back_is_agreed_to() -> None:
    one = customer(TARO)
    one.answer("What can I get for you?")
    said = one.answer("One taro milk tea with boba. Is that right?").say
    assert said.split()[0] in {"yes", "yeah", "yep", "that's", "correct", "perfect"}


def test_a_wrong_read_back_is_corrected() -> None:
    one = customer(TARO)
    one.answer("What can I get for you?")
    assert "boba" in one.answer("One taro milk tea with egg pudding. Is that right?").say
    assert "taro" in one.answer("One black milk tea with boba. Is that right?").say


def test_a_line_that_was_not_read_is_asked_for() -> None:
    one = customer(TARO, Line("black-milk-tea"))
    one.answer("What can I get for you?")
    said = one.answer("One taro milk tea with boba. Is that right?").say
    assert "black" in said or "milk tea" in said
    assert "taro" not in said


def test_a_wrong_number_is_not_agreed_to() -> None:
    one = customer(TARO)
    said = one.answer("I have four one five, five five five, zero one two four. Is that right?").say
    assert said.startswith("no")


def test_what_was_taken_off_says_nothing_of_the_next_line() -> None:
    reading = Reading(load_menu("boba"))
    heard = reading.hear("OK, no black milk tea. One taro milk tea with boba. Is that right?")
    assert heard.lines == (TARO,)


def test_the_written_calls_can_be_read_and_end_as_they_should() -> None:
    menu = load_menu("boba")
    scripts = load_scripts(BENCH / "customers" / "scripts" / "boba.toml", menu)
    assert len(scripts) == 24
    for script in scripts:
        wants = [step.wants for step in script.steps if step.wants is not None]
        assert tally(wants[-1], menu) == tally(script.goal.lines, menu)


def test_a_written_customer_puts_right_what_is_told_wrong_in_passing() -> None:
    menu = load_menu("boba")
    script = Script(
        "one",
        "somebody",
        Goal((TARO,), "+14155550123"),
        (Step("order", "a taro with boba", (TARO,)),),
    )
    one = ScriptedCustomer(menu, Reading(menu), script, rng=Random(1), calls_from="+14155550199")
    assert one.answer("What can I get you?").say == "a taro with boba"
    assert one.answer("OK, one taro milk tea with boba. Is that right?").say == "yes"
    objection = one.answer("Changed to two taro milk teas. Anything else?").say
    assert objection != "that's all" and objection


def test_a_reciting_customer_says_the_lines_in_order_whatever_is_asked() -> None:
    menu = load_menu("boba")
    goal = Goal((TARO,), "+14155550123")
    script = Script("one", "somebody", goal, (), ("a taro", "with boba", "four one five"))
    one = RecitingCustomer(menu, Reading(menu), script, rng=Random(1), calls_from="+14155550199")
    assert one.answer("What can I get you?").say == "a taro"
    assert one.answer("Sorry, I missed that. What can I get you?").say == "a taro"
    assert one.answer("OK, two black milk teas. Is that right?").say == "with boba"
    assert one.answer("Would you like anything else?").say == "four one five"
    assert one.answer("OK, two black milk teas. Is that right?").say == "yes"


def test_what_was_said_of_half_an_order_is_not_read_back_with_the_whole() -> None:
    heard = Reading(load_menu("boba")).hear(
        "One taro milk tea. Any toppings? OK, one taro milk tea with boba. Is that right?"
    )
    assert heard.asked is Asked.RIGHT
    assert heard.lines == (TARO,)
    again = Reading(load_menu("boba")).hear(
        "Changed to one taro milk tea. What else can I get you? OK, now it's one taro milk tea with"
        " boba. Can I get you anything else?"
    )
    assert again.asked is Asked.MORE
    assert again.lines == (TARO,)

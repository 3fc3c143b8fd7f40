"""How numbers, lines of an order and the agent's own sentences sound."""

from __future__ import annotations

import ast
import random
import re
import string
import tomllib
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servizio.agents.local import wording
from servizio.agents.local.dialogue import Ask
from servizio.agents.local.spoken_address import spoken_address
from servizio.agents.local.spoken_figures import (
    clock_words,
    money_words,
    number_words,
    order_number_words,
    ordinal_words,
    phone_words,
    price_words,
    speakable,
    time_words,
)
from servizio.agents.local.wording import (
    Wording,
    line_words,
    listed,
    plural,
    wait_words,
    with_article,
)
from servizio.shop.line import Amount, Choice, Line
from tests.agents.local.conversation import line, menu_named

ROOM = Path(wording.__file__).parent


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "zero"), (7, "seven"), (13, "thirteen"), (20, "twenty"), (21, "twenty-one"),
        (100, "one hundred"), (105, "one hundred and five"), (250, "two hundred and fifty"),
        (1000, "one thousand"), (4782, "four thousand seven hundred and eighty-two"),
    ],
)  # fmt: skip
def test_numbers_in_words(number: int, words: str) -> None:
    assert number_words(number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [(1, "first"), (2, "second"), (5, "fifth"), (12, "twelfth"), (20, "twentieth"),
     (21, "twenty-first"), (142, "one hundred and forty-second")],
)  # fmt: skip
def test_places_in_words(number: int, words: str) -> None:
    assert ordinal_words(number) == words


@pytest.mark.parametrize(
    ("amount", "in_full", "over_the_counter"),
    [
        ("6.25", "six dollars and twenty-five cents", "six twenty-five"),
        ("5.50", "five dollars and fifty cents", "five fifty"),
        ("1.00", "one dollar", "one dollar"),
        ("0.75", "seventy-five cents", "seventy-five cents"),
        ("0.01", "one cent", "one cent"),
        ("5.05", "five dollars and five cents", "five dollars and five cents"),
        ("0", "zero dollars", "zero dollars"),
        ("12.5", "twelve dollars and fifty cents", "twelve fifty"),
    ],
)
def test_money_in_words(amount: str, in_full: str, over_the_counter: str) -> None:
    assert money_words(Decimal(amount)) == in_full
    assert price_words(Decimal(amount)) == over_the_counter


def test_money_of_other_countries() -> None:
    assert money_words(Decimal("2.50"), "EUR") == "two euros and fifty cents"
    assert money_words(Decimal("2.50"), "GBP") == "two pounds and fifty pence"


def test_an_order_number_is_read_digit_by_digit_with_pauses() -> None:
    assert order_number_words("4782") == "four, seven, eight, two"
    assert order_number_words("0050") == "zero, zero, five, zero"


@pytest.mark.parametrize(
    ("phone", "words"),
    [
        ("+15551234567", "five five five, one two three, four five six seven"),
        ("5551234567", "five five five, one two three, four five six seven"),
        ("1234567", "one two three, four five six seven"),
        ("555123", "five five five, one two three"),
        ("5551", "five five five one"),
    ],
)
def test_a_telephone_number_is_read_in_groups(phone: str, words: str) -> None:
    assert phone_words(phone) == words


@pytest.mark.parametrize(
    ("hour", "minute", "half", "words"),
    [
        (9, 30, "", "half past nine"), (9, 0, "p", "nine p.m."), (9, 0, "", "nine o'clock"),
        (9, 5, "a", "nine oh five a.m."), (9, 30, "p", "nine thirty p.m."),
    ],
)  # fmt: skip
def test_times_of_day(hour: int, minute: int, half: str, words: str) -> None:
    assert time_words(hour, minute, half) == words


def test_the_24_hour_clock() -> None:
    assert clock_words(21, 0) == "nine p.m."
    assert clock_words(0, 15) == "twelve fifteen a.m."
    assert clock_words(12, 0) == "twelve p.m."


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("50% sweet", "fifty percent sweet"),
        ("It takes about 15 minutes.", "It takes about fifteen minutes."),
        ("Open 9:30 am to 9 pm.", "Open nine thirty a.m. to nine p.m."),
        ("from 11:00 to 21:30", "from eleven a.m. to nine thirty p.m."),
        ("That is $6.25.", "That is six dollars and twenty-five cents."),
        ("12 Main Street, 94105", "twelve Main Street, nine four one zero five"),
        ("the 2nd floor", "the second floor"),
        ("1.5 liters", "one point five liters"),
        ("call +15551234567", "call five five five, one two three, four five six seven"),
        ("order 0050", "order zero zero five zero"),
        ("nothing to do", "nothing to do"),
    ],
)
def test_figures_in_sentences_of_others_become_words(text: str, words: str) -> None:
    assert speakable(text) == words


@given(st.text(alphabet=string.printable, max_size=60))
def test_no_figure_is_left_in_anything_spoken(text: str) -> None:
    assert not re.search(r"[0-9]", speakable(text))


def test_lists_have_one_and() -> None:
    assert listed([]) == ""
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(["a", "b", "c"], "or") == "a, b or c"


@pytest.mark.parametrize(
    ("name", "many"),
    [
        ("taro milk tea", "taro milk teas"), ("latte", "lattes"),
        ("slice of cake", "slices of cake"),
        ("sandwich", "sandwiches"), ("fries", "fries"), ("glass", "glasses"), ("berry", "berries"),
        ("chai", "chais"), ("garlic bread with cheese", "garlic breads with cheese"),
    ],
)  # fmt: skip
def test_plurals_of_names(name: str, many: str) -> None:
    assert plural(name) == many


def test_articles() -> None:
    assert with_article("taro milk tea") == "a taro milk tea"
    assert with_article("iced latte") == "an iced latte"


def test_waits() -> None:
    assert wait_words(10) == "about ten minutes"
    assert wait_words(0) == "a moment"


@pytest.mark.parametrize(
    ("spoken", "ordered"),
    [
        ("one taro milk tea", line("taro-milk-tea")),
        ("two taro milk teas with boba", line("taro-milk-tea", "boba", quantity=2)),
        (
            "one taro milk tea with boba and egg pudding, fifty percent sweetness, no ice",
            line("taro-milk-tea", "egg-pudding", "boba", "50%", "no-ice"),
        ),
        (
            "one black milk tea with double boba, no egg pudding",
            Line(
                "black-milk-tea",
                1,
                (
                    Choice("topping", "boba", count=2),
                    Choice("topping", "egg-pudding", Amount.NONE),
                ),
            ),
        ),
        (
            "one black milk tea with extra boba and less ice",
            Line(
                "black-milk-tea",
                1,
                (Choice("topping", "boba", Amount.EXTRA), Choice("ice", "less-ice")),
            ),
        ),
    ],
)
def test_a_line_as_it_is_read_back(spoken: str, ordered: Line) -> None:
    said = line_words(menu_named("boba"), ordered)
    assert set(re.findall(r"[a-z-]+", said)) == set(re.findall(r"[a-z-]+", spoken))
    assert len(said) == len(spoken)


def test_a_size_is_said_before_the_item() -> None:
    large = Line("latte", 2, (Choice("size", "large"), Choice("milk", "oat-milk")))
    assert line_words(menu_named("cafe"), large) == "two large lattes with oat milk"


@pytest.mark.parametrize("name", ["boba", "teahouse", "pizza", "cafe"])
def test_every_item_and_modifier_of_every_menu_can_be_said(name: str) -> None:
    menu = menu_named(name)
    for item in menu.items:
        for group in menu.groups_of(item):
            for modifier in group.modifiers:
                said = line_words(menu, Line(item.id, 3, (Choice(group.id, modifier.id),)))
                assert not re.search(r"[0-9%$_]", said)


def test_only_ordinary_words_of_an_address_are_spoken() -> None:
    assert spoken_address("42 Main Street Apartment 5") == "forty-two main street apartment five"
    assert spoken_address("12 Bloody Hell Road") == "twelve road"
    assert spoken_address("94105") == "nine four one zero five"


# Our own sentences


def sentences() -> dict[str, list[str]]:
    found = tomllib.loads((ROOM / "sentences.toml").read_text(encoding="utf-8"))["say"]
    assert isinstance(found, dict)
    return found


def test_the_same_wording_is_never_used_twice_in_a_row() -> None:
    words = Wording(random.Random(1))
    said = [words.say("ask_more") for _ in range(30)]
    assert all(one != other for one, other in pairwise(said))
    assert len(set(said)) >= 3


def test_the_same_dice_give_the_same_words() -> None:
    one, other = Wording(random.Random(5)), Wording(random.Random(5))
    assert [one.say("didnt_catch") for _ in range(9)] == [
        other.say("didnt_catch") for _ in range(9)
    ]


def test_no_sentence_of_ours_holds_a_figure() -> None:
    for variants in sentences().values():
        assert variants
        assert not any(re.search(r"[0-9$%]", text) for text in variants)


def test_all_wordings_of_a_sentence_have_the_same_gaps() -> None:
    for key, variants in sentences().items():
        gaps = [
            {name for _, name, _, _ in string.Formatter().parse(one) if name} for one in variants
        ]
        assert all(one == gaps[0] for one in gaps), key


def test_every_sentence_is_used_and_every_sentence_used_exists() -> None:
    texts = {
        node.value
        for path in ROOM.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    asked = {f"ask_{ask.value}{again}" for ask in Ask for again in ("", "_again")}
    known = set(sentences())
    assert known <= texts | asked | {"ask_phone_or_calling_again"}
    plain = {Ask.GROUP, Ask.READ_BACK, Ask.DOUBT, Ask.PHONE_CHECK, Ask.ADDRESS_CHECK, Ask.AFTER}
    for ask in set(Ask) - plain:
        assert {f"ask_{ask.value}", f"ask_{ask.value}_again"} <= known


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (10, "about ten minutes"),
        (95, "about an hour and a half"),
        (120, "about two hours"),
        (350, "about six hours"),
        (360, "about six hours"),
    ],
)
def test_a_long_wait_is_told_in_hours(minutes: int, words: str) -> None:
    assert wait_words(minutes) == words

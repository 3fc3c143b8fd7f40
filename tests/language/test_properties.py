"""What must hold for any utterance, sensible or not."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servizio.language.meaning import Add, Change, Expecting, Remove
from servizio.language.words import plain
from servizio.shop.line import Choice, Line
from tests.language.menus import diner, heard_at, ordered, tea_shop

WORDS = """
taro black milk tea boba egg pudding crystal agar vanilla cream matcha stencil no less extra
ice sugar half fifty percent a an the two one three with without and or both all each second
first last make change remove take off that it one actually wait no sorry scratch yes please
how much is what do you have , . ? five 555 oh double um hold instead to other light easy on
"""

talk = st.lists(st.sampled_from(WORDS.split()), max_size=25).map(" ".join)
anything = st.text(max_size=200)
CART = (Line("taro-milk-tea", 1, (Choice("topping", "boba"),)), Line("black-milk-tea", 2))

modest = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


@modest
@given(st.one_of(talk, anything), st.sampled_from(Expecting), st.booleans())
def test_any_text_is_read_and_makes_only_things_of_the_menu(
    text: str, expecting: Expecting, has_cart: bool
) -> None:
    menu = tea_shop()
    meaning = heard_at("tea", text, expecting, ("topping", "ice"), CART if has_cart else ())
    assert 0 <= meaning.confidence <= 1
    assert meaning.text == plain(text)
    for line in meaning.lines:
        item = menu.item(line.item)
        assert 1 <= line.quantity <= 99
        for choice in line.choices:
            assert choice.group in item.modifier_groups
            assert menu.group(choice.group).modifier(choice.modifier).id == choice.modifier
            assert choice.count >= 1
    for act in meaning.acts:
        if isinstance(act, Change):
            assert act.quantity is None or act.quantity >= 1
            for one in act.choices:
                assert menu.group(one.group).modifier(one.modifier).id == one.modifier
            assert act.item is None or menu.has_item(act.item)
        if isinstance(act, Remove):
            assert act.quantity is None or act.quantity >= 1
        if isinstance(act, Add):
            assert act.lines


@modest
@given(talk)
def test_the_same_utterance_always_means_the_same(text: str) -> None:
    assert heard_at("tea", text) == heard_at("tea", text)


@modest
@given(
    st.lists(
        st.tuples(
            st.sampled_from(
                ["hamburger", "cheeseburger", "salad", "latte", "orange juice", "ham sandwich"]
            ),
            st.sampled_from([("a", 1), ("two", 2), ("four", 4)]),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_lines_come_in_the_order_in_which_they_were_said(
    wanted: list[tuple[str, tuple[str, int]]],
) -> None:
    text = " and ".join(f"{word} {name}" for name, (word, _) in wanted)
    expected = [f"{count} {name.replace(' ', '-')}" for name, (_, count) in wanted]
    assert ordered(heard_at("diner", f"can I get {text}")) == expected


@modest
@given(
    st.sampled_from([item.id for item in diner().items]),
    st.sampled_from(["no", "extra", "light", ""]),
    st.data(),
)
def test_every_modifier_of_every_item_can_be_asked_for(
    item_id: str, amount: str, data: st.DataObject
) -> None:
    menu = diner()
    item = menu.item(item_id)
    groups = [group for group in menu.groups_of(item) if group.amounts or not amount]
    if not groups:
        return
    group = data.draw(st.sampled_from(groups))
    modifier = data.draw(st.sampled_from(group.modifiers))
    meaning = heard_at("diner", f"a {item.name} with {amount} {modifier.name}")
    (line,) = meaning.lines
    assert line.item == item_id
    amounts = {"no": "none", "extra": "extra", "light": "light", "": "regular"}
    assert [(one.modifier, str(one.amount)) for one in line.choices] == [
        (modifier.id, amounts[amount])
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a taro and " * 5000,
        "boba " * 5000,
        "five " * 5000,
        "xqzt wvb " * 5000,
        "no wait " * 5000,
        "é\u0301\u200d🧋" * 5000,
        "," * 20000,
    ],
)
def test_a_monologue_takes_bounded_time(text: str) -> None:
    started = time.thread_time()
    heard_at("tea", text, Expecting.ORDER, (), CART)
    assert time.thread_time() - started < 3


_ENDLESS = {
    "ten thousand words": " ".join(
        f"wo{chr(97 + n % 26)}rd{chr(97 + n % 7)}" for n in range(10_000)
    ),
    "names of the menu": "taro milk tea " * 3500,
    "numbers": "one hundred " * 5000,
    "one word": "a" * 100_000,
    "another script": "你好" * 5000,
    "letters that unfold": "ﷺ" * 20_000,
    "control characters": "\x00\x01\u202e " * 3000,
    "apostrophes": "'" * 50_000,
    "refusals": "no " * 5000,
    "beginnings": "the same but what is the " * 3000,
}


@pytest.mark.parametrize("kind", _ENDLESS)
def test_a_text_without_end_takes_no_longer_than_a_long_one(kind: str) -> None:
    started = time.thread_time()
    heard_at("tea", _ENDLESS[kind], Expecting.ORDER, (), CART)
    assert time.thread_time() - started < 1.5


@modest
@given(st.text(alphabet=st.characters(), min_size=1, max_size=40), st.integers(1, 400))
def test_any_script_again_and_again_is_read_without_a_fault(text: str, times: int) -> None:
    assert 0 <= heard_at("tea", text * times).confidence <= 1

"""What fits into a text message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servizio.shop.gsm7 import is_gsm7, segment_count, to_gsm7


@pytest.mark.parametrize(
    ("text", "is_plain", "parts"),
    [
        ("", True, 0),
        ("Your order #42 is ready.", True, 1),
        ("Jalapeño café", True, 1),
        ("Your order #42 is ready 🧋", False, 1),
        ("it’s ready", False, 1),
        ("`", False, 1),
        ("a" * 160, True, 1),
        ("a" * 161, True, 2),
        ("a" * 306, True, 2),
        ("a" * 307, True, 3),
        ("€" * 80, True, 1),
        ("€" * 81, True, 2),
        ("a" * 150 + "🧋", False, 3),
        ("é" * 160, True, 1),
        ("ê" * 70, False, 1),
        ("ê" * 71, False, 2),
    ],
)
def test_a_text_takes_as_many_parts_as_its_alphabet_allows(
    text: str, is_plain: bool, parts: int
) -> None:
    assert is_gsm7(text) is is_plain
    assert segment_count(text) == parts


def test_an_emoji_is_not_split_between_two_parts() -> None:
    assert segment_count("ê" * 66 + "🧋" + "ê" * 66) == 3


def test_an_escaped_character_is_not_split_between_two_parts() -> None:
    assert segment_count("a" * 152 + "€" + "a" * 152) == 3


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("it’s “ready” – come…", 'it\'s "ready" - come...'),
        ("Phở with crème brûlée", "Pho with crème brulée"),
        ("Crème brûlée 🧋 milk tea", "Crème brulée milk tea"),
        ("珍珠奶茶 taro", "taro"),
        ("a\u00a0b", "a b"),
        ("cafe\u0301", "café"),
        ("½ sugar, 2×", "1/2 sugar, 2x"),
        ("one 🧋\n🧋 two", "one\ntwo"),
        ("Đặc biệt, Łódź, Ⅷ, ﬁne", "Dac biet, Lódz, VIII, fine".replace("ó", "o")),
        ("🧋", ""),
        ("two  blanks stay", "two  blanks stay"),
    ],
)
def test_look_alikes_are_replaced_and_the_rest_is_left_out(text: str, plain: str) -> None:
    assert to_gsm7(text) == plain


@given(st.text())
def test_what_comes_out_can_always_be_sent_and_does_not_change_again(text: str) -> None:
    plain = to_gsm7(text)
    assert is_gsm7(plain)
    assert to_gsm7(plain) == plain

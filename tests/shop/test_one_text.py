"""A text is one message on the bill, whatever the shop is called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servizio.shop.gsm7 import segment_count, to_gsm7
from servizio.shop.one_text import one_text

LONG = "The Original Old Harbour Road Bubble Tea, Coffee & Waffle House of Greater Springfield"


def test_the_longest_wording_that_fits_is_taken() -> None:
    assert one_text("Boba", "we have it", "ok") == "Boba: we have it"
    assert one_text("Boba", "x" * 160, "y" * 100) == f"Boba: {'y' * 100}"


def test_a_long_name_is_shortened_between_words_before_a_text_becomes_two_messages() -> None:
    wording = f"order 4782 is ready for pickup, at the corner of Main Street. {'Yes. ' * 5}"
    said = one_text(LONG, wording)
    assert (
        said == f"The Original Old Harbour Road Bubble Tea, Coffee & Waffle House of..: {wording}"
    )
    assert segment_count(said) == 1


def test_what_cannot_be_one_message_is_two_whole_ones() -> None:
    said = one_text(LONG, "x" * 155)
    assert said == f"{LONG}: {'x' * 155}"
    assert segment_count(said) == 2


@pytest.mark.parametrize("name", ["茶店", "🧋", "..."])
def test_a_name_that_texts_cannot_write_is_left_out(name: str) -> None:
    assert one_text(name, "order 4782 is ready.") == "Order 4782 is ready."


@given(st.text(min_size=1, max_size=300), st.integers(1, 145))
def test_behind_any_name_a_short_wording_is_one_message(name: str, length: int) -> None:
    wording = "w" * length
    said = to_gsm7(one_text(name, wording))
    assert segment_count(said) == 1
    assert said.casefold().endswith(wording)

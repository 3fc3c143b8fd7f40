"""The wait that is quoted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servizio.shop.wait import quoted_minutes, spoken_wait


@pytest.mark.parametrize(
    ("ahead", "staff", "minutes"),
    [(0, 1, 5), (3, 1, 10), (6, 1, 15), (6, 2, 10), (19, 1, 30), (20, 1, 45), (60, 1, 105)],
)
def test_the_wait_grows_with_the_queue(ahead: int, staff: int, minutes: int) -> None:
    assert quoted_minutes(ahead, staff=staff) == minutes


def test_a_busy_hour_comes_on_top() -> None:
    assert quoted_minutes(0, extra_minutes=12) == 15


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (5, "about 5 minutes"),
        (60, "about an hour"),
        (75, "about an hour and 15 minutes"),
        (120, "about 2 hours"),
    ],
)
def test_the_wait_is_said_as_people_say_it(minutes: int, words: str) -> None:
    assert spoken_wait(minutes) == words


@given(st.integers(-5, 500), st.integers(-5, 50), st.integers(-1, 6))
def test_a_longer_queue_never_means_a_shorter_wait(ahead: int, more: int, staff: int) -> None:
    shorter = quoted_minutes(ahead, staff=staff)
    assert shorter % 5 == 0
    assert quoted_minutes(ahead + abs(more), staff=staff) >= shorter >= 5

"""What is understood of the words of somebody in a restaurant."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servizio.language.restaurant_phrases import Says
from servizio.language.restaurant_talk import Heard, RestaurantTalk
from tests.language.restaurant_sentences import ROWS

TODAY = date(2026, 11, 21)
"""A Saturday; the table is wanted for the day after, at seven."""
HARMLESS = frozenset({Says.YES, Says.NO, Says.OK, Says.GREETING})
"""What may be heard along without changing the answer."""


def talk() -> RestaurantTalk:
    return RestaurantTalk(
        today=TODAY,
        wanted=time(19),
        day=TODAY + timedelta(days=1),
        name="Rossi",
        place="Da Mario",
    )


def details(heard: Heard) -> dict[str, str]:
    found = {
        "t": ",".join(f"{each:%H:%M}" for each in heard.times),
        "f": ",".join(f"{each:%H:%M}" for each in heard.refused),
        "p": "" if heard.party is None else str(heard.party),
        "d": "" if heard.day is None else str((heard.day - TODAY).days),
        "n": heard.number,
    }
    return {key: value for key, value in found.items() if value}


@pytest.mark.parametrize(("text", "kinds", "told"), ROWS)
def test_a_sentence_of_the_restaurants_is_understood(text: str, kinds: str, told: str) -> None:
    heard = talk().read(text)
    expected = {Says(kind) for kind in kinds.split()}
    wanted = dict(each.split("=") for each in told.split())
    assert expected <= heard.says
    assert heard.says - expected <= HARMLESS
    found = details(heard)
    assert {key: found.get(key) for key in wanted} == wanted
    assert set(found) - set(wanted) <= (
        {"d"} if expected & {Says.CLOSED, Says.OTHER_DAY} else set()
    )


def test_of_several_hypotheses_the_first_that_says_something_counts() -> None:
    heard = talk().understand(["wee our fool it sever", "we are full at seven", "okay"])
    assert heard.has(Says.FULL)


def test_digits_that_each_hypothesis_adds_in_its_own_way_were_not_said() -> None:
    heard = talk().understand(
        [
            "the reservation number is three one three six four three six",
            "the reservation number is three one three six three three six",
        ]
    )
    assert heard.number == "3136"


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=120))
def test_any_text_is_read_and_never_crashes(text: str) -> None:
    assert isinstance(talk().read(text).says, frozenset)

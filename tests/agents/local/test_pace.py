"""When a telephone number is listened to once more, and which hearing is believed."""

from __future__ import annotations

import pytest

from servizio.agents.local.closed_questions import ClosedQuestion, closed_question
from servizio.agents.local.hypothesis import Hypothesis, RecognitionContext
from servizio.agents.local.pace import likelier, wants_more_time
from servizio.language.meaning import Expecting

WHOLE = "four one five five five five oh one two six"
SHORT = "four one five five five five one two six"


def heard(text: str, likely: float = -8.0, confidence: float = 0.8) -> list[Hypothesis]:
    return [Hypothesis(text, likely, confidence, likely)]


@pytest.fixture
def number() -> ClosedQuestion:
    question = closed_question(RecognitionContext(expecting=Expecting.PHONE_NUMBER))
    assert question is not None
    return question


@pytest.mark.parametrize(
    "found", [heard(SHORT), heard("that's one for the first one", confidence=0.2)]
)
def test_digits_that_may_be_misheard_are_listened_to_once_more(
    number: ClosedQuestion, found: list[Hypothesis]
) -> None:
    assert wants_more_time(found, number)


@pytest.mark.parametrize("found", [heard(WHOLE), heard("yes that one"), []])
def test_what_is_clear_or_says_no_digits_takes_no_second_time(
    number: ClosedQuestion, found: list[Hypothesis]
) -> None:
    assert not wants_more_time(found, number)


def test_no_other_question_is_listened_to_more_slowly() -> None:
    yes_or_no = closed_question(RecognitionContext(expecting=Expecting.YES_NO))
    assert not wants_more_time(heard(SHORT), yes_or_no)
    assert not wants_more_time(heard(SHORT), None)


def test_a_whole_number_is_believed_before_one_that_is_too_short(number: ClosedQuestion) -> None:
    assert likelier(heard(SHORT, -3.0), heard(WHOLE, -9.0), number)[0].text == WHOLE
    assert likelier(heard(WHOLE, -9.0), heard(SHORT, -3.0), number)[0].text == WHOLE


def test_of_two_whole_numbers_the_likelier_is_believed(number: ClosedQuestion) -> None:
    other = WHOLE.replace("six", "eight")
    assert likelier(heard(WHOLE, -9.0), heard(other, -3.0), number)[0].text == other
    assert likelier(heard(WHOLE, -3.0), heard(other, -9.0), number)[0].text == WHOLE


def test_nothing_heard_slowly_changes_nothing(number: ClosedQuestion) -> None:
    assert likelier(heard(SHORT), [], number)[0].text == SHORT

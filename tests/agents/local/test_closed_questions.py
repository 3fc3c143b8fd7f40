"""A question with few answers is heard as one of them, or not at all."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from servizio.agents.local.beams import repeats_itself
from servizio.agents.local.closed_questions import (
    can_take,
    closed_question,
    is_no,
    is_too_long,
    is_whole_number,
    is_yes,
)
from servizio.agents.local.closed_search import Answers, ClosedSearch
from servizio.agents.local.expected_answers import among_expected
from servizio.agents.local.heard_words import spoken_words
from servizio.agents.local.hypothesis import Hypothesis, RecognitionContext
from servizio.agents.local.mouth import Mouth
from servizio.agents.local.recogniser import Recogniser
from servizio.agents.local.said_digits import as_said, digits_of
from servizio.agents.local.second_look import is_better, leaning_harder, makes_sense
from servizio.agents.local.tokenizer import END_TOKEN
from servizio.language.meaning import Add, Affirm, Deny, Expecting, Meaning
from servizio.shop.line import Line

WORDS = ["</s>", "yes", "no", "one", "two", "taro", "a,", "a.", "a!", "a?"]
IDS = {word: token for token, word in enumerate(WORDS, 2)}
STARTS_WORD = (True,) * (len(WORDS) + 2)


def encode(text: str) -> tuple[int, ...]:
    return tuple(IDS[word] for word in text.lower().split())


def heard(answers: Answers, *likely: str) -> list[str]:
    """The answers found where these words are the likeliest, one after the other."""
    search = ClosedSearch(answers, width=3, longest=6)
    for word in (*likely, *["</s>"] * 7):
        row = np.full(len(WORDS) + 2, -6.0, np.float32)
        row[IDS[word]] = 0.0
        search.advance(np.repeat(row[None], len(search.live), axis=0))
        if search.is_over:
            break
    return [" ".join(WORDS[token - 2] for token in beam.tokens) for beam in search.best()]


def test_only_answers_are_heard() -> None:
    answers = Answers(["yes", "no"], encode, STARTS_WORD)

    assert heard(answers, "no")[0] == "no"
    assert not any("taro" in each for each in heard(answers, "taro"))


def test_any_number_of_words_of_a_row_may_follow_an_answer() -> None:
    answers = Answers(["yes"], encode, STARTS_WORD, row=["one", "two"])

    assert heard(answers, "yes", "two", "one", "two")[0] == "yes two one two"
    assert heard(answers, "two", "two")[0] == "two two"


def test_an_answer_may_end_only_where_it_is_whole() -> None:
    answers = Answers(["yes no"], encode, STARTS_WORD)

    assert END_TOKEN not in answers.after(answers.after(0)[IDS["yes"]])


def test_every_phone_number_can_be_said_and_no_order() -> None:
    question = closed_question(RecognitionContext(expecting=Expecting.PHONE_NUMBER))

    assert question is not None
    assert {"zero", "oh", "nine", "double"} <= set(question.row)
    assert "um my number is" in question.answers
    assert closed_question(RecognitionContext(expecting=Expecting.ORDER)) is None


def test_no_answer_is_a_yes_and_a_no() -> None:
    question = closed_question(RecognitionContext(expecting=Expecting.YES_NO))

    assert question is not None
    assert not [each for each in question.answers if is_yes(each) and is_no(each)]


def test_a_number_as_long_as_numbers_are_is_believed_before_one_that_is_a_digit_too_long() -> None:
    question = closed_question(RecognitionContext(expecting=Expecting.PHONE_NUMBER))
    assert question is not None
    long = Hypothesis("two one two five five five five oh one eight six", -2.0, 0.9, -2.0)
    whole = Hypothesis("two one two triple five oh one eight six", -3.5, 0.9, -3.5)
    unlikely = Hypothesis("two one two five five five one eight six six", -12.0, 0.9, -12.0)

    assert among_expected([long], [long, whole, unlikely], question, 4.0)[0].text == whole.text
    assert among_expected([long], [long, unlikely], question, 4.0)[0].text == long.text


def test_half_a_number_is_left_as_it_was_heard() -> None:
    question = closed_question(RecognitionContext(expecting=Expecting.PHONE_NUMBER))
    assert question is not None
    half = [Hypothesis("two one two", -1.0), Hypothesis("two one two two", -2.0)]

    assert [one.text for one in among_expected(half, half, question, 1.2)] == [
        "two one two",
        "two one two two",
    ]


def test_a_number_that_nobody_can_have_is_not_whole() -> None:
    question = closed_question(RecognitionContext(expecting=Expecting.PHONE_NUMBER))
    assert question is not None

    assert is_whole_number("2125550186", question)
    assert not is_whole_number("0125550186", question)
    assert not is_whole_number("2121550186", question)
    assert is_too_long("21255550186", question)
    assert not is_too_long("12125550186", question)


def test_all_ways_to_write_a_number_speak_for_it() -> None:
    question = closed_question(RecognitionContext(expecting=Expecting.PHONE_NUMBER))
    assert question is not None
    four = Hypothesis("six one seven five five five four one nine three", -3.6, 0.9, -3.6)
    zero = Hypothesis("six one seven five five five zero one nine three", -4.0, 0.9, -4.0)
    written = Hypothesis("six one seven five five five or one nine three", -4.2, 0.9, -4.2)

    first = among_expected([four], [four, zero, written], question, 4.0)[0]
    assert digits_of(first.text) == "6175550193"


def test_digits_are_read_as_people_group_them() -> None:
    assert digits_of("seven one eight two six oh fourteen ninety two") == "7182601492"
    assert digits_of("five oh three seven hundred double two thirty four") == "5037002234"
    assert digits_of("my number is") == ""
    assert as_said("six o three to for won") == "six oh three two four one"


def test_beams_that_differ_in_commas_alone_leave_room_for_other_words() -> None:
    answers = Answers([], encode, STARTS_WORD, row=["one", "two"])
    search = ClosedSearch(answers, width=8, longest=6)
    row = np.zeros(len(WORDS) + 2, np.float32)
    for _ in range(3):
        search.advance(np.repeat(row[None], len(search.live), axis=0))

    said = Counter(answers.words(beam.tokens) for beam in search.live)
    assert max(said.values()) <= 2


def test_after_a_question_a_yes_is_likelier_than_a_what() -> None:
    question = closed_question(RecognitionContext(expecting=Expecting.YES_NO))
    assert question is not None

    def first(what: float) -> str:
        found = [Hypothesis("what", what, 0.9, what), Hypothesis("yes", -4.5, 0.9, -4.5)]
        return among_expected(found, found, question, 0.5)[0].text

    assert first(-3.9) == "yes"
    assert first(-2.4) == "what"


def test_long_speech_is_no_lone_yes() -> None:
    assert can_take("yes", 0.8)
    assert not can_take("yes", 1.4)
    assert can_take("yes that's right", 1.4)


@pytest.mark.parametrize(
    ("second", "better"),
    [
        (Meaning("yes", (Affirm(),), 0.95), True),
        (Meaning("yes", (Affirm(),), 0.5), False),
        (Meaning("a taro", (Add((Line("taro", 1, ()),)),), 0.8), False),
        (Meaning("hm", (), 1.0), False),
    ],
)
def test_the_second_hearing_must_make_far_more_sense(second: Meaning, better: bool) -> None:
    first = Meaning("come back", (), 0.4, leftover=("back",))

    assert not makes_sense(first, Expecting.YES_NO)
    assert is_better(second, first) is better


def test_what_may_be_anything_is_heard_once() -> None:
    assert makes_sense(Meaning("come back", (), 0.4), Expecting.ORDER)
    assert makes_sense(Meaning("no", (Deny(),), 0.95), Expecting.YES_NO)


def test_leaning_harder_leaves_more_room_to_the_expected_answers() -> None:
    context = RecognitionContext(expecting=Expecting.YES_NO)
    first, second = closed_question(context), closed_question(leaning_harder(context))

    assert first is not None
    assert second is not None
    assert second.margin > first.margin


def test_the_same_five_words_twice_are_a_loop_but_digits_are_not() -> None:
    assert repeats_itself((9, 1, 2, 3, 4, 5, 1, 2, 3, 4, 5))
    assert not repeats_itself((5, 8, 5, 8, 5, 8))


@pytest.mark.voice
def test_a_spoken_number_keeps_all_its_digits() -> None:
    recogniser, mouth = Recogniser.load(), Mouth.load()
    context = RecognitionContext(expecting=Expecting.PHONE_NUMBER)

    number = "five five five one two three four five six seven"
    found = recogniser.transcribe(mouth.speak(f"My number is {number}."), context)
    assert any(each.text.endswith(number) for each in found)

    context = RecognitionContext(expecting=Expecting.YES_NO)
    assert is_yes(recogniser.transcribe(mouth.speak("Yes."), context)[0].text)
    assert is_no(recogniser.transcribe(mouth.speak("No."), context)[0].text)


def test_a_hum_that_means_yes_is_a_yes_however_it_is_written() -> None:
    assert {spoken_words(hum) for hum in ("Uh-huh.", "Aha!", "Ah-huh", "uh huh")} == {"uh huh"}
    assert {spoken_words(hum) for hum in ("Mm-hmm.", "Mhm", "M-hm", "M H M.")} == {"mm hmm"}
    assert spoken_words("aha, a taro") == "aha a taro"
    assert is_yes("uh huh")
    assert is_yes("mm hmm")
    assert not is_yes("uh uh")


def test_a_nod_is_among_the_answers_to_a_yes_or_no_question() -> None:
    question = closed_question(RecognitionContext(expecting=Expecting.YES_NO))

    assert question is not None
    assert {"uh huh", "mm hmm"} <= set(question.answers)


def test_an_um_that_was_written_as_words_is_an_um_where_the_words_make_no_sense() -> None:
    assert (
        spoken_words("I'm good, you add a black milk tea?") == "um could you add a black milk tea"
    )
    assert spoken_words("I'm good, thank you.") == "i'm good thank you"
    assert spoken_words("All the second one without ice.") == "uh the second one without ice"
    assert spoken_words("All the others with boba.") == "all the others with boba"


def test_a_word_that_was_written_twice_is_said_once_and_digits_are_not() -> None:
    assert spoken_words("Full sugar and no boba boba.") == "full sugar and no boba"
    assert spoken_words("5, 5, five five, oh one twenty twenty") == (
        "five five five five oh one twenty twenty"
    )

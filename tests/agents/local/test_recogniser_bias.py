"""Leaning towards phrases and searching, without a network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servizio.agents.local.beam_search import BeamSearch
from servizio.agents.local.beams import repeats_itself
from servizio.agents.local.bias import PhraseBias
from servizio.agents.local.expectations import weighted_phrases
from servizio.agents.local.heard_words import spoken_words
from servizio.agents.local.hypothesis import Hypothesis, RecognitionContext
from servizio.agents.local.recogniser import without_afterthoughts
from servizio.agents.local.tokenizer import Tokenizer
from servizio.errors import SpeechError
from servizio.language.meaning import Expecting

WORDS = ["</s>", "milk", "tea", "black", "taro", "s", "cake", "cheese", "."]
"""Tokens of a made-up alphabet from 2 on: all begin a word but "s"."""
IDS = {word: token for token, word in enumerate(WORDS, 2)}
STARTS_WORD = tuple(token - 2 != 5 for token in range(len(WORDS) + 2))


def encode(text: str) -> tuple[int, ...]:
    return tuple(IDS[word] for word in text.lower().split())


def bias_towards(*phrases: str, weight: float = 1.0) -> PhraseBias:
    return PhraseBias(dict.fromkeys(phrases, weight), encode, STARTS_WORD)


def gain(bias: PhraseBias, text: str) -> float:
    state, total = 0, 0.0
    for token in (*encode(text), IDS["</s>"]):
        state, gained = bias.step(state, token)
        total += gained
    return total


def test_a_whole_phrase_earns_a_bonus_for_each_token() -> None:
    assert gain(bias_towards("black milk tea"), "cake black milk tea cake") == 3.0


def test_a_phrase_that_breaks_off_gives_all_of_it_back() -> None:
    assert gain(bias_towards("black milk tea"), "black milk cake") == 0.0
    assert gain(bias_towards("black milk tea"), "black milk") == 0.0


def test_the_part_that_is_itself_a_phrase_is_kept() -> None:
    assert gain(bias_towards("milk", "milk tea cake"), "milk tea black") == 1.0


def test_a_phrase_that_begins_inside_a_broken_one_is_found() -> None:
    bias = bias_towards("black milk cake", "milk tea")

    assert gain(bias, "black milk tea cake") == 2.0


def test_a_word_that_goes_on_is_another_word() -> None:
    bias = bias_towards("tea")

    assert gain(bias, "tea s") == 0.0
    assert gain(bias, "tea .") == 1.0


def test_what_favoured_says_is_what_step_does() -> None:
    bias = bias_towards("black milk tea", "milk cake", "milk", "tea s", "cheese cake")
    for state in range(len(bias)):
        favoured = bias.favoured(state)
        told = dict(zip(favoured.tokens.tolist(), favoured.gains.tolist(), strict=True))
        at_word, inside_word = bias.leave(state)
        for token in range(2, len(WORDS) + 2):
            usual = at_word if STARTS_WORD[token] else inside_word
            assert bias.step(state, token)[1] == pytest.approx(told.get(token, usual))


@given(
    st.lists(st.sampled_from(["milk tea", "black milk tea", "tea cake", "cheese"]), max_size=4),
    st.lists(st.sampled_from([word for word in WORDS if word != "</s>"]), max_size=12),
)
def test_the_bonus_is_never_negative_nor_more_than_one_a_token(
    phrases: list[str], words: list[str]
) -> None:
    assert 0 <= gain(bias_towards(*phrases), " ".join(words)) <= len(words)


def search(bias: PhraseBias, rows: list[dict[str, float]], *, longest: int = 9) -> list[str]:
    """Beam search over fixed next-word probabilities, the same for all beams."""
    beams = BeamSearch(bias, np.array(STARTS_WORD), width=3, longest=longest)
    step, live = 0, 1
    while not beams.is_over:
        logits = np.full((live, len(WORDS) + 2), -20.0, np.float32)
        for word, probability in rows[min(step, len(rows) - 1)].items():
            logits[:, IDS[word]] = np.log(probability)
        live = len(beams.advance(logits))
        step += 1
    return [" ".join(WORDS[token - 2] for token in beam.tokens) for beam in beams.best()]


def test_the_bias_decides_between_words_that_sound_alike() -> None:
    rows = [{"cheese": 0.6, "taro": 0.4}, {"tea": 1.0}, {"</s>": 1.0}]

    assert search(bias_towards(), rows)[0] == "cheese tea"
    assert search(bias_towards("taro tea"), rows)[0] == "taro tea"


def test_a_search_without_an_end_stops_at_the_limit() -> None:
    found = search(bias_towards(), [{"tea": 0.4, "milk": 0.3, "cake": 0.3}], longest=7)

    assert found
    assert max(len(text.split()) for text in found) <= 7


def test_saying_the_same_over_and_over_is_noticed_but_a_number_is_not() -> None:
    assert repeats_itself((5, 1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3))
    assert repeats_itself((9, 9, 9, 9, 9, 9))
    assert not repeats_itself((5, 5, 5, 0, 1, 5, 5, 5))


def test_phrases_that_come_after_the_end_of_the_speech_were_never_said() -> None:
    ended = Hypothesis("a black milk tea with no ice", 18.8, log_probability=-8.0)
    went_on = Hypothesis("a black milk tea with no ice half sugar", 29.5, log_probability=-17.3)
    said_more = Hypothesis("a black milk tea with no ice please", 17.0, log_probability=-9.0)

    assert without_afterthoughts([went_on, ended, said_more]) == [ended, said_more]
    assert without_afterthoughts([went_on]) == [went_on]


def test_a_question_asked_brings_its_own_phrases() -> None:
    number = weighted_phrases(RecognitionContext(expecting=Expecting.PHONE_NUMBER), ["taro"])
    order = weighted_phrases(
        RecognitionContext(expecting=Expecting.MODIFIER, phrases=("boba",)), ["taro"]
    )

    assert number["seven"] > number["taro"]
    assert order["taro"] == order["boba"] > order["yes"]
    ours = [expecting for expecting in Expecting if expecting is not Expecting.TABLE]
    assert all(weighted_phrases(RecognitionContext(expecting=expecting), []) for expecting in ours)


def test_in_a_call_for_a_table_only_its_own_phrases_are_expected() -> None:
    context = RecognitionContext(expecting=Expecting.TABLE, phrases=("fully booked",))

    assert set(weighted_phrases(context, ["taro"])) == {"fully booked"}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("I'd like 2, at 50%.", "i'd like two at fifty percent"),
        ("212-555-0186.", "two one two five five five zero one eight six"),
        ("Is order 3921 ready?", "is order three nine two one ready"),
        ("The 2nd one, $5.50!", "the second one five dollars fifty"),
        ("At 7:30, 100% -- “sure”", "at seven thirty one hundred percent sure"),
        ("Café Ünïted & co", "café ünïted and co"),
        ("25", "twenty five"),
        ("the 12th, 20th and 31st", "the twelfth twentieth and thirty first"),
        ("42nd street 007", "forty second street zero zero seven"),
        (
            "Can I speak to some one? Every thing, some one percent milk.",
            "can i speak to someone everything some one percent milk",
        ),
        ("I'd also like too medium Sprites.", "i'd also like two medium sprites"),
        (
            "I'd like that too, please. I'd like too many.",
            "i'd like that too please i'd like too many",
        ),
        ("...", ""),
        ("²½", ""),
        ("1" * 40, " ".join(["one"] * 40)),
    ],
)
def test_sentences_become_words(written: str, said: str) -> None:
    assert spoken_words(written) == said


@given(st.text(max_size=60))
def test_any_text_becomes_plain_words(text: str) -> None:
    words = spoken_words(text)

    assert words == " ".join(words.split())
    assert not any(letter.isdigit() and letter.isascii() for letter in words)


def test_a_damaged_tokenizer_is_an_error_for_the_person(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.bin"
    path.write_bytes(b"\x05abc\x81")

    with pytest.raises(SpeechError, match=r"tokenizer\.bin"):
        Tokenizer.load(path)

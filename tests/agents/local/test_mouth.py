"""What the voice is given, and what it makes of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servizio.agents.local.availability import missing_packages
from servizio.agents.local.mouth import PAUSE_MS, Mouth, SentenceCache, limit
from servizio.agents.local.sentences import (
    LONGEST_SENTENCE,
    clauses,
    leads,
    plain_text,
    split_sentences,
)
from servizio.audio.frames import silence
from servizio.audio.g711 import mulaw_to_pcm16
from servizio.audio.resample import pcm16_to_float
from servizio.errors import SpeechError


def test_text_is_cut_into_sentences() -> None:
    assert split_sentences("Hi! What can I get you?  Okay... ") == [
        "Hi!",
        "What can I get you?",
        "Okay...",
    ]


def test_nothing_that_could_be_markup_or_phonemes_reaches_the_voice() -> None:
    assert plain_text("[[ hɛ ]] <break/> {x} a_b \\n `rm` *bold*\x00") == (
        "hɛ break x a b n rm bold"
    )


@given(st.text(max_size=900))
def test_any_text_becomes_sentences_of_bearable_length(text: str) -> None:
    for sentence in split_sentences(text):
        assert 0 < len(sentence) <= LONGEST_SENTENCE
        assert not set(sentence) & set("[]<>{}\\|")


@given(st.text(alphabet="ab, .", max_size=300))
def test_no_word_is_lost_between_clauses(text: str) -> None:
    for sentence in split_sentences(text):
        assert " ".join(clauses(sentence)) == sentence


def test_a_long_sentence_starts_with_its_first_clause() -> None:
    assert clauses("That is one taro milk tea with boba, fifty percent sweet, regular ice.") == [
        "That is one taro milk tea with boba,",
        "fifty percent sweet, regular ice.",
    ]
    assert clauses("So, five five five, one two three, four five six seven.") == [
        "So,",
        "five five five, one two three,",
        "four five six seven.",
    ]
    assert clauses("Okay, anything else?") == ["Okay,", "anything else?"]
    assert clauses("Anything else, or is that all?") == ["Anything else, or is that all?"]


def test_no_clause_takes_long_to_render_where_it_can_be_cut() -> None:
    drink = "one black milk tea with egg pudding and crystal agar boba and vanilla cream"
    assert clauses(f"OK, {drink}, less ice, fifty percent sweetness.") == [
        "OK,",
        "one black milk tea with egg pudding,",
        "and crystal agar boba and vanilla cream,",
        "less ice, fifty percent sweetness.",
    ]


def test_the_known_beginnings_of_a_sentence_are_looked_for_longest_first() -> None:
    assert leads("Your order number is four.") == [
        "Your order number is,",
        "Your order number,",
        "Your order,",
        "Your,",
    ]
    assert leads("Hello?") == []


def test_the_cache_forgets_what_was_longest_unused() -> None:
    cache = SentenceCache(most_bytes=10)
    cache.put("a", b"1234")
    cache.put("b", b"1234")
    cache.get("a")
    cache.put("c", b"1234")
    cache.put("too long", b"x" * 11)

    assert [cache.get(name) for name in ("a", "b", "c", "too long")] == [
        b"1234",
        None,
        b"1234",
        None,
    ]
    cache.put("c", b"12")
    assert len(cache) == 2


def test_loud_sound_is_bent_and_quiet_sound_left_alone() -> None:
    samples = np.array([0.0, 0.1, -0.5, 1.0, -4.0], np.float32)

    limited = limit(samples)

    assert limited[:3].tolist() == samples[:3].tolist()
    assert np.abs(limited).max() <= 0.9
    assert limited[3] > 0.5
    assert limited[4] < -0.5


def test_what_is_not_installed_is_named_as_pip_knows_it() -> None:
    assert set(missing_packages(own_voice=True)) <= set(missing_packages())


def test_a_voice_that_is_none_is_an_error_for_the_person(tmp_path: Path) -> None:
    pytest.importorskip("piper")
    voice = tmp_path / "voice.onnx"
    voice.write_bytes(b"nonsense")

    with pytest.raises(SpeechError, match=r"voice\.onnx"):
        Mouth.load(voice)


@pytest.fixture(scope="module")
def mouth() -> Mouth:
    return Mouth.load()


@pytest.mark.voice
def test_speech_begins_at_once_is_loud_enough_and_ends_with_a_breath(mouth: Mouth) -> None:
    speech = mouth.speak("Any toppings?")

    samples = pcm16_to_float(mulaw_to_pcm16(speech))
    assert speech.endswith(silence(PAUSE_MS))
    assert 8 * 500 < len(speech) < 8 * 2500
    assert np.abs(samples[: 8 * 60]).max() > 0.01
    assert 0.3 < np.abs(samples).max() <= 0.92


@pytest.mark.voice
@pytest.mark.parametrize("text", ["", "...", "[[]]", "☃", "5.50", "[[ɛ", "%$&-'"])
def test_odd_text_crashes_nothing(mouth: Mouth, text: str) -> None:
    assert isinstance(mouth.speak(text), bytes)

"""The recogniser on speech of the local voice, and on what is no speech."""

from __future__ import annotations

import numpy as np
import pytest

from servizio.agents.local.hypothesis import RecognitionContext
from servizio.agents.local.mouth import Mouth
from servizio.agents.local.recogniser import Recogniser
from servizio.agents.local.said_digits import as_said, digits_of
from servizio.audio.frames import silence
from servizio.audio.g711 import pcm16_to_mulaw
from servizio.audio.resample import float_to_pcm16
from servizio.language.meaning import Expecting

pytestmark = pytest.mark.voice

MENU = RecognitionContext("boba", Expecting.ORDER)


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    loaded = Recogniser.load()
    loaded.register("boba", ["taro milk tea", "black milk tea", "egg pudding", "vanilla cream"])
    return loaded


@pytest.fixture(scope="module")
def mouth() -> Mouth:
    return Mouth.load()


def noise(seconds: float, loudness: float) -> bytes:
    samples = np.random.default_rng(1).standard_normal(int(8000 * seconds)) * loudness
    return pcm16_to_mulaw(float_to_pcm16(samples.astype(np.float32)))


def test_an_order_is_heard(recogniser: Recogniser, mouth: Mouth) -> None:
    spoken = mouth.speak("Can I have a black milk tea with egg pudding?")

    best, *others = recogniser.transcribe(silence(300) + spoken, MENU)

    assert best.text == "can i have a black milk tea with egg pudding"
    assert 0.3 < best.confidence <= 1
    assert all(other.score <= best.score for other in others)
    assert len({best.text, *(other.text for other in others)}) == 1 + len(others)


def test_long_speech_is_heard_in_pieces_to_its_end(recogniser: Recogniser, mouth: Mouth) -> None:
    spoken = mouth.speak("I would like a black milk tea.") + silence(9000)
    spoken += mouth.speak("And one with egg pudding.")

    [best, *_] = recogniser.transcribe(spoken + silence(6000), MENU)

    assert "black milk tea" in best.text
    assert best.text.endswith("pudding")


def test_quick_speech_is_heard_to_its_last_word(recogniser: Recogniser) -> None:
    spoken = Mouth.load(speed=1.6).speak(
        "Hi, I'd like two taro milk teas, one with egg pudding, the other one with vanilla cream, "
        "a large black milk tea with no ice and half sugar, and that's it for me, thanks."
    )

    [best, *_] = recogniser.transcribe(spoken, MENU)

    assert best.text.endswith("and that's it for me thanks")


@pytest.mark.parametrize(
    "mulaw",
    [
        b"",
        b"\x00",
        silence(20),
        silence(1500),
        bytes(8000),
        b"\x80" * 8000,
        bytes(range(256)) * 8,
        noise(1.5, 0.003),
        noise(1.5, 0.2),
        noise(0.05, 0.3),
    ],
    ids=["empty", "byte", "frame", "silence", "zeros", "peaks", "ramp", "hiss", "roar", "knock"],
)
def test_what_is_no_speech_gives_no_words(recogniser: Recogniser, mulaw: bytes) -> None:
    assert recogniser.transcribe(mulaw, MENU) == []


def test_an_unknown_menu_is_no_error(recogniser: Recogniser, mouth: Mouth) -> None:
    found = recogniser.transcribe(mouth.speak("Yes, please."), RecognitionContext("gone"))

    assert found[0].text.startswith("yes")


def test_no_more_hypotheses_than_wanted(recogniser: Recogniser, mouth: Mouth) -> None:
    assert len(recogniser.transcribe(mouth.speak("two black milk teas"), MENU, n_best=1)) == 1


def test_a_number_that_is_rattled_off_is_heard_at_a_slower_pace(recogniser: Recogniser) -> None:
    spoken = Mouth.load(speed=1.9).speak("Four one five, triple five, zero one six four.")

    [best, *_] = recogniser.transcribe(spoken, RecognitionContext("boba", Expecting.PHONE_NUMBER))

    assert digits_of(as_said(best.text)) == "4155550164"


@pytest.mark.parametrize("lean", [1.0, 1.8, 3.0])
def test_somebody_whose_words_the_bias_leads_astray_is_not_taken_for_a_noise(
    recogniser: Recogniser, lean: float
) -> None:
    spoken = Mouth.load(speed=1.2).speak("Bla milky and even ill a cream.")

    assert recogniser.transcribe(spoken, RecognitionContext("boba", Expecting.ORDER, lean=lean))

"""Sound between a browser's rates and the telephone's."""

from __future__ import annotations

import numpy as np
import pytest

from servizio.audio.resample import Samples, float_to_pcm16, pcm16_to_float
from servizio.audio.short_filters import Downsampler, Upsampler


def tone(hertz: float, rate: int, seconds: float = 0.5) -> Samples:
    wave = np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate) * 0.5
    return wave.astype(np.float32)


def loudness(samples: Samples, hertz: float, rate: int) -> float:
    """Of one frequency, in decibels of the tone above."""
    settled = samples[200:]
    places = np.arange(settled.size)
    found = abs(np.mean(settled * np.exp(-2j * np.pi * hertz * places / rate))) * 4
    return float(20 * np.log10(max(found, 1e-6)))


@pytest.mark.parametrize("hertz", [200, 1000, 2500, 3200])
def test_speech_goes_up_and_down_as_loud_as_it_was(hertz: int) -> None:
    up = pcm16_to_float(Upsampler(3).feed(float_to_pcm16(tone(hertz, 8000))))
    down = pcm16_to_float(Downsampler(2).feed(float_to_pcm16(tone(hertz, 16_000))))
    assert abs(loudness(up, hertz, 24_000)) < 1.0
    assert abs(loudness(down, hertz, 8000)) < 1.0


@pytest.mark.parametrize("hertz", [4700, 6000, 7500])
def test_what_a_telephone_cannot_carry_does_not_fold_back(hertz: int) -> None:
    down = pcm16_to_float(Downsampler(2).feed(float_to_pcm16(tone(hertz, 16_000))))
    assert loudness(down, 8000 - hertz, 8000) < -45


@pytest.mark.parametrize("hertz", [1000, 2500, 3000])
def test_no_echo_of_the_voice_stands_above_it(hertz: int) -> None:
    up = pcm16_to_float(Upsampler(3).feed(float_to_pcm16(tone(hertz, 8000))))
    assert loudness(up, 8000 - hertz, 24_000) < -45


@pytest.mark.parametrize("size", [1, 7, 160, 641])
def test_pieces_of_any_size_give_the_same_as_the_whole(size: int) -> None:
    pcm = float_to_pcm16(tone(700, 16_000, 0.1))
    for make in (lambda: Upsampler(3), lambda: Downsampler(2)):
        whole, parts = make().feed(pcm), make()
        pieces = [pcm[at : at + 2 * size] for at in range(0, len(pcm), 2 * size)]
        assert b"".join(parts.feed(piece) for piece in pieces) == whole


def test_what_goes_in_comes_out_at_once() -> None:
    assert len(Upsampler(3).feed(bytes(1280))) == 3840
    assert len(Downsampler(2).feed(bytes(1280))) == 640
    assert Upsampler(3).feed(b"") == Downsampler(2).feed(b"") == b""

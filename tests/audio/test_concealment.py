"""Holes that lost packets leave in speech are filled; silence stays silence."""

from __future__ import annotations

import numpy as np
import pytest

from servizio.audio.concealment import conceal
from servizio.audio.resample import Samples

FRAME = 160


def voice(seconds: float = 1.0) -> Samples:
    """A steady vowel of 120 Hz."""
    time = np.arange(int(8000 * seconds)) / 8000
    sound = sum(np.sin(2 * np.pi * 120 * part * time) / part for part in range(1, 6))
    return (0.2 * np.asarray(sound) + 1e-4).astype(np.float32)


@pytest.mark.parametrize("frames", [1, 2, 3])
def test_a_lost_packet_is_filled_with_the_voice_before_it(frames: int) -> None:
    whole = voice()
    lossy = whole.copy()
    lossy[4000 : 4000 + FRAME * frames] = 0

    filled = conceal(lossy)

    assert np.abs(filled[4000:4160] - whole[4000:4160]).max() < 0.2
    assert np.abs(np.diff(filled)).max() < 2 * np.abs(np.diff(whole)).max()
    assert np.array_equal(filled[:4000], whole[:4000])
    assert np.array_equal(filled[5000:], whole[5000:])


def test_a_pause_is_no_lost_packet() -> None:
    sound = voice()
    sound[4000:5000] = 0

    assert conceal(sound) is sound


@pytest.mark.parametrize("size", [0, 1, 160, 500])
def test_sound_too_short_to_know_the_voice_is_left_alone(size: int) -> None:
    sound = np.zeros(size, np.float32)

    assert conceal(sound) is sound


def test_holes_next_to_each_other_and_at_the_end_are_no_trouble() -> None:
    sound = voice()
    for start in (3000, 3170, 3340, sound.size - 161):
        sound[start : start + FRAME] = 0

    filled = conceal(sound)

    assert filled.size == sound.size
    assert np.abs(filled).max() <= np.abs(sound).max() + 1e-6

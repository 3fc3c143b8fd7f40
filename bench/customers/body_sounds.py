"""Sounds that customers make without saying anything: coughs, laughs, a door behind them."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import numpy as np
from numpy.typing import NDArray

from bench.customers.voices import line_sound
from servizio.audio.frames import SAMPLE_RATE

Wave = NDArray[np.float64]
COUGH = ((650, 150, 1.0), (1250, 250, 0.7), (2600, 400, 0.4))
"""Resonances of an open mouth: hertz, width, strength."""
LAUGH = ((750, 120, 1.0), (1200, 150, 0.8), (2500, 250, 0.4))


def voiced_cough(rng: Random) -> bytes:
    """One to three bursts through an open mouth, with more or less of a voice in them."""
    source = np.random.default_rng(rng.randrange(2**32))
    parts: list[Wave] = []
    voiced = rng.choice((0.1, 0.6))
    for _ in range(rng.randrange(1, 4)):
        seconds = rng.uniform(0.12, 0.3)
        time = _time(seconds)
        pitch = rng.uniform(110, 240) * (1 - 0.25 * time / seconds)
        breath = source.standard_normal(time.size) * (1 - voiced)
        burst = _resonant(breath + 4 * voiced * _glottis(pitch, 0.3), COUGH)
        burst *= np.minimum(1, time / 0.008) * np.exp(-time / (0.45 * seconds))
        parts += [_as_loud_as(burst, rng.uniform(0.35, 0.8)), _quiet(rng.uniform(0.05, 0.25))]
    return line_sound(np.concatenate(parts).astype(np.float32))


def laugh(rng: Random) -> bytes:
    """Three to six "ha"."""
    source = np.random.default_rng(rng.randrange(2**32))
    pitch = rng.uniform(150, 300)
    parts: list[Wave] = []
    for number in range(rng.randrange(3, 7)):
        time = _time(0.1)
        voice = _glottis(np.full(time.size, pitch * (1 - 0.04 * number)), 0.35)
        vowel = _resonant(voice, LAUGH) * np.sin(np.pi * time / 0.1)
        parts += [0.05 * source.standard_normal(560), _as_loud_as(vowel, 0.4)]
    return line_sound(np.concatenate(parts).astype(np.float32))


def door(rng: Random) -> bytes:
    """A door that falls shut."""
    source = np.random.default_rng(rng.randrange(2**32))
    time = _time(0.4)
    slam = source.standard_normal(time.size) * np.exp(-time / 0.05)
    boom = np.sin(2 * np.pi * 90 * time) * np.exp(-time / 0.1)
    return line_sound(_as_loud_as(slam + boom, 0.7).astype(np.float32))


def _time(seconds: float) -> Wave:
    return np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE


def _quiet(seconds: float) -> Wave:
    return np.zeros(int(seconds * SAMPLE_RATE))


def _glottis(pitch: Wave, is_open: float) -> Wave:
    """Pulses at a pitch, in hertz for each sample."""
    return ((np.cumsum(pitch) / SAMPLE_RATE % 1) < is_open) - is_open


def _resonant(sound: Wave, resonances: Sequence[tuple[int, int, float]]) -> Wave:
    hertz = np.fft.rfftfreq(sound.size, 1 / SAMPLE_RATE)
    gain = np.zeros(hertz.size)
    for centre, width, strength in resonances:
        gain += strength / (1 + ((hertz - centre) / width) ** 2)
    shaped: Wave = np.fft.irfft(np.fft.rfft(sound) * gain, sound.size)
    return shaped


def _as_loud_as(sound: Wave, peak: float) -> Wave:
    loudest: Wave = sound * (peak / float(np.abs(sound).max()))
    return loudest

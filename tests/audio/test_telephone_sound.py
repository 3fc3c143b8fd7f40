"""Coding, rates and frames of telephone sound."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from servizio.audio.frames import FRAME_BYTES, Framer, silence
from servizio.audio.g711 import mulaw_to_pcm16, pcm16_to_mulaw
from servizio.audio.resample import (
    MulawDecoder,
    MulawEncoder,
    Resampler,
    float_to_pcm16,
    pcm16_to_float,
    resample,
)


def tone(hertz: float, rate_hz: int, seconds: float = 0.5) -> np.ndarray:
    moments = np.arange(int(rate_hz * seconds)) / rate_hz
    return (0.5 * np.sin(2 * np.pi * hertz * moments)).astype(np.float32)


def loudness(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(np.square(samples))))


def test_every_mulaw_byte_survives_the_way_to_linear_and_back() -> None:
    # 0x7F is negative zero, which linear samples do not have.
    codes = bytes(code for code in range(256) if code != 0x7F)

    assert pcm16_to_mulaw(mulaw_to_pcm16(codes)) == codes


def test_silence_is_the_code_of_zero() -> None:
    assert mulaw_to_pcm16(silence(20)) == bytes(2 * FRAME_BYTES)


def test_half_a_sample_is_refused() -> None:
    with pytest.raises(ValueError, match="pairs"):
        pcm16_to_mulaw(b"\x00\x01\x02")


@given(st.lists(st.binary(max_size=700), max_size=12))
def test_a_framer_loses_and_invents_nothing(pieces: list[bytes]) -> None:
    framer = Framer()

    frames = [frame for piece in pieces for frame in framer.feed(piece)]
    rest = framer.flush()

    whole = b"".join(pieces)
    assert all(len(frame) == FRAME_BYTES for frame in frames)
    assert (b"".join(frames) + rest)[: len(whole)] == whole
    assert len(rest) in {0, FRAME_BYTES}
    assert framer.flush() == b""


def test_the_last_frame_is_filled_up_with_silence() -> None:
    framer = Framer()
    framer.feed(b"\x10" * 10)

    assert framer.flush() == b"\x10" * 10 + b"\xff" * 150


@pytest.mark.parametrize("rate_hz", [16_000, 22_050, 24_000, 48_000])
def test_a_tone_in_the_telephone_band_passes_and_one_above_it_does_not(rate_hz: int) -> None:
    passed = resample(tone(1000, rate_hz), rate_hz, 8000)
    stopped = resample(tone(5500, rate_hz), rate_hz, 8000)

    assert loudness(passed) == pytest.approx(loudness(tone(1000, rate_hz)), rel=0.02)
    assert loudness(stopped[400:-400]) < 0.002


def test_going_up_adds_no_image_of_the_voice() -> None:
    up = resample(tone(1000, 8000), 8000, 16_000)

    spectrum = np.abs(np.fft.rfft(up * np.hanning(up.size)))
    above = spectrum[spectrum.size // 2 + 50 :]
    assert above.max() < spectrum.max() / 3000


@pytest.mark.parametrize("cut", [1, 7, 320, 4801])
def test_a_stream_is_the_same_wherever_it_is_cut(cut: int) -> None:
    pcm = float_to_pcm16(tone(700, 48_000, 0.2))
    whole = Resampler(48_000, 8000)
    pieces = Resampler(48_000, 8000)

    at_once = whole.feed(pcm) + whole.flush()
    cut_up = b"".join(pieces.feed(pcm[at : at + cut]) for at in range(0, len(pcm), cut))

    assert cut_up + pieces.flush() == at_once
    assert len(at_once) == pytest.approx(2 * 8000 * 0.2, abs=4)


def test_linear_sound_becomes_mulaw_and_back_at_nearly_the_same_loudness() -> None:
    encoder, decoder = MulawEncoder(24_000), MulawDecoder(48_000)
    mulaw = encoder.feed(float_to_pcm16(tone(440, 24_000))) + encoder.flush()

    back = decoder.feed(mulaw) + decoder.flush()

    assert len(mulaw) == pytest.approx(8 * 500, abs=8)
    assert loudness(pcm16_to_float(back)) == pytest.approx(loudness(tone(440, 48_000)), rel=0.03)


def test_too_loud_samples_are_limited_not_wrapped() -> None:
    assert pcm16_to_float(float_to_pcm16(np.array([3.0, -3.0], np.float32))).tolist() == [
        pytest.approx(1.0, abs=1e-4),
        -1.0,
    ]


def test_nothing_stays_nothing() -> None:
    assert Resampler(8000, 16_000).flush() == b""


def test_a_rate_no_sound_card_has_is_refused() -> None:
    with pytest.raises(ValueError, match="sample rate"):
        Resampler(8000, 12)

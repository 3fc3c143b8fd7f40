"""WAV files of all kinds."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from servizio.audio.wav import read_mulaw, read_wav
from servizio.errors import SpeechError

WAVEFORM = (0.4 * np.sin(np.arange(1600) * 2 * np.pi * 500 / 8000)).astype(np.float32)


def wav_file(
    coding: int, bits: int, channels: int, body: bytes, *, extensible: bool = False
) -> bytes:
    width = bits // 8 * channels
    described = struct.pack(
        "<HHIIHH", 0xFFFE if extensible else coding, channels, 8000, 8000 * width, width, bits
    )
    if extensible:
        described += struct.pack("<HHI", 22, bits, 0) + struct.pack("<H", coding) + bytes(14)
    chunks = b"LIST" + struct.pack("<I", 3) + b"abc\0"
    chunks = b"fmt " + struct.pack("<I", len(described)) + described + chunks
    chunks += b"data" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def linear(bits: int) -> bytes:
    full = 2 ** (bits - 1)
    whole = np.rint(WAVEFORM * (full - 1)).astype(np.int64)
    if bits == 8:
        return (whole + 128).astype(np.uint8).tobytes()
    return b"".join(int(value).to_bytes(bits // 8, "little", signed=True) for value in whole)


@pytest.mark.parametrize(
    ("coding", "bits", "body"),
    [
        (1, 8, linear(8)),
        (1, 16, linear(16)),
        (1, 24, linear(24)),
        (1, 32, linear(32)),
        (3, 32, WAVEFORM.astype("<f4").tobytes()),
        (3, 64, WAVEFORM.astype("<f8").tobytes()),
    ],
)
def test_every_usual_coding_gives_the_same_sound(
    tmp_path: Path, coding: int, bits: int, body: bytes
) -> None:
    for extensible in (False, True):
        path = tmp_path / "sound.wav"
        path.write_bytes(wav_file(coding, bits, 1, body, extensible=extensible))

        heard = np.frombuffer(read_wav(path), "<i2") / 32768

        assert heard.size == WAVEFORM.size
        assert np.abs(heard - WAVEFORM).max() < (0.02 if bits == 8 else 0.0002)


def test_mulaw_files_are_read(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    path.write_bytes(wav_file(7, 8, 1, bytes(range(128, 255)) * 4))

    assert read_mulaw(path) == bytes(range(128, 255)) * 4


def test_two_channels_become_their_mean(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    path.write_bytes(wav_file(1, 16, 2, struct.pack("<4h", 1000, 3000, -500, 500)))

    assert struct.unpack("<2h", read_wav(path)) == (2000, 0)


def test_a_recording_is_read_at_another_rate(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    path.write_bytes(wav_file(1, 16, 1, linear(16)))

    assert len(read_wav(path, 16_000)) == 2 * len(linear(16))


def test_a_recording_that_was_cut_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "sound.wav"
    path.write_bytes(wav_file(1, 16, 1, linear(16))[:-301])

    assert len(read_wav(path)) == len(linear(16)) - 302


@pytest.mark.parametrize(
    "content",
    [b"", b"RIFF", b"not sound at all", wav_file(6, 8, 1, b"\x55"), wav_file(1, 16, 0, b"\0\0")],
)
def test_what_is_no_such_file_is_named_in_the_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "sound.wav"
    path.write_bytes(content)

    with pytest.raises(SpeechError, match=r"sound\.wav"):
        read_wav(path)


def test_a_missing_file_is_an_error_for_the_person(tmp_path: Path) -> None:
    with pytest.raises(SpeechError, match="cannot read"):
        read_wav(tmp_path / "none.wav")

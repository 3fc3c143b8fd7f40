"""Sound from a speech server is what its header says, and never as long as it says."""

from __future__ import annotations

import struct

import pytest

from servizio.agents.pipeline.sound_stream import SoundStream
from servizio.audio.g711 import pcm16_to_mulaw

TONE = b"".join(struct.pack("<h", 8000 if (n // 30) % 2 else -8000) for n in range(24_000))


def mulaw_of(data: bytes, size: int) -> bytes:
    stream = SoundStream()
    found = [stream.feed(data[at : at + size]) for at in range(0, len(data), size)]
    return b"".join([*found, stream.end()])


def wav(samples: bytes, *, rate: int, told: int, kind: int = 1, bits: int = 16) -> bytes:
    """A file whose header tells this length, with a chunk of notes before its samples."""
    form = struct.pack("<HHIIHH", kind, 1, rate, rate * bits // 8, bits // 8, bits)
    notes = b"LIST" + struct.pack("<I", 5) + b"notes\0"
    body = b"WAVEfmt " + struct.pack("<I", 16) + form + notes + b"data" + struct.pack("<I", told)
    return b"RIFF" + struct.pack("<I", told) + body + samples


@pytest.mark.parametrize("size", [1, 3, 1021, 100_000])
def test_bare_samples_may_be_cut_anywhere(size: int) -> None:
    assert abs(len(mulaw_of(TONE, size)) - 8000) < 10
    assert mulaw_of(TONE, size)[200:7000] == mulaw_of(TONE, 100_000)[200:7000]


@pytest.mark.parametrize("told", [0, 0xFFFFFFFF, len(TONE), 17])
@pytest.mark.parametrize("rate", [24_000, 48_000])
def test_the_length_in_a_header_is_not_believed_but_its_rate_is(told: int, rate: int) -> None:
    whole = mulaw_of(wav(TONE, rate=rate, told=told), 33)
    assert abs(len(whole) - 8000 * 24_000 // rate) < 10


def test_mulaw_in_a_file_is_the_telephones_own() -> None:
    sound = pcm16_to_mulaw(TONE[:16_000])
    assert mulaw_of(wav(sound, rate=8000, told=0, kind=7, bits=8), 50) == sound


@pytest.mark.parametrize(
    "data",
    [wav(TONE, rate=24_000, told=0, kind=3, bits=32), b"RIFF\0\0\0\0AVI LIST" + bytes(50),
     wav(TONE, rate=3, told=0)],
)  # fmt: skip
def test_what_is_no_known_sound_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="WAV"):
        mulaw_of(data, 1000)

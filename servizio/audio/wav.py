"""WAV files: any usual one in, 16-bit mono out.

Read here and not with the standard library alone, because that refuses float samples, mu-law
and the extensible header, which recorders and telephone systems write.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from servizio.audio.frames import SAMPLE_RATE
from servizio.audio.g711 import mulaw_to_pcm16, pcm16_to_mulaw
from servizio.audio.resample import Samples, float_to_pcm16, pcm16_to_float, resample
from servizio.errors import SpeechError

_EXTENSIBLE = 0xFFFE
_LONGEST_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Format:
    coding: int
    channels: int
    rate_hz: int
    bits: int


def read_wav(path: Path, rate_hz: int = SAMPLE_RATE) -> bytes:
    """The sound of a WAV file as PCM16, one channel (the mean of all), at this rate.

    Takes 8, 16, 24 and 32 bit linear, 32 and 64 bit float, and mu-law. Raises `SpeechError`
    where the file cannot be read or is none of these.
    """
    try:
        if path.stat().st_size > _LONGEST_BYTES:
            raise SpeechError(f"{path} is too large to be a recording of speech")
        content = path.read_bytes()
    except OSError as error:
        raise SpeechError(f"cannot read {path}: {error.strerror}") from error
    try:
        samples, found_hz = parse_wav(content)
        return float_to_pcm16(resample(samples, found_hz, rate_hz))
    except (ValueError, struct.error) as error:
        raise SpeechError(
            f"{path} is not a WAV file that can be read: {error}",
            "convert it first, for example: sox IN -c 1 -r 8000 -b 16 OUT.wav",
        ) from error


def read_mulaw(path: Path) -> bytes:
    """The sound of a WAV file as a telephone would carry it: mu-law, 8000 Hz."""
    return pcm16_to_mulaw(read_wav(path, SAMPLE_RATE))


def parse_wav(content: bytes) -> tuple[Samples, int]:
    """Samples of one channel and their rate. Raises `ValueError` or `struct.error`."""
    if content[:4] != b"RIFF" or content[8:12] != b"WAVE":
        raise ValueError("it does not begin with a RIFF WAVE header")
    described: _Format | None = None
    at = 12
    while at + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, at)
        # A recorder that was cut off, or that streamed, leaves a size beyond the end.
        body = content[at + 8 : at + 8 + size]
        if name == b"fmt ":
            described = _parse_format(body)
        elif name == b"data":
            if described is None:
                raise ValueError("its sound comes before the description of it")
            return _mix_down(_decode(body, described), described), described.rate_hz
        at += 8 + size + size % 2
    raise ValueError("it holds no sound")


def _parse_format(body: bytes) -> _Format:
    coding, channels, rate_hz, _, _, bits = struct.unpack_from("<HHIIHH", body)
    if coding == _EXTENSIBLE:
        (coding,) = struct.unpack_from("<H", body, 24)
    if not 1 <= channels <= 64:
        raise ValueError(f"it claims {channels} channels")
    return _Format(coding, channels, rate_hz, bits)


def _decode(body: bytes, described: _Format) -> Samples:
    width = max(1, described.bits // 8) * described.channels
    body = body[: len(body) - len(body) % width]
    match described.coding, described.bits:
        case 1, 8:
            return (np.frombuffer(body, np.uint8).astype(np.float32) - 128) * np.float32(1 / 128)
        case 1, 16:
            return pcm16_to_float(body)
        case 1, 24:
            return _decode_24_bit(body)
        case 1, 32:
            return np.frombuffer(body, "<i4").astype(np.float32) * np.float32(2**-31)
        case 3, (32 | 64):
            wide = np.frombuffer(body, "<f4" if described.bits == 32 else "<f8")
            known: Samples = np.nan_to_num(wide.astype(np.float32), posinf=1.0, neginf=-1.0)
            return known
        case 7, 8:
            return pcm16_to_float(mulaw_to_pcm16(body))
        case _:
            raise ValueError(f"coding {described.coding} with {described.bits} bits is not known")


def _decode_24_bit(body: bytes) -> Samples:
    triples = np.frombuffer(body, np.uint8).reshape(-1, 3)
    wide = np.zeros((len(triples), 4), np.uint8)
    wide[:, 1:] = triples
    linear: Samples = (wide.reshape(-1).view("<i4") / 2**31).astype(np.float32)
    return linear


def _mix_down(samples: Samples, described: _Format) -> Samples:
    if described.channels == 1:
        return samples
    mixed: Samples = samples.reshape(-1, described.channels).mean(axis=1, dtype=np.float32)
    return mixed

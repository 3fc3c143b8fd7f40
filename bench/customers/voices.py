"""Voices of customers: speech programs of this machine, over a telephone line.

Needs `sox` and at least one of `flite`, `festival` (`text2wave`) and `espeak-ng`; voices whose
program or data is missing are skipped, and it is said so.
"""

from __future__ import annotations

import hashlib
import re
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import numpy as np

from servizio.audio.frames import SAMPLE_RATE
from servizio.audio.g711 import mulaw_to_pcm16, pcm16_to_mulaw
from servizio.audio.resample import Samples, float_to_pcm16, pcm16_to_float

Command = Callable[[str, Path], list[str]]
PAUSE_SECONDS = (0.5, 0.9)
"""Of dots in what is said."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody who can speak."""

    name: str
    program: str
    argument: str

    def command(self, text: Path, wav: Path) -> list[str]:
        """Render a text file to a WAV file."""
        match self.program:
            case "flite":
                return ["flite", "-voice", self.argument, "-f", str(text), "-o", str(wav)]
            case "command":
                return [*shlex.split(self.argument), str(text), str(wav)]
            case "text2wave":
                return ["text2wave", "-eval", f"({self.argument})", "-o", str(wav), str(text)]
            case _:
                return [
                    "espeak-ng",
                    "-v",
                    self.argument,
                    "-s",
                    "155",
                    "-f",
                    str(text),
                    "-w",
                    str(wav),
                ]


VOICES = {
    voice.name: voice
    for voice in (
        Voice("awb", "flite", "awb"),
        Voice("rms", "flite", "rms"),
        Voice("slt", "flite", "slt"),
        Voice("kal", "flite", "kal"),
        Voice("fest-kal", "text2wave", "voice_kal_diphone"),
        Voice("fest-ked", "text2wave", "voice_ked_diphone"),
        Voice("fest-slt", "text2wave", "voice_cmu_us_slt_arctic_hts"),
        Voice("espeak-us", "espeak-ng", "en-us"),
        Voice("espeak-gb", "espeak-ng", "en-gb+f3"),
    )
}
USUAL = ("awb", "rms", "fest-ked", "fest-slt", "kal", "slt")
"""espeak-ng is hard to understand for people too; it is used when asked for."""


def installed_voices(wanted: str) -> list[Voice]:
    """The voices of these names, as far as they can speak here.

    `NAME=COMMAND` is a program of one's own, given a text file and the WAV file to write.
    """
    found = []
    for name in filter(None, wanted.split(",")) if wanted else USUAL:
        voice = VOICES.get(name)
        if voice is None and "=" in name:
            own, _, command = name.partition("=")
            voice = Voice(own, "command", command)
        if voice is None:
            raise SystemExit(f"there is no voice {name}; there are {', '.join(VOICES)}")
        program = voice.command(Path(), Path())[0]
        if shutil.which(program) and shutil.which("sox") and _speaks(voice):
            found.append(voice)
        else:
            print(f"voice {name} is skipped: {voice.program}, its voice or sox is not installed")
    if not found:
        raise SystemExit("no voice can speak here: install sox and flite, festival or espeak-ng")
    return found


def _speaks(voice: Voice) -> bool:
    try:
        return _rendered(voice, "hello", 1.0).size > SAMPLE_RATE // 10
    except (OSError, subprocess.CalledProcessError):
        return False


@dataclass(frozen=True, slots=True)
class Manner:
    """How one customer speaks during one call."""

    tempo: float
    """1 is the voice's own; more is faster."""
    decibels: float
    """Loudness; 0 is the usual level of the line."""
    snr: float | None
    """Decibels of the noise around, below the voice; `None`: none."""


def draw_manner(rng: Random) -> Manner:
    """Most are quiet places; one in three is a street or a car."""
    snr = rng.uniform(14, 25) if rng.random() < 0.33 else None
    return Manner(round(rng.uniform(0.9, 1.12), 2), rng.uniform(-8, 2), snr)


def speech(voice: Voice, said: str, manner: Manner, rng: Random) -> bytes:
    """What is said, as the line brings it: mu-law, 8000 Hz. Takes a moment; not on a loop."""
    parts: list[Samples] = []
    for piece in re.split(r"\.{2,}", said):
        if parts:
            parts.append(np.zeros(int(rng.uniform(*PAUSE_SECONDS) * SAMPLE_RATE), np.float32))
        if re.search(r"\w", piece):
            parts.append(_rendered(voice, piece.strip(" ,"), manner.tempo))
    sound = np.concatenate(parts) if parts else np.zeros(0, np.float32)
    loud = float(np.sqrt(np.mean(sound**2))) if sound.size else 1.0
    sound = sound * (0.08 / (loud + 1e-9)) * 10 ** (manner.decibels / 20)
    return line_sound(sound.astype(np.float32))


def line_sound(sound: Samples) -> bytes:
    """Samples as mu-law."""
    return pcm16_to_mulaw(float_to_pcm16(np.clip(sound, -0.99, 0.99)))


def background(manner: Manner, rng: Random, seconds: float = 6.0) -> bytes:
    """The noise around a customer, below its voice; a faint line where there is none."""
    source = np.random.default_rng(rng.randrange(2**32))
    size = int(seconds * SAMPLE_RATE)
    level = -75.0 if manner.snr is None else 20 * np.log10(0.08) + manner.decibels - manner.snr
    rumble = np.fft.rfft(source.standard_normal(size))
    hertz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE)
    noise = np.fft.irfft(rumble / np.maximum(hertz, 60) ** 1.2, size)
    noise *= 10 ** (level / 20) / np.sqrt(np.mean(noise**2))
    return line_sound(noise.astype(np.float32))


def mixed(voice: bytes, noise: bytes) -> bytes:
    """A voice with the noise that goes on behind it."""
    sound = pcm16_to_float(mulaw_to_pcm16(voice))
    around = np.resize(pcm16_to_float(mulaw_to_pcm16(noise)), sound.size)
    return line_sound((sound + around).astype(np.float32))


def cough(rng: Random) -> bytes:
    """A cough: two short bursts of noise."""
    source = np.random.default_rng(rng.randrange(2**32))
    size = int(0.16 * SAMPLE_RATE)
    burst = source.standard_normal(size) * np.exp(-np.linspace(0, 6, size)) * 0.2
    gap = np.zeros(int(0.1 * SAMPLE_RATE))
    return line_sound(np.concatenate([burst, gap, burst * 0.7]).astype(np.float32))


def throat_clearing(rng: Random) -> bytes:
    """A loud "hrrm", with a voice in it: what a listener takes for speech at first."""
    source = np.random.default_rng(rng.randrange(2**32))
    size = int(0.34 * SAMPLE_RATE)
    time = np.arange(size) / SAMPLE_RATE
    voiced = sum(
        np.sin(2 * np.pi * 118 * harmonic * time) / (1 + abs(harmonic - 5))
        for harmonic in range(1, 24)
    )
    rough = voiced * (1 + 0.5 * source.standard_normal(size))
    swell = np.sin(np.pi * np.linspace(0, 1, size)) ** 0.5
    return line_sound((rough * swell * 0.15).astype(np.float32))


def _rendered(voice: Voice, text: str, tempo: float) -> Samples:
    key = hashlib.sha256(f"{voice}|{text}|{tempo}".encode()).hexdigest()[:24]
    kept = _cache_folder() / f"{key}.raw"
    if not kept.exists():
        _render(voice, text, tempo, kept)
    return np.frombuffer(kept.read_bytes(), "<i2").astype(np.float32) / 32768


@cache
def _cache_folder() -> Path:
    folder = Path(tempfile.gettempdir()) / "servizio-bench-voices"
    folder.mkdir(exist_ok=True)
    return folder


def _render(voice: Voice, text: str, tempo: float, kept: Path) -> None:
    with tempfile.TemporaryDirectory(dir=kept.parent) as scratch:
        folder = Path(scratch)
        (folder / "text").write_text(text + "\n", encoding="utf-8")
        made, raw = folder / "made.wav", folder / "made.raw"
        _run(voice.command(folder / "text", made))
        trim = ["silence", "1", "0.01", "0.1%", "reverse"]
        _run(
            [
                "sox", "-D", "-V1", str(made), "-b", "16", "-c", "1", "-e", "signed", str(raw),
                "rate", "8000", "highpass", "200", "lowpass", "3500", "tempo", "-s", str(tempo),
                *trim, *trim,
            ]
        )  # fmt: skip
        raw.replace(kept)


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=60)

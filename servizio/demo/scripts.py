"""What the simulated customers say, and what order must come of it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from servizio.audio.g711 import pcm16_to_mulaw
from servizio.audio.resample import float_to_pcm16, resample
from servizio.audio.wav import parse_wav

SAMPLE_RATE = 8000
"""Hertz, of the telephone."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing a customer does: says a sentence, or presses keys."""

    words: str
    """What is said; for keys, the keys."""
    mulaw: bytes
    """How it sounds: mu-law, 8000 Hz; empty for keys."""


@dataclass(frozen=True, slots=True)
class WantedLine:
    """A line that the order must have."""

    item: str
    quantity: int
    modifiers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Script:
    """A simulated customer."""

    id: str
    calls_from: str
    """E.164."""
    steps: tuple[Step, ...]
    order: frozenset[WantedLine]
    total: str
    phone: str
    """The number that the order must have."""


def load_scripts(folder: Traversable | None = None) -> tuple[Script, ...]:
    """The customers in a folder, with their recordings; those that ship with Servizio."""
    place = folder if folder is not None else resources.files(__package__)
    text = place.joinpath("customers.toml").read_text(encoding="utf-8")
    return tuple(_script(place, table) for table in tomllib.loads(text)["customers"])


def _script(folder: Traversable, table: Mapping[str, Any]) -> Script:
    return Script(
        id=table["id"],
        calls_from=table["calls_from"],
        steps=tuple(
            _step(folder, table["id"], number, step)
            for number, step in enumerate(table["steps"], start=1)
        ),
        order=frozenset(
            WantedLine(line["item"], line["quantity"], frozenset(line["modifiers"]))
            for line in table["order"]
        ),
        total=table["total"],
        phone=table["phone"],
    )


def _step(folder: Traversable, customer: str, number: int, table: Mapping[str, str]) -> Step:
    if "press" in table:
        return Step(table["press"], b"")
    file = folder.joinpath("recordings", f"{customer}-{number}.wav")
    samples, rate_hz = parse_wav(file.read_bytes())
    return Step(
        table["say"], pcm16_to_mulaw(float_to_pcm16(resample(samples, rate_hz, SAMPLE_RATE)))
    )

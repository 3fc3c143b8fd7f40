"""The decoder at work: the logits of the next token, beam by beam.

Two ways to the same numbers. `LeanDecoder` runs the weights of the package in a graph of our
own; `PackagedDecoder` runs the package's graph as it is, for a package laid out otherwise.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from servizio.agents.local.decoder_graph import (
    HEAD_SIZE,
    HEADS,
    LAYERS,
    MOST_TOKENS,
    SIDES,
    heard_graph,
    step_graph,
)
from servizio.agents.local.model_weights import ModelWeights
from servizio.agents.local.runtime import load_network
from servizio.agents.local.tokenizer import START_TOKEN
from servizio.errors import SpeechError

log = logging.getLogger(__name__)

Logits = npt.NDArray[np.float32]

DECODER_FILE: Final = "decoder_model_merged.ort"
_NAMES: Final = tuple(f"{layer}.{side}" for layer in range(LAYERS) for side in SIDES)
_NOTHING: Final = (1, HEADS, 0, HEAD_SIZE)


class Decoder(Protocol):
    """What gives the logits of one utterance's tokens."""

    def begin(self, heard: Logits) -> Logits:
        """Take what the encoder heard, (1, time, width); give the logits of the first token."""

    def again(self) -> Logits:
        """Begin again with what was heard last: the logits of its first token."""

    def go_on(self, rows: list[int], tokens: list[int]) -> Logits:
        """Take for each beam the row of the last logits it came from, and the token chosen;
        give the logits after it, a row for each beam."""


def load_decoder(folder: Path, *, threads: int) -> Decoder:
    """The lean decoder, or the package's own where its weights are not where they should be.
    Raises `SpeechError`."""
    try:
        return LeanDecoder(folder / DECODER_FILE, threads=threads)
    except SpeechError as error:
        log.warning("recogniser: slow decoder, %s", error.message)
        return PackagedDecoder(folder / DECODER_FILE, threads=threads)


class LeanDecoder:
    """The package's weights in a graph of our own (`decoder_graph`)."""

    def __init__(self, path: Path, *, threads: int) -> None:
        weights = ModelWeights(path)
        self._heard = load_network(heard_graph(weights), threads=threads, name="heard")
        self._step = load_network(step_graph(weights), threads=threads, name="step")
        self._gives = ["logits", *(f"present.{name}" for name in _NAMES)]
        self._inputs: dict[str, Any] = {}
        self._first: tuple[dict[str, Any], Logits] | None = None
        self._position = 0

    def begin(self, heard: Logits) -> Logits:
        """Take what the encoder heard, (1, time, width); give the logits of the first token."""
        kept = self._heard.run(None, {"heard": heard})
        nothing = np.zeros(_NOTHING, np.float32)
        self._inputs = {f"past.{name}": nothing for name in _NAMES}
        self._inputs |= {f"heard.{name}": part for name, part in zip(_NAMES, kept, strict=True)}
        self._position = 0
        logits = self._next([START_TOKEN])
        self._first = dict(self._inputs), logits
        return logits

    def again(self) -> Logits:
        """Begin again with what was heard last: the logits of its first token."""
        if self._first is None:
            raise SpeechError("nothing has been listened to yet")
        self._inputs = dict(self._first[0])
        self._position = 1
        return self._first[1]

    def go_on(self, rows: list[int], tokens: list[int]) -> Logits:
        """Take for each beam the row of the last logits it came from, and the token chosen;
        give the logits after it, a row for each beam."""
        if self._position >= MOST_TOKENS:
            raise SpeechError("there are more tokens than the recogniser can place")
        if rows != list(range(self._inputs["past.0.key"].shape[0])):
            for name in _NAMES:
                self._inputs[f"past.{name}"] = self._inputs[f"past.{name}"][rows]
        return self._next(tokens)

    def _next(self, tokens: list[int]) -> Logits:
        self._inputs["tokens"] = np.array(tokens, np.int64)
        self._inputs["position"] = np.array([self._position], np.int64)
        logits, *caches = self._step.run(self._gives, self._inputs)
        for name, cache in zip(_NAMES, caches, strict=True):
            self._inputs[f"past.{name}"] = cache
        self._position += 1
        rows: Logits = logits[0]
        return rows


class PackagedDecoder:
    """The graph of the package, as it is."""

    def __init__(self, path: Path, *, threads: int) -> None:
        self._decoder = load_network(path, threads=threads)
        self._inputs: dict[str, Any] = {}
        self._first: tuple[dict[str, Any], Logits] | None = None

    def begin(self, heard: Logits) -> Logits:
        """Take what the encoder heard, (1, time, width); give the logits of the first token."""
        nothing = np.zeros(_NOTHING, np.float32)
        self._inputs = {
            # The graph thins this mask out by 384, and one value serves any length.
            "encoder_attention_mask": np.ones((1, 1), np.int64),
            "encoder_hidden_states": heard,
            "use_cache_branch": np.array([False]),
            "input_ids": np.array([[START_TOKEN]]),
        }
        for side in ("decoder", "encoder"):
            for name in self._names(side):
                self._inputs[f"past_key_values.{name}"] = nothing
        logits = self._run("decoder", "encoder")
        self._inputs["use_cache_branch"] = np.array([True])
        self._first = dict(self._inputs), logits
        return logits

    def again(self) -> Logits:
        """Begin again with what was heard last: the logits of its first token."""
        if self._first is None:
            raise SpeechError("nothing has been listened to yet")
        self._inputs = dict(self._first[0])
        return self._first[1]

    def go_on(self, rows: list[int], tokens: list[int]) -> Logits:
        """Take for each beam the row of the last logits it came from, and the token chosen;
        give the logits after it, a row for each beam."""
        if rows != list(range(self._inputs["past_key_values.0.decoder.key"].shape[0])):
            for name in self._names("decoder"):
                past = f"past_key_values.{name}"
                self._inputs[past] = self._inputs[past][rows]
        self._inputs["input_ids"] = np.array(tokens, np.int64)[:, np.newaxis]
        return self._run("decoder")

    def _run(self, *sides: str) -> Logits:
        names = [name for side in sides for name in self._names(side)]
        logits, *caches = self._decoder.run(
            ["logits", *(f"present.{name}" for name in names)], self._inputs
        )
        # The encoder's half of the cache never changes and is the same for all beams: one row
        # of it serves any number, which saves a fifth of each step.
        for name, cache in zip(names, caches, strict=True):
            self._inputs[f"past_key_values.{name}"] = cache
        last: Logits = logits[:, -1]
        return last

    @staticmethod
    def _names(side: str) -> list[str]:
        return [f"{layer}.{side}.{kind}" for layer in range(LAYERS) for kind in SIDES]

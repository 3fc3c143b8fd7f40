"""The recognition network itself: Moonshine's two graphs in onnxruntime.

The encoder hears 16 kHz samples and gives one vector for every 24 ms; the decoder gives the
logits of the next token and remembers what it has seen in a cache of keys and values.
Runs in a worker process only: importing onnxruntime takes a third of a second and 40 MB.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from servizio.agents.local.runtime import load_network
from servizio.agents.local.tokenizer import START_TOKEN
from servizio.audio.resample import Samples
from servizio.errors import SpeechError

_HINT: Final = "pip install 'servizio[local]'"
_LAYERS: Final = 6
_HEADS: Final = 8
_HEAD_SIZE: Final = 36
_FEWEST_SAMPLES: Final = 1600
"""Less than this the encoder's convolutions cannot take."""

Logits = npt.NDArray[np.float32]
_KINDS: Final = tuple(
    f"{layer}.{{}}.{part}" for layer in range(_LAYERS) for part in ("key", "value")
)


def model_folder() -> Path:
    """Where the tiny English model lies in the installed package, found without importing it:
    that would load a second copy of the runtime. Raises `SpeechError`."""
    found = importlib.util.find_spec("moonshine_voice")
    if found is None or found.origin is None:
        raise SpeechError("speech recognition is not installed", _HINT)
    folder = Path(found.origin).parent / "assets" / "tiny-en"
    if not (folder / "encoder_model.ort").is_file():
        raise SpeechError("the installed moonshine-voice carries no English model", _HINT)
    return folder


class SpeechNetwork:
    """Both graphs, loaded. One utterance at a time."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        self._encoder = load_network(folder / "encoder_model.ort", threads=threads)
        self._decoder = load_network(folder / "decoder_model_merged.ort", threads=threads)
        self._inputs: dict[str, Any] = {}
        self._first: tuple[dict[str, Any], Logits] | None = None

    def listen(self, samples: Samples) -> Logits:
        """Take an utterance, 16 kHz in -1 to 1; give the logits of its first token, one row."""
        if samples.size < _FEWEST_SAMPLES:
            samples = np.pad(samples, (0, _FEWEST_SAMPLES - samples.size))
        heard = self._encoder.run(
            None,
            {
                "input_values": samples[np.newaxis],
                "attention_mask": np.ones((1, samples.size), np.int64),
            },
        )[0]
        nothing = np.zeros((1, _HEADS, 0, _HEAD_SIZE), np.float32)
        self._inputs = {
            # The graph thins this mask out by 384, and one value serves any length.
            "encoder_attention_mask": np.ones((1, 1), np.int64),
            "encoder_hidden_states": heard,
            "use_cache_branch": np.array([False]),
            "input_ids": np.array([[START_TOKEN]]),
        }
        for kind in _KINDS:
            for side in ("decoder", "encoder"):
                self._inputs[f"past_key_values.{kind.format(side)}"] = nothing
        logits = self._run(both_sides=True)
        self._inputs["use_cache_branch"] = np.array([True])
        self._first = dict(self._inputs), logits
        return logits

    def again(self) -> Logits:
        """Begin again with the utterance last listened to: the logits of its first token."""
        if self._first is None:
            raise SpeechError("nothing has been listened to yet")
        self._inputs = dict(self._first[0])
        return self._first[1]

    def go_on(self, rows: list[int], tokens: list[int]) -> Logits:
        """Take for each beam the row of the last logits it came from, and the token chosen;
        give the logits after it, a row for each beam."""
        if rows != list(range(self._rows())):
            for kind in _KINDS:
                name = f"past_key_values.{kind.format('decoder')}"
                self._inputs[name] = self._inputs[name][rows]
        self._inputs["input_ids"] = np.array(tokens, np.int64)[:, np.newaxis]
        return self._run(both_sides=False)

    def _rows(self) -> int:
        return int(self._inputs["past_key_values.0.decoder.key"].shape[0])

    def _run(self, *, both_sides: bool) -> Logits:
        sides = ("decoder", "encoder") if both_sides else ("decoder",)
        names = [kind.format(side) for kind in _KINDS for side in sides]
        logits, *caches = self._decoder.run(
            ["logits", *(f"present.{name}" for name in names)], self._inputs
        )
        # The encoder's half of the cache never changes and is the same for all beams: one row
        # of it serves any number, which saves a fifth of each step.
        for name, cache in zip(names, caches, strict=True):
            self._inputs[f"past_key_values.{name}"] = cache
        last: Logits = logits[:, -1]
        return last

"""The recognition network itself: Moonshine's encoder and decoder in onnxruntime.

The encoder hears 16 kHz samples and gives one vector for every 24 ms; the decoder gives the
logits of the next token and remembers what it has seen in a cache of keys and values.
Runs in a worker process only: importing onnxruntime takes a third of a second and 40 MB.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Final

import numpy as np

from servizio.agents.local.decoder import Decoder, Logits, load_decoder
from servizio.agents.local.runtime import load_network
from servizio.audio.resample import Samples
from servizio.errors import SpeechError

_HINT: Final = "pip install 'servizio[local]'"
_FEWEST_SAMPLES: Final = 1600
"""Less than this the encoder's convolutions cannot take."""


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
    """Encoder and decoder, loaded. One utterance at a time."""

    def __init__(self, folder: Path, *, threads: int = 1, decoder: Decoder | None = None) -> None:
        self._encoder = load_network(folder / "encoder_model.ort", threads=threads)
        self._decoder = decoder or load_decoder(folder, threads=threads)

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
        return self._decoder.begin(heard)

    def again(self) -> Logits:
        """Begin again with the utterance last listened to: the logits of its first token."""
        return self._decoder.again()

    def go_on(self, rows: list[int], tokens: list[int]) -> Logits:
        """Take for each beam the row of the last logits it came from, and the token chosen;
        give the logits after it, a row for each beam."""
        return self._decoder.go_on(rows, tokens)

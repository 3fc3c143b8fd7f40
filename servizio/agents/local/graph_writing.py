"""Writes a network as an ONNX file in memory, without the `onnx` package.

Only what a small graph of known operators needs: nodes, weights, inputs and outputs. An ONNX
file is one protocol buffer (onnx.proto, IR version 8): a message of numbered fields, each
either a number or a run of bytes after its length.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Attribute = int | float | Sequence[int]
Array = npt.NDArray[Any]

_IR_VERSION: Final = 8
_OPERATORS: Final = (("", 17), ("com.microsoft", 1))
"""Which sets of operators are meant, and which version of each."""
_TYPES: Final = {"float32": 1, "uint8": 2, "int64": 7}
"""TensorProto.DataType."""
_A_FLOAT, _AN_INT, _INTS = 1, 2, 7
"""AttributeProto.AttributeType."""


class GraphWriter:
    """One graph, written node by node in the order in which they run."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._nodes: list[bytes] = []
        self._weights: dict[str, bytes] = {}
        self._inputs: list[bytes] = []
        self._outputs: list[bytes] = []

    def take(self, name: str, kind: str, shape: Sequence[int | str]) -> str:
        """Declare an input: "float32" or "int64"; a length may be a name instead of a number."""
        dims = b"".join(
            _block(1, _number(1, size) if isinstance(size, int) else _block(2, size.encode()))
            for size in shape
        )
        tensor = _number(1, _TYPES[kind]) + _block(2, dims)
        self._inputs.append(_block(1, name.encode()) + _block(2, _block(1, tensor)))
        return name

    def give(self, name: str, kind: str = "float32") -> None:
        """Declare an output."""
        tensor = _block(1, _number(1, _TYPES[kind]))
        self._outputs.append(_block(1, name.encode()) + _block(2, tensor))

    def weight(self, name: str, array: Array) -> str:
        """Keep an array within the graph."""
        whole = np.ascontiguousarray(array)
        dims = b"".join(_number(1, size) for size in array.shape)
        self._weights[name] = (
            dims
            + _number(2, _TYPES[whole.dtype.name])
            + _block(8, name.encode())
            + _block(9, whole.tobytes())
        )
        return name

    def run(
        self,
        operator: str,
        inputs: Sequence[str],
        outputs: Sequence[str],
        *,
        domain: str = "",
        **attributes: Attribute,
    ) -> str:
        """Add a node; "" stands for an input or output left out. Gives its first output."""
        self._nodes.append(
            b"".join(_block(1, name.encode()) for name in inputs)
            + b"".join(_block(2, name.encode()) for name in outputs)
            + _block(4, operator.encode())
            + b"".join(_block(5, _attribute(name, value)) for name, value in attributes.items())
            + _block(7, domain.encode())
        )
        return outputs[0]

    def content(self) -> bytes:
        """The file."""
        graph = (
            b"".join(_block(1, node) for node in self._nodes)
            + _block(2, self._name.encode())
            + b"".join(_block(5, weight) for weight in self._weights.values())
            + b"".join(_block(11, given) for given in self._inputs)
            + b"".join(_block(12, given) for given in self._outputs)
        )
        operators = (
            _block(1, domain.encode()) + _number(2, version) for domain, version in _OPERATORS
        )
        return (
            _number(1, _IR_VERSION)
            + _block(7, graph)
            + b"".join(_block(8, operator) for operator in operators)
        )


def _attribute(name: str, value: Attribute) -> bytes:
    start = _block(1, name.encode())
    if isinstance(value, float):
        return start + _varint(2 << 3 | 5) + struct.pack("<f", value) + _number(20, _A_FLOAT)
    if isinstance(value, int):
        return start + _number(3, value) + _number(20, _AN_INT)
    return start + b"".join(_number(8, one) for one in value) + _number(20, _INTS)


def _block(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _varint(value: int) -> bytes:
    """Seven bits a byte, the lowest first; negative numbers as 64 bits."""
    value &= 2**64 - 1
    written = bytearray()
    while value > 127:
        written.append(value & 127 | 128)
        value >>= 7
    written.append(value)
    return bytes(written)

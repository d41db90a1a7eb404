"""Writes an ONNX file without the onnx package: the few messages of its protocol that a small network needs.

Field numbers: onnx.proto3 of ONNX 1.16 (ModelProto, GraphProto, NodeProto, TensorProto). Knows no network.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

IR_VERSION, OPSET = 8, 13
FLOAT, INT64, FLOAT16 = 1, 7, 10
KINDS = {np.dtype(np.float32): FLOAT, np.dtype(np.int64): INT64, np.dtype(np.float16): FLOAT16}

Attribute = int | str | list[int]
Shape = list[int | str]


def _varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def _number(tag: int, value: int) -> bytes:
    return _varint(tag << 3) + _varint(value)


def _piece(tag: int, value: bytes | str) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return _varint(tag << 3 | 2) + _varint(len(data)) + data


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, int):
        return _piece(1, name) + _number(3, value) + _number(20, 2)
    if isinstance(value, str):
        return _piece(1, name) + _piece(4, value) + _number(20, 3)
    return _piece(1, name) + b"".join(_number(8, one) for one in value) + _number(20, 7)


def _tensor(name: str, array: NDArray[np.generic]) -> bytes:
    dims = b"".join(_number(1, side) for side in array.shape)
    return dims + _number(2, KINDS[array.dtype]) + _piece(8, name) + _piece(9, np.ascontiguousarray(array).tobytes())


def _plane(name: str, shape: Shape) -> bytes:
    sides = b"".join(_piece(1, _number(1, one) if isinstance(one, int) else _piece(2, one)) for one in shape)
    return _piece(1, name) + _piece(2, _piece(1, _number(1, FLOAT) + _piece(2, sides)))


@dataclass
class OnnxGraph:
    """Nodes and numbers in the order in which they are added."""

    nodes: list[bytes] = field(default_factory=list)
    tensors: list[bytes] = field(default_factory=list)

    def add(self, kind: str, inputs: list[str], **attributes: Attribute) -> str:
        """A node; returns its output's name."""
        out = f"v{len(self.nodes)}"
        self.named(kind, inputs, out, **attributes)
        return out

    def named(self, kind: str, inputs: list[str], out: str, **attributes: Attribute) -> None:
        """A node whose output has a name of its own."""
        told = b"".join(_piece(5, _attribute(key, value)) for key, value in attributes.items())
        self.nodes.append(b"".join(_piece(1, one) for one in inputs) + _piece(2, out) + _piece(4, kind) + told)

    def constant(self, array: NDArray[np.generic]) -> str:
        """Numbers that are kept in the file; returns their name."""
        name = f"c{len(self.tensors)}"
        self.tensors.append(_tensor(name, array))
        return name

    def file(self, name: str, given: tuple[str, Shape], made: tuple[str, Shape], told: dict[str, str]) -> bytes:
        """The whole file: one input and one output of float32, and words about it."""
        graph = b"".join(_piece(1, node) for node in self.nodes) + _piece(2, name)
        graph += b"".join(_piece(5, tensor) for tensor in self.tensors)
        graph += _piece(11, _plane(*given)) + _piece(12, _plane(*made))
        words = b"".join(_piece(14, _piece(1, key) + _piece(2, value)) for key, value in told.items())
        opset = _piece(8, _piece(1, "") + _number(2, OPSET))
        return _number(1, IR_VERSION) + _piece(2, "packshot training.masks") + _piece(7, graph) + opset + words

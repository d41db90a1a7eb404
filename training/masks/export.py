"""The trained network as one ONNX file: norms folded into the convolutions, numbers kept in float16.

Knows nothing about how it was trained beyond what it is told to write down.
"""

import numpy as np
import torch
from torch import nn

from training.masks.network import Block, MaskNetwork
from training.masks.onnx_file import FLOAT, OnnxGraph

INPUT, OUTPUT = "picture", "coverage"


def onnx_of(network: MaskNetwork, told: dict[str, str]) -> bytes:
    """(1, 3, H, W) in -1..1 to the coverage (1, 1, H/2, W/2) 0..1; the same file for the same numbers."""
    graph = OnnxGraph()
    scales = graph.constant(np.array([1.0, 1.0, 2.0, 2.0], dtype=np.float32))

    def relu(x: str) -> str:
        return graph.add("Relu", [x])

    def block(x: str, of: nn.Module) -> str:
        assert isinstance(of, Block)
        inner = _norm_folded(graph, relu(_norm_folded(graph, x, of.first)), of.second)
        return relu(graph.add("Add", [x, inner]))

    x = block(relu(_norm_folded(graph, INPUT, network.stem)), network.encode[0])
    seen = [x]
    for down, encode in zip(network.down, list(network.encode)[1:], strict=True):
        x = block(relu(_norm_folded(graph, x, down)), encode)
        seen.append(x)
    mean = _convolved(graph, graph.add("GlobalAveragePool", [x]), network.whole, network.whole.weight)
    x = block(relu(graph.add("Add", [x, mean])), network.deepest)
    for up, beside, decode, skip in zip(network.up, network.beside, network.decode, seen[-2::-1], strict=True):
        narrow = _norm_folded(graph, x, up)
        wide = graph.add("Resize", [narrow, "", scales], mode="linear", coordinate_transformation_mode="half_pixel")
        x = block(relu(graph.add("Add", [wide, _norm_folded(graph, skip, beside)])), decode)
    graph.named("Sigmoid", [_convolved(graph, x, network.head, network.head.weight)], OUTPUT)
    return graph.file("product mask", (INPUT, [1, 3, "height", "width"]), (OUTPUT, [1, 1, "rows", "columns"]), told)


@torch.no_grad()
def _norm_folded(graph: OnnxGraph, x: str, pair: nn.Module) -> str:
    """The convolution and its batch norm as one: the norm is a scale and a shift of every channel."""
    assert isinstance(pair, nn.Sequential)
    convolution, norm = pair
    assert isinstance(convolution, nn.Conv2d)
    assert isinstance(norm, nn.BatchNorm2d)
    assert norm.running_var is not None
    assert norm.running_mean is not None
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    weight = convolution.weight * scale[:, None, None, None]
    return _convolved(graph, x, convolution, weight, norm.bias - norm.running_mean * scale)


@torch.no_grad()
def _convolved(
    graph: OnnxGraph, x: str, convolution: nn.Conv2d, weight: torch.Tensor, bias: torch.Tensor | None = None
) -> str:
    shift = convolution.bias if bias is None else bias
    assert shift is not None
    kept = graph.constant(weight.float().numpy().astype(np.float16))
    wide = graph.add("Cast", [kept], to=FLOAT)
    pads = [int(side) for side in convolution.padding] * 2
    strides = [int(side) for side in convolution.stride]
    sides = list(convolution.kernel_size)
    shifts = graph.constant(shift.float().numpy().astype(np.float32))
    return graph.add("Conv", [x, wide, shifts], kernel_shape=sides, pads=pads, strides=strides)

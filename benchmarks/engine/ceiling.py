"""What the machine can do at most: the throughput of one large matrix product, measured in the same run."""

from __future__ import annotations

import time

import torch

SIDE = 4096
REPETITIONS = 5


def matmul_gflops(precision: str, device: str = "cpu") -> float:
    """GFLOP/s of a product of two square matrices, the fastest of a few."""
    dtype = getattr(torch, precision)
    one, other = (torch.randn(SIDE, SIDE).to(device, dtype) for _ in range(2))
    return 2 * SIDE**3 / min(_seconds(one, other) for _ in range(REPETITIONS + 1)) / 1e9


def _seconds(one: torch.Tensor, other: torch.Tensor) -> float:
    began = time.perf_counter()
    product = one @ other
    product[0, 0].item()  # waits for the device
    return time.perf_counter() - began

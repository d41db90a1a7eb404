"""The network that the package brings: where the product is, seen as a whole and coarsely. Read by onnxruntime.

It tells which things belong to the product, not where its outline runs: one value is a ninety-sixth of the picture's
side wide. How it was trained: `data/masks/README.md`. On one machine the same picture gives the same values.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import resources
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from packshot.result import Pixels

Coverage = NDArray[np.float32]
"""(H, W): share of each place that the product covers, 0..1."""

VERSION = "learned/2"
FILE = "product-mask.onnx"
SIDE_PX = 192


def coverage(pixels: Pixels) -> Coverage:
    """(96, 96) of a picture (H, W, 3) of any shape."""
    fitted = cv2.resize(np.ascontiguousarray(pixels), (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_AREA)
    scaled = fitted.astype(np.float32) / np.float32(127.5) - np.float32(1.0)
    (found,) = _session().run(None, {"picture": np.ascontiguousarray(scaled.transpose(2, 0, 1)[None])})
    return np.asarray(found[0, 0], dtype=np.float32)


def mirrored_coverage(pixels: Pixels) -> Coverage:
    """(96, 96) of the same picture seen in a mirror, turned back: where the network is sure, both agree."""
    return np.ascontiguousarray(coverage(np.ascontiguousarray(pixels[:, ::-1]))[:, ::-1])


@lru_cache(maxsize=1)
def network_digest() -> str:
    """SHA-256 (hex) of the network's file: another network sees other products."""
    return hashlib.sha256(_network()).hexdigest()


@lru_cache(maxsize=1)
def _session() -> Any:
    """One thread: sums come in one order, and other work on the machine keeps its cores."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(_network(), options, providers=["CPUExecutionProvider"])


def _network() -> bytes:
    return (resources.files("packshot") / "data" / "masks" / FILE).read_bytes()

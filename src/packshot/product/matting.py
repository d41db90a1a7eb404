"""A learned matting model that a person names: U²-Net, IS-Net, RMBG or BiRefNet as ONNX. Never fetched unasked.

Read by onnxruntime, since ONNX holds no code. Of transformers only what it has itself could be loaded without running
code of the model's owner, and it has none of these models.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np

from packshot.errors import ModelError
from packshot.models.onnx_folder import onnx_folder_from_hub
from packshot.product.cutout import Alpha
from packshot.result import Pixels

SIDE_PX = 1024
"""Where the model leaves its input's size open, as BiRefNet and RMBG do."""
NAMES = ("model.onnx", "onnx/model.onnx")
PREPARATION = "preprocessor_config.json"


@dataclass(frozen=True, slots=True)
class Scaling:
    """Mean and spread that an input 0..1 is scaled by, per channel: ImageNet's, unless its folder has others."""

    mean: tuple[float, ...] = (0.485, 0.456, 0.406)
    spread: tuple[float, ...] = (0.229, 0.224, 0.225)


class Matting(Protocol):
    """Tells how much of each pixel is product."""

    @property
    def name(self) -> str:
        """What the record calls it."""
        ...

    def alpha(self, pixels: Pixels) -> Alpha:
        """(H, W) of a picture (H, W, 3)."""
        ...


class Session(Protocol):
    """What is needed of an onnxruntime InferenceSession."""

    def get_inputs(self) -> Any:
        """Name and shape of each input."""
        ...

    def run(self, outputs: Any, inputs: dict[str, Any]) -> Any:
        """All outputs."""
        ...


class OnnxMatting:
    """The first output that is a plane is the mask; values outside 0..1 are taken as logits."""

    def __init__(self, session: Session, name: str, scaling: Scaling | None = None) -> None:
        self._session = session
        self._name = name
        self._scaling = scaling or Scaling()

    @property
    def name(self) -> str:
        """What the record calls it."""
        return self._name

    def alpha(self, pixels: Pixels) -> Alpha:
        """(H, W) of a picture (H, W, 3). Raises ModelError where the model gives no mask."""
        height, width = pixels.shape[:2]
        entry = self._session.get_inputs()[0]
        rows, columns = (side if isinstance(side, int) and side > 0 else SIDE_PX for side in entry.shape[2:4])
        fitted = cv2.resize(np.ascontiguousarray(pixels), (columns, rows), interpolation=cv2.INTER_AREA)
        mean, spread = (np.array(three, dtype=np.float32) for three in (self._scaling.mean, self._scaling.spread))
        scaled = (fitted.astype(np.float32) / 255.0 - mean) / spread
        outputs = self._session.run(None, {entry.name: np.ascontiguousarray(scaled.transpose(2, 0, 1)[None])})
        plane = self._plane([np.asarray(output, dtype=np.float32) for output in outputs])
        if plane.min() < -0.01 or plane.max() > 1.01:
            plane = 1.0 / (1.0 + np.exp(-np.clip(plane, -30.0, 30.0)))
        full = cv2.resize(plane, (width, height), interpolation=cv2.INTER_LINEAR)
        return np.asarray(255.0 * np.clip(full, 0.0, 1.0) + 0.5, dtype=np.uint8)

    def _plane(self, outputs: list[Any]) -> Any:
        for output in outputs:
            if output.ndim >= 2 and output.size == output.shape[-1] * output.shape[-2] and np.isfinite(output).all():
                return np.ascontiguousarray(output.reshape(output.shape[-2:]))
        raise ModelError(
            "model.unsupported",
            f"{self._name} gives no mask",
            expected="an output of shape (1, 1, H, W)",
            got=", ".join(str(output.shape) for output in outputs),
        )


def open_matting(text: str, *, offline: bool) -> Matting:
    """The model of a folder, a `.onnx` file or a hub id (owner/name, `@revision`). Raises ModelError."""
    path = Path(text).expanduser()
    file = (
        path if path.is_file() else _in_folder(path if path.is_dir() else onnx_folder_from_hub(text, offline=offline))
    )
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises many kinds for bytes that are no model
        raise ModelError(
            "model.corrupt", f"{file.name} of {text} cannot be read: {type(error).__name__}", got=str(file)
        ) from error
    shape = session.get_inputs()[0].shape
    if len(shape) != 4 or shape[1] != 3:
        raise ModelError("model.unsupported", f"{text} takes no picture", expected="(1, 3, H, W)", got=str(shape))
    return OnnxMatting(session, f"matting:{text}", _scaling(file))


def _in_folder(folder: Path) -> Path:
    for name in NAMES:
        if (folder / name).is_file():
            return folder / name
    found = sorted(folder.glob("*.onnx"))
    if len(found) == 1:
        return found[0]
    raise ModelError(
        "model.incomplete",
        f"{folder} holds no matting model that can be read",
        expected=f"one *.onnx file, or {' or '.join(NAMES)}",
        got=", ".join(file.name for file in found) or "none",
        hint="take the ONNX release of the model: other kinds run code of their owner",
    )


def _scaling(file: Path) -> Scaling:
    for folder in (file.parent, file.parent.parent):
        try:
            told = json.loads((folder / PREPARATION).read_text(encoding="utf-8"))
            mean, spread = (tuple(map(float, told[key])) for key in ("image_mean", "image_std"))
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if len(mean) == len(spread) == 3 and min(spread) > 0:
            return Scaling(mean, spread)
    return Scaling()

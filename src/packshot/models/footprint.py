"""How many bytes a model's weights take once they are loaded, from the headers of its files. Imports no torch.

Counts weights alone: what computing needs beside them depends on the picture. Converting a denoiser for OpenVINO
holds it once more in float32, for as long as that takes, the first time only; that is not counted either.
"""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import Final

from packshot.models.catalogue import Model
from packshot.models.description import read_json
from packshot.models.hub import relative_files
from packshot.models.layout import INDEX, needed_files
from packshot.models.safetensors_header import read_header
from packshot.spec import MIXED

FLOAT_BYTES: Final = {"float32": 4, "bfloat16": 2, "float16": 2, MIXED: 6}
"""Bytes of a weight. Mixed precision has the denoiser twice, in bfloat16 and in float32."""

DENOISERS: Final = ("unet/", "transformer/", "model.diffusion_model.")
"""What names of a denoiser's files begin with, and those of its tensors in a single checkpoint."""

LEFT_OUT: Final = "model_ema."
"""Averages that some single checkpoints carry for training on; nothing loads them."""


def weights_bytes(model: Model, runtime: str, precision: str) -> int:
    """Bytes of all parts in memory. With another runtime than torch the parts but the denoiser are float32.

    A file's own precision does not matter: float16 that is computed in float32 takes twice its file. Raises ModelError
    on a file that is no safetensors.
    """
    denoiser, others = weight_counts(model)
    return denoiser * FLOAT_BYTES[precision] + others * FLOAT_BYTES[precision if runtime == "torch" else "float32"]


def weight_counts(model: Model) -> tuple[int, int]:
    """Numbers in the denoiser and in all other parts."""
    if model.single_file is not None:
        return _counts(model.single_file, model.single_file.stat().st_mtime_ns)
    denoiser = others = 0
    for name in needed_files(read_json(model.folder / INDEX), relative_files(model.folder)):
        if name.endswith(".safetensors"):
            path = model.folder / name
            found = sum(_counts(path, path.stat().st_mtime_ns))
            if name.startswith(DENOISERS):
                denoiser += found
            else:
                others += found
    return denoiser, others


@lru_cache(maxsize=64)
def _counts(path: Path, _modified_ns: int) -> tuple[int, int]:
    """Of one file, by the names of its tensors. Integers (positions) are counted like the rest: they are few."""
    shapes = {name: shape for name, shape in read_header(path).shapes.items() if not name.startswith(LEFT_OUT)}
    total = sum(math.prod(shape) for shape in shapes.values())
    denoiser = sum(math.prod(shape) for name, shape in shapes.items() if name.startswith(DENOISERS))
    return denoiser, total - denoiser

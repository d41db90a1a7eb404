"""Whether there is a picture at all: one flat colour, or noise without anything in it, is none.

*Flat*: no block of a grid of 32 × 32 is further than 3 ΔE*ab from the middle one. *Noise*: what differs does so between
neighbours only. In a grid of 8 × 8 the blocks' means hold less than a hundredth of the variance; white noise leaves one
part in as many as a block has pixels, a product on its ground a tenth and more.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from packshot.product import difference, lab_from_srgb
from packshot.result import Evidence, Pixels

FLAT_GRID, FLAT_WITHIN = 32, 3.0
NOISE_GRID: Final = 8
NOISE_SHARE: Final = 0.01


def collapsed_evidence(pixels: Pixels) -> Evidence:
    """Value yes or no, of a picture (H, W, 3)."""
    means = _means(pixels, FLAT_GRID)
    lab = lab_from_srgb(np.clip(means + 0.5, 0, 255).astype(np.uint8)).reshape(-1, 3)
    away = float(difference(lab, np.median(lab, axis=0)).max())
    if away <= FLAT_WITHIN:
        return _entry("yes", f"The picture is one flat colour (nothing is further than {away:.1f} ΔE*ab from it).")
    share = _coarse_share(pixels)
    if share < NOISE_SHARE:
        return _entry("yes", f"The picture is noise: {100 * share:.1f} % of what varies in it is larger than a grain.")
    return _entry("no", "There is something in the picture: it is neither one flat colour nor noise.")


def _coarse_share(pixels: Pixels) -> float:
    """The part of the variance, 0..1, that the means of an 8 × 8 grid hold."""
    total = float(pixels.reshape(-1, 3).var(axis=0).sum())
    return float(_means(pixels, NOISE_GRID).reshape(-1, 3).var(axis=0).sum()) / total


def _means(pixels: Pixels, count: int) -> NDArray[np.float64]:
    """(count, count, 3) means of blocks that lie side by side; of fewer where the picture is smaller."""
    height, width = pixels.shape[:2]
    down, across = min(count, height), min(count, width)
    rows, columns = np.arange(down) * height // down, np.arange(across) * width // across
    sums = np.add.reduceat(np.add.reduceat(pixels, rows, axis=0, dtype=np.float64), columns, axis=1)
    areas = np.outer(np.diff([*rows, height]), np.diff([*columns, width]))
    return np.asarray(sums / areas[..., None])


def _entry(value: str, sentence: str) -> Evidence:
    return Evidence(name="collapsed", value=value, unit=None, sentence=sentence)

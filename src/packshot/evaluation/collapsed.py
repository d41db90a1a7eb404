"""Whether there is a picture at all: one flat colour, or noise without anything in it, is none.

*Flat*: no block of a grid of 32 × 32 is further than 3 ΔE*ab from the middle one. *Noise*: what differs does so between
neighbours, and everywhere. In a grid of 4 × 4 the blocks' means hold less than 4.5 % of the variance (decoded latent
noise leaves 2 to 4 %, white noise nothing; 150 renders have 5.6 % and more, 33 photos 6 %), and the calmest block
varies at least half as much as all do in the mean, which no picture of a product on its ground does.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from packshot.product import difference, lab_from_srgb
from packshot.result import Evidence, Pixels

FLAT_GRID, FLAT_WITHIN = 32, 3.0
NOISE_GRID: Final = 4
NOISE_SHARE: Final = 0.045
CALM: Final = 0.5


def collapsed_evidence(pixels: Pixels) -> Evidence:
    """Value yes or no, of a picture (H, W, 3)."""
    means = _means(pixels, FLAT_GRID)
    lab = lab_from_srgb(np.clip(means + 0.5, 0, 255).astype(np.uint8)).reshape(-1, 3)
    away = float(difference(lab, np.median(lab, axis=0)).max())
    if away <= FLAT_WITHIN:
        return _entry("yes", f"The picture is one flat colour (nothing is further than {away:.1f} ΔE*ab from it).")
    share, calmest = _grain(pixels)
    if share < NOISE_SHARE and calmest >= CALM:
        return _entry("yes", f"The picture is noise: {100 * share:.1f} % of what varies in it is larger than a grain.")
    return _entry("no", "There is something in the picture: it is neither one flat colour nor noise.")


def _grain(pixels: Pixels) -> tuple[float, float]:
    """The part of the variance, 0..1, between blocks; and the σ of the calmest block over that of all in the mean."""
    values = pixels.astype(np.float64)
    means = _means(values, NOISE_GRID)
    inside = np.maximum(_means(values * values, NOISE_GRID) - means**2, 0.0).sum(axis=-1)
    between = float(means.reshape(-1, 3).var(axis=0).sum())
    deviations = np.sqrt(inside)
    mean = float(deviations.mean())
    return between / (between + float(inside.mean())), float(deviations.min()) / mean if mean else 0.0


def _means(pixels: NDArray[np.float64] | Pixels, count: int) -> NDArray[np.float64]:
    """(count, count, 3) means of blocks that lie side by side; of fewer where the picture is smaller."""
    height, width = pixels.shape[:2]
    down, across = min(count, height), min(count, width)
    rows, columns = np.arange(down) * height // down, np.arange(across) * width // across
    sums = np.add.reduceat(np.add.reduceat(pixels, rows, axis=0, dtype=np.float64), columns, axis=1)
    areas = np.outer(np.diff([*rows, height]), np.diff([*columns, width]))
    return np.asarray(sums / areas[..., None])


def _entry(value: str, sentence: str) -> Evidence:
    return Evidence(name="collapsed", value=value, unit=None, sentence=sentence)

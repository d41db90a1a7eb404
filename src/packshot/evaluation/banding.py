"""Banding: a smooth ground that comes in visible steps.

A gradient in 8 bits climbs by one grey level at a time, or is dithered by noise. A banded one stands still and then
jumps. So along rows and columns: a *step* is a jump of 1.5 to 16 grey levels with at least four equal pixels on either
side; a *band* is a plateau that ends with steps on both sides, or adjoins such a plateau by a step. A single step is an
edge and no banding. The measure is the share of the smooth ground that lies in bands.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from packshot.evaluation.relief import Relief
from packshot.result import Evidence, Pixels

WEIGHTS: Final = np.array([299, 587, 114], dtype=np.int32)
"""ITU-R BT.601 in thousandths: exact, so that equal pixels are equal."""
STEP_LEVELS: Final = (1.5, 16.0)
PLATEAU_PX: Final = 4
SMOOTH_STEP: Final = 3.0
"""Grey levels per pixel, after smoothing, up to which a place belongs to the smooth ground."""
SHARE_MIN: Final = 0.02


def banding_evidence(pixels: Pixels, relief: Relief, ground: NDArray[np.bool_]) -> Evidence:
    """The share, in per cent, of the smooth part of `ground` (H, W) that lies in bands; `pixels` is (H, W, 3)."""
    share = banded_share(pixels, relief, ground)
    if share is None:
        return Evidence(
            name="banding", value=None, unit="%", sentence="Not evaluated: no part of the ground is smooth."
        )
    return Evidence(
        name="banding",
        value=round(100 * share, 2),
        unit="%",
        sentence=f"{100 * share:.1f} % of the smooth ground lies in visible bands.",
    )


def banded_share(pixels: Pixels, relief: Relief, ground: NDArray[np.bool_]) -> float | None:
    """0..1; None where too little of the ground is smooth."""
    grey = pixels @ WEIGHTS
    smooth = ground & (relief.steps <= SMOOTH_STEP)
    if min(grey.shape) < 2 * PLATEAU_PX or smooth.mean() < SHARE_MIN:
        return None
    banded = _bands(grey) | _bands(grey.T).T
    return float(banded[smooth].mean())


def _bands(grey: NDArray[np.int32]) -> NDArray[np.bool_]:
    """(H, W) true on pixels that lie in a band of their row; grey levels are in thousandths."""
    jumps = np.diff(grey, axis=1)
    still = jumps == 0
    size = np.abs(jumps)
    steps = (size >= 1000 * STEP_LEVELS[0]) & (size <= 1000 * STEP_LEVELS[1])
    for distance in range(1, PLATEAU_PX):
        steps &= _shifted(still, distance) & _shifted(still, -distance)
    if not steps.any():
        return np.zeros(grey.shape, dtype=np.bool_)
    # plateaus are numbered along the row, and on from one row to the next
    starts = np.ones(grey.shape, dtype=np.bool_)
    starts[:, 1:] = ~still
    numbers = np.cumsum(starts.ravel()).reshape(grey.shape) - 1
    after = np.zeros(int(numbers[-1, -1]) + 2, dtype=np.bool_)
    after[numbers[:, 1:][steps]] = True  # a step leads into the plateau
    before = np.roll(after, -1)  # and out of the one that it comes from
    between = after & before
    bands = between | (np.roll(between, 1) & after) | (np.roll(between, -1) & before)
    return np.asarray(bands[numbers])


def _shifted(values: NDArray[np.bool_], distance: int) -> NDArray[np.bool_]:
    """(H, W) the value `distance` further along the row; false beyond the edge."""
    moved = np.zeros_like(values)
    if distance > 0:
        moved[:, :-distance] = values[:, distance:]
    else:
        moved[:, -distance:] = values[:, :distance]
    return moved

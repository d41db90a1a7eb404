"""The picture's grey levels, smoothed, and how steeply they rise: where noise and bands can be told from detail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import scipy
from numpy.typing import NDArray

from packshot.evaluation.exposure import luma
from packshot.result import Pixels

SMOOTHING_PX: Final = 2.0


@dataclass(frozen=True, slots=True)
class Relief:
    """All (H, W): `grey` levels 0..255, the same `smooth` (Gaussian of 2 pixels), and `steps` in levels per pixel."""

    grey: NDArray[np.float64]
    smooth: NDArray[np.float64]
    steps: NDArray[np.float64]


def relief_of(pixels: Pixels) -> Relief:
    """The relief of a picture (H, W, 3) with sides of 2 pixels and more."""
    grey = luma(pixels)
    smooth = scipy.ndimage.gaussian_filter(grey, SMOOTHING_PX)
    down, across = np.gradient(smooth)
    return Relief(grey, smooth, np.sqrt(down * down + across * across))

"""Noise: how much neighbouring pixels differ where the picture is flat.

J. Immerkær, Fast Noise Variance Estimation, Computer Vision and Image Understanding 64(2), 1996, equation 3: a kernel
that answers 0 to constants, slopes and edges along its axes. Its mean answer is that of flat parts alone here, since
texture and contours answer too.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from packshot.evaluation.relief import Relief
from packshot.result import Evidence

FLAT_STEP: Final = 1.0
"""Grey levels per pixel, after smoothing, up to which a place is flat."""
FLATTEST_SHARE: Final = 0.1
"""At least this share of the picture is taken for flat: under strong noise nothing is flat by the step."""
ROOM: Final = 2.0
"""Grey levels to black or white within which noise is cut off and cannot be measured."""
SHARE_MIN: Final = 0.005


def noise_evidence(relief: Relief) -> Evidence:
    """Standard deviation, in grey levels, of the noise on the flat parts of a picture."""
    sigma = noise_sigma(relief)
    if sigma is None:
        reason = "no part of the picture is flat without being pure black or white"
        return Evidence(name="noise", value=None, unit="grey levels", sentence=f"Not evaluated: {reason}.")
    return Evidence(
        name="noise",
        value=round(sigma, 2),
        unit="grey levels",
        sentence=f"The flat parts have a noise of {sigma:.1f} of 255 grey levels.",
    )


def noise_sigma(relief: Relief) -> float | None:
    """σ of the noise in grey levels; None where nothing is flat."""
    grey, smooth, steps = relief.grey, relief.smooth, relief.steps
    flat = steps <= max(FLAT_STEP, float(np.quantile(steps, FLATTEST_SHARE)))
    flat &= (smooth > ROOM) & (smooth < 255 - ROOM)
    inner = flat[1:-1, 1:-1]
    if inner.mean() < SHARE_MIN:
        return None
    across = grey[:, :-2] - 2 * grey[:, 1:-1] + grey[:, 2:]
    answer = across[:-2] - 2 * across[1:-1] + across[2:]
    return float(math.sqrt(math.pi / 2) / 6 * np.abs(answer[inner]).mean())

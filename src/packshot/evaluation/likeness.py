"""How much of the source is left in an image-to-image picture as a whole: PSNR and SSIM."""

from __future__ import annotations

import math

import numpy as np
import scipy
from numpy.typing import NDArray

from packshot.evaluation.exposure import luma
from packshot.result import Evidence, Pixels, psnr_db
from packshot.spec import Mode

SIGMA_PX, RADIUS_PX = 1.5, 5
C1, C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2

UNITS = {"likeness_psnr": "dB", "likeness_ssim": None}


def ssim_map(one: Pixels, other: Pixels) -> NDArray[np.float64]:
    """Structural similarity (H - 10, W - 10) of two pictures (H, W, 3) on their luma, of each window of 11 × 11.

    Wang, Bovik, Sheikh and Simoncelli, IEEE TIP 13(4), 2004, equation 13, with the Gaussian window of 11 × 11 and
    σ = 1.5, K₁ = 0.01 and K₂ = 0.03 of section III-C; windows that leave the picture are left out.
    Raises ValueError on unequal shapes and on sides under 11 pixels.
    """
    if one.shape != other.shape or min(one.shape[:2]) <= 2 * RADIUS_PX:
        raise ValueError(f"expected equal shapes with sides of 11 and more, got {one.shape} and {other.shape}")
    x, y = luma(one), luma(other)
    mean_x, mean_y = _window(x), _window(y)
    variance_x = _window(x * x) - mean_x**2
    variance_y = _window(y * y) - mean_y**2
    covariance = _window(x * y) - mean_x * mean_y
    similarity = ((2 * mean_x * mean_y + C1) * (2 * covariance + C2)) / (
        (mean_x**2 + mean_y**2 + C1) * (variance_x + variance_y + C2)
    )
    return np.asarray(similarity)


def ssim(one: Pixels, other: Pixels) -> float:
    """The mean of `ssim_map`; 1 for equal pictures."""
    return float(ssim_map(one, other).mean())


def no_source(pixels: Pixels, mode: Mode, source: Pixels | None) -> str | None:
    """Why a picture (H, W, 3) cannot be compared with a source; None where it can."""
    if mode is Mode.LOCK:
        return "the product's pixels are the photo's own"
    if mode is not Mode.IMAGE_TO_IMAGE:
        return "the picture was made from text alone"
    if source is None:
        return "the source picture is not at hand"
    if source.shape != pixels.shape or min(pixels.shape[:2]) <= 2 * RADIUS_PX:
        return "the source and the picture cannot be laid over each other"
    return None


def likeness_evidence(pixels: Pixels, source: Pixels, structure: NDArray[np.float64]) -> list[Evidence]:
    """PSNR and SSIM to the fitted source, of the same size as the picture; `structure` is their `ssim_map`."""
    decibels, similarity = psnr_db(pixels, source), float(structure.mean())
    same = math.isinf(decibels)
    return [
        Evidence(
            name="likeness_psnr",
            value="identical" if same else round(decibels, 2),
            unit="dB",
            sentence="The picture is its source, pixel for pixel."
            if same
            else f"The picture is {decibels:.1f} dB (PSNR) from its source.",
        ),
        Evidence(
            name="likeness_ssim",
            value=round(similarity, 4),
            unit=None,
            sentence=f"Its structure is {similarity:.2f} like the source's (SSIM, 1 is equal).",
        ),
    ]


def _window(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gaussian-weighted means of every whole window of 11 × 11 pixels."""
    blurred = scipy.ndimage.gaussian_filter(values, SIGMA_PX, radius=RADIUS_PX)
    return np.asarray(blurred[RADIUS_PX:-RADIUS_PX, RADIUS_PX:-RADIUS_PX])

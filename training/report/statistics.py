"""The report's few formulas: Fréchet distance, paired t interval, edge strength, likeness. Knows no model."""

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, stats
from skimage.metrics import structural_similarity

Features = NDArray[np.float64]


def frechet(one: Features, other: Features) -> float:
    """Squared Fréchet distance between two normal distributions fitted to (N, D) features (arXiv:1706.08500)."""
    mean = one.mean(0) - other.mean(0)
    a, b = np.cov(one, rowvar=False), np.cov(other, rowvar=False)
    root = linalg.sqrtm(a @ b)
    return float(mean @ mean + np.trace(a) + np.trace(b) - 2.0 * np.trace(np.real(root)))


@dataclass(frozen=True)
class Effect:
    """A mean paired difference with its 95 % interval by the t distribution, over `pairs` pairs."""

    mean: float
    low: float
    high: float
    pairs: int

    @property
    def shown(self) -> bool:
        """Whether the interval excludes 0."""
        return self.low > 0.0 or self.high < 0.0

    def as_json(self) -> dict[str, float | int | bool]:
        """For the figures' file."""
        return {**asdict(self), "shown": self.shown}


def effect(after: Features, before: Features) -> Effect:
    """Paired effect of (N,) values against (N,) values."""
    difference = np.asarray(after, np.float64) - np.asarray(before, np.float64)
    n = len(difference)
    half = float(stats.t.ppf(0.975, n - 1) * difference.std(ddof=1) / np.sqrt(n))
    mean = float(difference.mean())
    return Effect(mean, mean - half, mean + half, n)


def edge_strength(pictures: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(N,) mean absolute difference of neighbouring pixels, in grey levels, of (N, H, W, 3) pictures."""
    grey = pictures.astype(np.float64).mean(3)
    return np.asarray(np.abs(np.diff(grey, axis=1)).mean((1, 2)) + np.abs(np.diff(grey, axis=2)).mean((1, 2)))


def psnr_db(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Peak signal-to-noise ratio of two pictures over 0..255."""
    error = np.mean((one.astype(np.float64) - other.astype(np.float64)) ** 2)
    return float(10.0 * np.log10(255.0**2 / max(float(error), 1e-12)))


def ssim(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """Structural similarity of two (H, W, 3) pictures."""
    return float(structural_similarity(one, other, channel_axis=2))


def border(picture: NDArray[np.uint8], px: int = 8) -> NDArray[np.uint8]:
    """(K, 3) the frame's outermost pixels."""
    inner = np.ones(picture.shape[:2], dtype=np.bool_)
    inner[px:-px, px:-px] = False
    return picture[inner]

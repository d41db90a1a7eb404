"""Renders with a fault of known strength added: noise, steps, blur, burnt lights. Knows nothing about who judges."""

from __future__ import annotations

import random

import numpy as np
from scipy import ndimage

from benchmarks.evidence.case import Case
from packshot.result import Pixels
from training.render import random_scene, render, studio

BLURS_PX = (0.0, 0.8, 1.6, 3.2)
"""Gaussian, at 256 pixels a side."""


def noisy(seed: int, size: int) -> Case:
    """Gaussian noise of 0 to 12 grey levels, on a picture that has none of its own."""
    rng = random.Random(f"noisy {seed}")
    sigma = rng.choice((0.0, rng.uniform(1.0, 12.0), rng.uniform(1.0, 12.0)))
    clean = _drawn(seed, size).astype(np.float64)
    shown = clean + np.random.default_rng(seed).normal(0.0, sigma, clean.shape) if sigma else clean
    return Case(_bytes(shown), "", {"noise": sigma})


def stepped(seed: int, size: int, levels: tuple[int, int] | None) -> Case:
    """Every channel in `levels` steps; None: as it was drawn."""
    picture = _drawn(seed, size)
    if levels is None:
        return Case(picture, "", {"levels": 256.0})
    count = random.Random(f"stepped {seed}").randint(*levels)
    steps = np.round(picture / 255.0 * (count - 1)) * (255.0 / (count - 1))
    return Case(_bytes(steps), "", {"levels": float(count)})


def blurred(seed: int, size: int, sigma_px: float) -> Case:
    """Softened by a Gaussian, `sigma_px` at 256 pixels a side."""
    sigma = sigma_px * size / 256
    picture = _drawn(seed, size).astype(np.float64)
    return Case(_bytes(ndimage.gaussian_filter(picture, (sigma, sigma, 0))), "", {"blur": sigma_px})


def burnt(seed: int, size: int) -> Case:
    """Linear light raised by 1 to 2.2 and cut at white; the truth is the share of the product that is burnt out."""
    rng = random.Random(f"burnt {seed}")
    made = render(random_scene(seed, spread=4), size)
    light = studio.to_linear(made.picture / 255.0) * rng.uniform(1.0, 2.2)
    shown = _bytes(255.0 * studio.to_srgb(light))
    return Case(shown, "", {"burnt": 100.0 * float((shown[made.mask] == 255).all(-1).mean())})


def _drawn(seed: int, size: int) -> Pixels:
    return render(random_scene(seed, spread=4), size).picture


def _bytes(levels: np.ndarray) -> Pixels:
    return np.clip(levels + 0.5, 0.0, 255.0).astype(np.uint8)

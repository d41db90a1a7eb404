"""Fits a scene's light to the product's: the scene is changed, never the product.

A model's picture shows the product too, a little lighter, darker or tinted, since its autoencoder and its last steps
shift colours. By the factor between that copy and the photo the scene is off as well, and is multiplied by it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from packshot.product.light_bytes import BYTE, FULL, LIGHT
from packshot.product.placing import PlacedProduct
from packshot.result import Pixels

LEAST_PIXELS: Final = 64
"""Fewer tell nothing."""
DARK: Final = 0.02
"""Of white's light: darker pixels tell no factor."""
FACTORS: Final = (0.8, 1.25)
"""What a shift of colours may be; beyond it the copy is another thing than the product."""


def fit_light(scene: Pixels, product: PlacedProduct) -> Pixels:
    """A scene (H, W, 3) that shows its own copy of the product → the same in the product's light."""
    core = product.core
    shown = LIGHT[scene[product.window][core]] / FULL
    real = LIGHT[product.photo[core]] / FULL
    lit = (shown > DARK) & (real > DARK)
    if (lit.sum(axis=0) < LEAST_PIXELS).any():
        return scene
    factors = [float(np.median(real[lit[:, c], c] / shown[lit[:, c], c])) for c in range(3)]
    table = np.empty((256, 3), np.uint8)
    for channel, factor in enumerate(factors):
        lighter = np.clip(LIGHT * np.clip(factor, *FACTORS), 0, FULL)
        table[:, channel] = BYTE[np.rint(lighter).astype(np.int64)]
    return np.asarray(np.stack([table[scene[..., c], c] for c in range(3)], axis=-1))

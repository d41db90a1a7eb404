"""The change of light between two pictures of one thing, as far as it is one: brighter or dimmer, warmer or cooler.

A lamp multiplies linear light by one gain in each channel (von Kries). Another colour of the product may look like a
lamp too, so a gain is taken only within bounds of what a studio's lamp does; the rest stays a difference of colour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Light = NDArray[np.float64]
"""(N, 3) linear light 0..1."""

DIMMER, BRIGHTER = 0.6, 1.5
"""Bounds of the gain of luminance: about a stop in all."""
TINT: Final = 1.2
"""Bound of a channel's gain against that of luminance, up and down."""
DARKEST, LIGHTEST = 0.02, 0.9
"""Linear light between which a ratio says something: below is noise, above is clipped."""
ENOUGH: Final = 0.05
"""Share of the pixels that a ratio needs to be believed."""
LUMINANCE: Final = np.array([0.2126, 0.7152, 0.0722])
"""Of linear sRGB (IEC 61966-2-1)."""


@dataclass(frozen=True, slots=True)
class Lamp:
    """The gain of each channel (red, green, blue)."""

    gains: tuple[float, float, float]

    def on(self, light: Light) -> Light:
        """What the light (…, 3) becomes."""
        return np.asarray(np.clip(light * np.array(self.gains), 0.0, 1.0))

    @property
    def gain(self) -> float:
        """Of luminance, for a neutral surface."""
        return float(np.array(self.gains) @ LUMINANCE)


def lamp_between(source: Light, picture: Light) -> Lamp:
    """The lamp that turns most of `source` (N, 3) into `picture` (N, 3), pixel by pixel, within the bounds."""
    whole = _ratio(source @ LUMINANCE, picture @ LUMINANCE)
    gain = float(np.clip(1.0 if whole is None else whole, DIMMER, BRIGHTER))
    gains = []
    for channel in range(3):
        own = _ratio(source[:, channel], picture[:, channel])
        tint = 1.0 if own is None else float(np.clip(own / gain, 1.0 / TINT, TINT))
        gains.append(gain * tint)
    return Lamp((gains[0], gains[1], gains[2]))


def _ratio(before: NDArray[np.float64], after: NDArray[np.float64]) -> float | None:
    """The middle ratio; None where too few pixels tell."""
    tells = (before > DARKEST) & (before < LIGHTEST) & (after > DARKEST / 2) & (after < LIGHTEST)
    if tells.sum() < max(16, ENOUGH * before.size):
        return None
    return float(np.median(after[tells] / before[tells]))

"""What a kind of product is to the renderer. Knows no particular kind, no light, no picture."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
"""(N,) coordinates in scene units; x to the right, y up from the ground, z towards the camera."""

Solid = Callable[[Points, Points, Points, float, Points, Points], None]
"""`solid(x, y, z, shape, distance, part)` fills the last two; `shape` in 0..1 varies the proportions."""

PRODUCT, ACCENT, RUBBER, LIGHT, STEEL, GLASS, WOOD, LAMP, BRASS, INK, DIAL = range(11)
"""Part numbers: which palette entry a surface takes (`colours.py`)."""


@dataclass(frozen=True)
class Kind:
    """A product that a person names at once."""

    name: str
    """As it stands in a prompt, with its article: "a coffee mug", "a pair of running shoes"."""
    synonyms: tuple[str, ...]
    solid: Solid
    half_size: tuple[float, float, float]
    """Half width, height and depth of a box on the ground (y from 0 to twice the second) that holds the product."""
    yaw_deg: float = 0.0
    """The turn that shows the product best; scenes vary around it."""
    pitch_deg: float = 10.0
    straight: str = "front view"
    """What people call the view at yaw 0."""

"""A coffee mug: a hollow cylinder with a ring for a handle."""

import math

from numba import njit

from training.render import primitives as sdf
from training.render.kind import Kind, Points


@njit(**sdf.LOOP)
def solid(x: Points, y: Points, z: Points, shape: float, distance: Points, part: Points) -> None:
    """See `kind.Solid`."""
    height = 0.5 + 0.08 * shape
    for i in range(x.shape[0]):
        px, py, pz = x[i], y[i] - height, z[i]
        wall = sdf.cylinder(px, py, pz, 0.44, height, 0.05)
        handle = sdf.extrude(abs(sdf.rectangle(px - 0.5, py, 0.26, 0.3, 0.24)) - 0.055, pz, 0.075, 0.045)
        cup = sdf.smooth_min(wall, handle, 0.05)
        hole = sdf.cylinder(px, py - 0.1, pz, 0.385, height, 0.05)
        cup = sdf.smooth_max(cup, -hole, 0.02)
        inside = (math.sqrt(px * px + pz * pz) < 0.4) and (py > -height + 0.08)
        distance[i] = cup
        part[i] = 1.0 if inside else 0.0


KIND = Kind(
    "a coffee mug",
    ("a mug", "a ceramic mug", "a tea mug", "a cup", "a coffee cup"),
    solid,
    (0.85, 0.62, 0.5),
    yaw_deg=-15.0,
    pitch_deg=17.0,
)

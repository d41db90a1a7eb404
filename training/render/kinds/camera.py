"""A photo camera with a big lens, in the look of the seventies."""

import math

from numba import njit

from training.render import primitives as sdf
from training.render.kind import Kind, Points


@njit(**sdf.LOOP)
def solid(x: Points, y: Points, z: Points, shape: float, distance: Points, part: Points) -> None:
    """See `kind.Solid`."""
    lens = 0.34 + 0.03 * shape
    for i in range(x.shape[0]):
        px, py, pz = x[i], y[i], z[i]
        body = sdf.box(px, py - 0.46, pz, 0.8, 0.46, 0.22, 0.08)
        d, p = body, (0.0 if abs(py - 0.42) < 0.3 else 4.0)
        hump = sdf.box(px * (1.0 + 0.5 * max(py - 0.9, 0.0)), py - 0.98, pz, 0.3, 0.15, 0.2, 0.05)
        d, p = sdf.nearer(d, p, hump, 4.0)
        grip = sdf.box(px + 0.66, py - 0.4, pz - 0.2, 0.13, 0.34, 0.1, 0.08)
        d, p = sdf.nearer(d, p, grip, 0.0)
        rho = math.sqrt((px - 0.06) * (px - 0.06) + (py - 0.45) * (py - 0.45))
        barrel = sdf.extrude(rho - lens - 0.05, pz - 0.32, 0.12, 0.02)
        d, p = sdf.nearer(d, p, barrel, 4.0)
        tube = sdf.extrude(abs(rho - lens + 0.05) - 0.05, pz - 0.52, 0.16, 0.02)
        d, p = sdf.nearer(d, p, tube, 2.0)
        band = sdf.extrude(rho - lens - 0.012, pz - 0.53, 0.03, 0.01)
        d, p = sdf.nearer(d, p, band, 1.0)
        glass = sdf.ellipsoid(px - 0.06, py - 0.45, pz - 0.5, lens - 0.07, lens - 0.07, 0.1)
        d, p = sdf.nearer(d, p, glass, 5.0)
        dial = sdf.cylinder(px - 0.56, py - 0.98, pz, 0.13, 0.07, 0.015)
        button = sdf.cylinder(px + 0.56, py - 0.95, pz, 0.09, 0.06, 0.02)
        d, p = sdf.nearer(d, p, min(dial, button), 4.0)
        distance[i] = d
        part[i] = p


KIND = Kind(
    "a camera",
    ("a photo camera", "a digital camera", "a vintage camera", "a film camera", "a retro camera"),
    solid,
    (0.84, 0.58, 0.72),
    yaw_deg=-22.0,
    pitch_deg=9.0,
)

"""A water bottle: body, shoulder, neck and a steel screw cap, with a band around it."""

from numba import njit

from training.render import primitives as sdf
from training.render.kind import Kind, Points


@njit(**sdf.LOOP)
def solid(x: Points, y: Points, z: Points, shape: float, distance: Points, part: Points) -> None:
    """See `kind.Solid`."""
    body_half = 0.56 + 0.1 * shape
    for i in range(x.shape[0]):
        px, py, pz = x[i], y[i], z[i]
        body = sdf.cylinder(px, py - body_half, pz, 0.31, body_half, 0.07)
        shoulder = sdf.cone(px, py - 2.0 * body_half - 0.05, pz, 0.31, 0.15, 0.15, 0.05)
        d = sdf.smooth_min(body, shoulder, 0.1)
        band = py - body_half
        p = 1.0 if abs(band - 0.0) < 0.17 else 0.0
        cap = sdf.cylinder(px, py - 2.0 * body_half - 0.3, pz, 0.165, 0.12, 0.035)
        d, p = sdf.nearer(d, p, cap, 2.0)
        ring = sdf.cylinder(px, py - 2.0 * body_half - 0.185, pz, 0.15, 0.03, 0.01)
        d, p = sdf.nearer(d, p, ring, 4.0)
        loop = sdf.extrude(abs(sdf.rectangle(px, py - 2.0 * body_half - 0.45, 0.11, 0.1, 0.09)) - 0.028, pz, 0.04, 0.02)
        d, p = sdf.nearer(d, p, loop, 2.0)
        distance[i] = d
        part[i] = p


KIND = Kind(
    "a water bottle",
    ("a bottle", "a sports bottle", "a drinking bottle", "a thermos bottle", "a reusable bottle"),
    solid,
    (0.36, 0.98, 0.36),
    pitch_deg=8.0,
)

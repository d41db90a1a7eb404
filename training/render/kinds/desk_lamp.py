"""A desk lamp: a round foot, two arms with joints, and a conical shade over a lit bulb."""

import math

from numba import njit

from training.render import primitives as sdf
from training.render.kind import Kind, Points

SHADE_COS, SHADE_SIN = math.cos(0.75), math.sin(0.75)


@njit(**sdf.LOOP)
def solid(x: Points, y: Points, z: Points, shape: float, distance: Points, part: Points) -> None:
    """See `kind.Solid`."""
    elbow_y = 0.85 + 0.1 * shape
    for i in range(x.shape[0]):
        px, py, pz = x[i], y[i], z[i]
        foot = sdf.cylinder(px + 0.1, py - 0.05, pz, 0.36, 0.05, 0.03)
        d, p = foot, 0.0
        low = sdf.capsule(px, py, pz, -0.1, 0.08, 0.0, -0.42, elbow_y, 0.0, 0.035, 0.035)
        high = sdf.capsule(px, py, pz, -0.42, elbow_y, 0.0, 0.2, elbow_y + 0.52, 0.0, 0.035, 0.035)
        d, p = sdf.nearer(d, p, min(low, high), 4.0)
        joint = min(sdf.sphere(px + 0.42, py - elbow_y, pz, 0.075), sdf.sphere(px + 0.1, py - 0.11, pz, 0.07))
        d, p = sdf.nearer(d, p, joint, 2.0)
        # The shade, tilted about z: its axis points up and to the left, its opening down and to the right.
        hx, hy = px - 0.36, py - elbow_y - 0.38
        ux, uy = hx * SHADE_COS + hy * SHADE_SIN, hy * SHADE_COS - hx * SHADE_SIN
        outer = sdf.cone(ux, uy, pz, 0.36, 0.13, 0.24, 0.02)
        inner = sdf.cone(ux, uy + 0.05, pz, 0.345, 0.1, 0.24, 0.0)
        shade = sdf.smooth_max(outer, -inner, 0.01)
        cap = sdf.cylinder(ux, uy - 0.25, pz, 0.12, 0.07, 0.04)
        d, p = sdf.nearer(d, p, min(shade, cap), 3.0 if inner < 0.012 else 0.0)
        bulb = sdf.sphere(ux, uy + 0.1, pz, 0.14)
        d, p = sdf.nearer(d, p, bulb, 7.0)
        distance[i] = d * 0.95
        part[i] = p


KIND = Kind(
    "a desk lamp",
    ("a table lamp", "a reading lamp", "an office lamp", "a lamp", "an architect lamp"),
    solid,
    (0.8, 0.9, 0.4),
    yaw_deg=12.0,
    pitch_deg=6.0,
    straight="side view",
)

"""Over-ear headphones standing on their cups."""

import math

from numba import njit

from training.render import primitives as sdf
from training.render.kind import Kind, Points


@njit(**sdf.LOOP)
def solid(x: Points, y: Points, z: Points, shape: float, distance: Points, part: Points) -> None:
    """See `kind.Solid`."""
    radius = 0.58 + 0.05 * shape
    for i in range(x.shape[0]):
        px, py, pz = abs(x[i]), y[i] - 0.86, z[i]
        circle = math.sqrt(px * px + max(py, 0.0) * max(py, 0.0)) - radius
        top = max(py, 0.0)
        arch = max(abs(circle) - 0.035, -py - 0.02)
        band = sdf.extrude(max(abs(circle) - 0.05, 0.1 - py), pz, 0.13, 0.045)
        d, p = band, 0.0
        pad = sdf.extrude(max(abs(circle + 0.065) - 0.045, 0.3 - top), pz, 0.12, 0.04)
        d, p = sdf.nearer(d, p, pad, 2.0)
        slider = sdf.extrude(max(arch, py - 0.2), pz, 0.055, 0.02)
        slider = max(slider, -0.45 - py)
        d, p = sdf.nearer(d, p, slider, 4.0)
        qx, qy = px - radius, y[i] - 0.43
        yy, zz = qy / 1.18, pz
        round_cup = math.sqrt(yy * yy + zz * zz)
        shell = sdf.extrude(round_cup - 0.35, qx - 0.07, 0.1, 0.07)
        d, p = sdf.nearer(d, p, shell, 0.0)
        cushion = sdf.extrude(round_cup - 0.36, qx + 0.1, 0.1, 0.09)
        d, p = sdf.nearer(d, p, cushion, 2.0)
        plate = sdf.extrude(round_cup - 0.23, qx - 0.165, 0.02, 0.015)
        d, p = sdf.nearer(d, p, plate, 1.0)
        distance[i] = d
        part[i] = p


KIND = Kind(
    "a pair of headphones",
    ("headphones", "over-ear headphones", "wireless headphones", "a headset", "a pair of wireless headphones"),
    solid,
    (0.84, 0.79, 0.44),
    yaw_deg=-28.0,
    pitch_deg=8.0,
)

"""A hard-shell trolley case: a ribbed box on four wheels, its telescopic handle drawn out."""

import math

from numba import njit

from training.render import primitives as sdf
from training.render.kind import Kind, Points

RIB_EVERY = 0.165


@njit(**sdf.LOOP)
def solid(x: Points, y: Points, z: Points, shape: float, distance: Points, part: Points) -> None:
    """See `kind.Solid`."""
    width, height, depth = 0.52 + 0.05 * shape, 0.64 + 0.05 * shape, 0.25
    foot = 0.15
    for i in range(x.shape[0]):
        px, py, pz = abs(x[i]), y[i] - foot - height, abs(z[i])
        ay = abs(py)
        shell = sdf.box(px, py, pz, width, height, depth, 0.13)
        # Five ribs on front and back, by folding the width.
        turn = sdf.clamp(math.floor(x[i] / RIB_EVERY + 0.5), -2.0, 2.0)
        rib = sdf.box(x[i] - turn * RIB_EVERY, py, pz - depth, 0.042, height - 0.13, 0.03, 0.028)
        cx, cy, cz = px - width, ay - height, pz - depth
        corner = cx * cx + cy * cy + cz * cz < 0.0484
        d, p = sdf.nearer(shell, 1.0 if corner else 0.0, rib, 0.0)
        seam = sdf.extrude(sdf.rectangle(px, py, width + 0.016, height + 0.016, 0.145), pz, 0.036, 0.015)
        d, p = sdf.nearer(d, p, seam, 1.0)
        # Wheels under the corners, each with a dark housing.
        wx, wz = px - width + 0.13, pz - depth + 0.1
        wheel = sdf.cylinder(y[i] - 0.1, wx, wz, 0.1, 0.055, 0.03)
        housing = sdf.box(wx, y[i] - 0.15, wz, 0.09, 0.05, 0.08, 0.03)
        d, p = sdf.nearer(d, p, min(wheel, housing), 2.0)
        # Handle: two rods and a grip.
        hy = py - height
        rod = sdf.cylinder(px - 0.2, hy - 0.2, z[i] + 0.08, 0.034, 0.24, 0.005)
        d, p = sdf.nearer(d, p, rod, 4.0)
        grip = sdf.box(px, hy - 0.44, z[i] + 0.08, 0.28, 0.055, 0.06, 0.05)
        d, p = sdf.nearer(d, p, grip, 2.0)
        distance[i] = d
        part[i] = p


KIND = Kind(
    "a suitcase",
    ("a trolley case", "a travel suitcase", "a hard-shell suitcase", "a cabin suitcase", "a suitcase on wheels"),
    solid,
    (0.6, 1.05, 0.33),
    yaw_deg=-28.0,
    pitch_deg=10.0,
)

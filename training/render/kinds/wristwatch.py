"""A wristwatch standing on its closed strap, the dial towards the camera."""

import math

from numba import njit

from training.render import primitives as sdf
from training.render.kind import Kind, Points

LEAN_COS, LEAN_SIN = math.cos(0.22), math.sin(0.22)
COS30, SIN30 = math.cos(math.pi / 6), 0.5


@njit(**sdf.LOOP)
def solid(x: Points, y: Points, z: Points, shape: float, distance: Points, part: Points) -> None:
    """See `kind.Solid`."""
    radius = 0.44 + 0.04 * shape
    dial = radius - 0.085
    for i in range(x.shape[0]):
        px, cy, cz = x[i], y[i] - 0.8, z[i]
        py, pz = cy * LEAN_COS - cz * LEAN_SIN, cz * LEAN_COS + cy * LEAN_SIN
        # Strap: an oval ring in the plane of y and z.
        loop = sdf.rectangle(py, pz + 0.12, 0.74, 0.42, 0.4)
        width = 0.23 + 0.06 * sdf.clamp((pz + 0.2) * 2.0, 0.0, 1.0)
        strap = sdf.extrude(abs(loop) - 0.04, px, width, 0.025)
        d, p = strap, (1.0 if abs(abs(px) - width + 0.055) < 0.02 else 0.0)
        lug = sdf.box(abs(px) - 0.27, abs(py) - 0.38, pz - 0.29, 0.06, 0.1, 0.07, 0.04)
        d, p = sdf.nearer(d, p, lug, 4.0)
        # Case with a raised bezel around the dial.
        rho = math.sqrt(px * px + py * py)
        case = sdf.extrude(rho - radius, pz - 0.33, 0.09, 0.035)
        d, p = sdf.nearer(d, p, case, 4.0)
        bezel = sdf.extrude(abs(rho - radius + 0.055) - 0.045, pz - 0.42, 0.03, 0.02)
        d, p = sdf.nearer(d, p, bezel, 4.0)
        crown = sdf.cylinder(py, px - radius - 0.05, pz - 0.33, 0.075, 0.05, 0.02)
        d, p = sdf.nearer(d, p, crown, 4.0)
        # Dial: four bars and eight dots by folding one quadrant, and hands at ten past ten.
        face = sdf.extrude(rho - dial, pz - 0.415, 0.012, 0.004)
        ax, ay = abs(px), abs(py)
        far, near = max(ax, ay), min(ax, ay)
        bars = sdf.rectangle(far - dial + 0.085, near, 0.05, 0.026, 0.0)
        dx, dy = far - (dial - 0.06) * COS30, near - (dial - 0.06) * SIN30
        dots = math.sqrt(dx * dx + dy * dy) - 0.024
        hour, minute = dial - 0.17, dial - 0.125
        hands = min(
            sdf.segment(px, py, 0.0, 0.0, -0.82 * hour, 0.57 * hour, 0.031),
            sdf.segment(px, py, 0.0, 0.0, 0.866 * minute, 0.5 * minute, 0.024),
        )
        ink = min(min(bars, dots), min(hands, rho - 0.042))
        d, p = sdf.nearer(d, p, face, 9.0 if ink < 0.0 else 10.0)
        distance[i] = d * 0.95
        part[i] = p


KIND = Kind(
    "a wristwatch",
    ("a watch", "a wrist watch", "an analog watch", "an analogue watch", "a classic watch"),
    solid,
    (0.6, 0.79, 0.68),
    yaw_deg=-12.0,
    pitch_deg=12.0,
)

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
    radius = 0.4 + 0.04 * shape
    for i in range(x.shape[0]):
        px, cy, cz = x[i], y[i] - 0.66, z[i]
        py, pz = cy * LEAN_COS - cz * LEAN_SIN, cz * LEAN_COS + cy * LEAN_SIN
        # Strap: an oval ring in the plane of y and z.
        loop = sdf.rectangle(py, pz + 0.12, 0.64, 0.42, 0.4)
        width = 0.2 + 0.06 * sdf.clamp((pz + 0.2) * 2.0, 0.0, 1.0)
        strap = sdf.extrude(abs(loop) - 0.035, px, width, 0.025)
        d, p = strap, 0.0
        d, p = sdf.nearer(d, p, max(strap - 0.006, abs(abs(px) - width + 0.045) - 0.012), 1.0)
        lug = sdf.box(abs(px) - 0.2, abs(py) - 0.4, pz - 0.27, 0.05, 0.13, 0.06, 0.03)
        d, p = sdf.nearer(d, p, lug, 4.0)
        rho = math.sqrt(px * px + py * py)
        case = sdf.extrude(rho - radius, pz - 0.33, 0.09, 0.035)
        d, p = sdf.nearer(d, p, case, 4.0)
        crown = sdf.cylinder(py, px - radius - 0.05, pz - 0.33, 0.06, 0.045, 0.015)
        d, p = sdf.nearer(d, p, crown, 4.0)
        # Dial: twelve marks by folding one quadrant, and hands at ten past ten.
        face = sdf.extrude(rho - radius + 0.065, pz - 0.415, 0.012, 0.004)
        ax, ay = abs(px), abs(py)
        r_mark = radius - 0.13
        bx, by = ax * COS30 + ay * SIN30, ay * COS30 - ax * SIN30
        ex, ey = ax * SIN30 + ay * COS30, ay * SIN30 - ax * COS30
        marks = min(sdf.rectangle(ax - r_mark, ay, 0.045, 0.02, 0.0), sdf.rectangle(ax, ay - r_mark, 0.02, 0.045, 0.0))
        marks = min(
            marks,
            min(sdf.rectangle(bx - r_mark, by, 0.035, 0.012, 0.0), sdf.rectangle(ex - r_mark, ey, 0.035, 0.012, 0.0)),
        )
        hands = min(sdf.segment(px, py, 0.0, 0.0, -0.13, 0.11, 0.02), sdf.segment(px, py, 0.0, 0.0, 0.18, 0.15, 0.016))
        hands = min(hands, rho - 0.035)
        ink = min(marks, hands)
        d, p = sdf.nearer(d, p, face, 9.0 if ink < 0.0 else 10.0)
        distance[i] = d * 0.95
        part[i] = p


KIND = Kind(
    "a wristwatch",
    ("a watch", "a wrist watch", "an analog watch", "an analogue watch", "a classic watch"),
    solid,
    (0.55, 0.72, 0.66),
    yaw_deg=-18.0,
    pitch_deg=12.0,
)

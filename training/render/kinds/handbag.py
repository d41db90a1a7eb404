"""A handbag: a body wider at its foot, a flap with a clasp, and an arched handle."""

from numba import njit

from training.render import primitives as sdf
from training.render.kind import Kind, Points


@njit(**sdf.LOOP)
def solid(x: Points, y: Points, z: Points, shape: float, distance: Points, part: Points) -> None:
    """See `kind.Solid`."""
    top = 0.9 + 0.08 * shape
    for i in range(x.shape[0]):
        px, py, pz = abs(x[i]), y[i], z[i]
        taper = 1.0 + 0.2 * (py - 0.2)
        qx = px * taper
        qz = pz * (1.0 + 0.55 * max(py, 0.0))
        body = sdf.box(qx, py - 0.5 * top, qz, 0.7, 0.5 * top, 0.33, 0.09) * 0.8
        d, p = body, 0.0
        trim = (py < 0.07) or (abs(qx - 0.6) < 0.018)
        p = 1.0 if trim else 0.0
        flap_low = 0.5 - 0.1 * (1.0 - (qx / 0.7) * (qx / 0.7))
        flap = max(sdf.box(qx, py - 0.5 * top, qz - 0.03, 0.64, 0.5 * top + 0.025, 0.34, 0.09), flap_low - py) * 0.8
        d, p = sdf.nearer(d, p, flap, 0.0)
        clasp = sdf.box(px, py - 0.47, pz - 0.26, 0.085, 0.065, 0.03, 0.02)
        d, p = sdf.nearer(d, p, clasp, 8.0)
        hy = py - top + 0.02
        handle = sdf.extrude(abs(sdf.rectangle(px, hy, 0.33, 0.5, 0.32)) - 0.035, pz, 0.045, 0.03)
        handle = max(handle, -hy)
        d, p = sdf.nearer(d, p, handle, 1.0)
        ring = sdf.cylinder(px - 0.33, hy - 0.04, pz, 0.06, 0.035, 0.015)
        d, p = sdf.nearer(d, p, ring, 8.0)
        distance[i] = d
        part[i] = p


KIND = Kind(
    "a handbag",
    ("a leather handbag", "a purse", "a ladies' handbag", "a shoulder bag", "a hand bag"),
    solid,
    (0.76, 0.78, 0.4),
    yaw_deg=-20.0,
    pitch_deg=10.0,
)

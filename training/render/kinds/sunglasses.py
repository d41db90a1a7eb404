"""Sunglasses with two dark lenses in a thick frame, standing on their rims and on the tips of their temples."""

import math

from numba import njit

from training.render import primitives as sdf
from training.render.kind import Kind, Points


@njit(**sdf.LOOP)
def solid(x: Points, y: Points, z: Points, shape: float, distance: Points, part: Points) -> None:
    """See `kind.Solid`."""
    corner = 0.2 + 0.09 * shape
    for i in range(x.shape[0]):
        px, py, pz = abs(x[i]), y[i], z[i]
        wrap = pz - 0.5 + 0.1 * px * px
        ux = px - 0.455
        uy = py - 0.375 - 0.07 * ux
        ux = ux * (1.0 - 0.3 * uy)
        eye = sdf.rectangle(ux, uy, 0.395, 0.345, corner)
        opening = sdf.rectangle(ux, uy + 0.01, 0.31, 0.25, corner - 0.06)
        rim = sdf.extrude(sdf.smooth_max(eye, -opening, 0.02), wrap, 0.065, 0.03)
        bow = py - 0.47 + 0.25 * px * px
        bridge = sdf.extrude(sdf.rectangle(px, bow, 0.115, 0.062, 0.03), wrap, 0.06, 0.03)
        d, p = sdf.smooth_min(rim, bridge, 0.05), 0.0
        lens = sdf.extrude(opening - 0.02, wrap - 0.012 + 0.25 * (ux * ux + uy * uy), 0.02, 0.005)
        d, p = sdf.nearer(d, p, lens, 5.0)
        arm = sdf.segment(pz, py, 0.42, 0.54, -0.28, 0.52, 0.065)
        ear = sdf.segment(pz, py, -0.28, 0.52, -0.78, 0.07, 0.07)
        out = px - 0.795 - 0.03 * math.sqrt(max(0.5 - pz, 0.0) + 0.01)
        temple = sdf.extrude(sdf.smooth_min(arm, ear, 0.12), out, 0.048, 0.03)
        d, p = sdf.nearer(d, p, temple, 0.0)
        stud = sdf.extrude(sdf.rectangle(px - 0.775, py - 0.56, 0.035, 0.02, 0.019), wrap - 0.06, 0.015, 0.008)
        d, p = sdf.nearer(d, p, stud, 4.0)
        distance[i] = 0.82 * d
        part[i] = p


KIND = Kind(
    "a pair of sunglasses",
    ("sunglasses", "a pair of shades", "sun glasses", "designer sunglasses", "a pair of designer sunglasses"),
    solid,
    (0.9, 0.38, 0.86),
    yaw_deg=-22.0,
    pitch_deg=14.0,
)

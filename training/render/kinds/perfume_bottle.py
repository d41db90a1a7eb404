"""A perfume bottle: a squat flask with cut edges, a label, a short brass neck and a big cap."""

import math

from numba import njit

from training.render import primitives as sdf
from training.render.kind import Kind, Points


@njit(**sdf.LOOP)
def solid(x: Points, y: Points, z: Points, shape: float, distance: Points, part: Points) -> None:
    """See `kind.Solid`."""
    wide, tall = 0.6 - 0.06 * shape, 0.46 + 0.08 * shape
    for i in range(x.shape[0]):
        px, py, pz = abs(x[i]), y[i], abs(z[i])
        qy = py - tall
        flask = sdf.box(px, qy, pz, wide, tall, 0.28, 0.02)
        upright = (px - wide + pz - 0.28 + 0.12) * 0.7071
        shoulder = (px - wide + qy - tall + 0.13) * 0.7071
        slope = (pz - 0.28 + qy - tall + 0.1) * 0.7071
        flask = sdf.smooth_max(flask, sdf.smooth_max(upright, sdf.smooth_max(shoulder, slope, 0.02), 0.02), 0.02)
        d, p = flask, (4.0 if py < 0.1 else 0.0)
        frame = sdf.box(px, qy + 0.02, z[i] - 0.28, 0.33, 0.23, 0.018, 0.01)
        d, p = sdf.nearer(d, p, frame, 8.0)
        label = sdf.box(px, qy + 0.02, z[i] - 0.285, 0.295, 0.195, 0.02, 0.01)
        ring = abs(math.sqrt(px * px + (qy + 0.02) * (qy + 0.02)) - 0.09) < 0.02
        d, p = sdf.nearer(d, p, label, 8.0 if ring else 1.0)
        collar = sdf.cylinder(px, qy - tall - 0.05, pz, 0.155, 0.08, 0.02)
        d, p = sdf.nearer(d, p, collar, 8.0)
        cap = sdf.box(px, qy - tall - 0.33, pz, 0.27, 0.21, 0.21, 0.03)
        cut = (px - 0.27 + pz - 0.21 + 0.09) * 0.7071
        crown = (max(px - 0.27, pz - 0.21) + qy - tall - 0.54 + 0.07) * 0.7071
        cap = sdf.smooth_max(cap, sdf.smooth_max(cut, crown, 0.02), 0.02)
        d, p = sdf.nearer(d, p, cap, 1.0)
        distance[i] = d
        part[i] = p


KIND = Kind(
    "a perfume bottle",
    (
        "a bottle of perfume",
        "perfume",
        "a fragrance bottle",
        "a perfume flacon",
        "a glass perfume bottle",
        "a cologne bottle",
    ),
    solid,
    (0.62, 0.82, 0.32),
    yaw_deg=-22.0,
    pitch_deg=9.0,
)

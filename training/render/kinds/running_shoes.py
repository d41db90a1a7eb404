"""A pair of running shoes, seen from the side with the toes to the right."""

from numba import njit

from training.render import primitives as sdf
from training.render.kind import Kind, Points


@njit(**sdf.POINT)
def shoe(x: float, y: float, z: float, thick: float) -> tuple[float, float]:
    """Distance and part of one shoe of length 2, its toe at x = +1, its middle at z = 0."""
    # The sole bends up at the toe and a little at the heel.
    lift = 0.2 * max(x - 0.3, 0.0) * max(x - 0.3, 0.0) + 0.1 * max(-0.7 - x, 0.0)
    along = sdf.clamp((x + 0.66) / 1.26, 0.0, 1.0)
    waist = 0.045 * max(1.0 - (x + 0.05) * (x + 0.05) * 5.0, 0.0)
    footprint = sdf.segment(x, z, -0.66, 0.0, 0.6, 0.02, 0.0) - (0.275 + 0.085 * along - waist)
    sy = y - lift * 1.5
    top = 0.24 + thick - 0.1 * along
    sole = sdf.extrude(footprint - 0.01, sy - 0.5 * top, 0.5 * top, 0.06)
    d, p = sole, (2.0 if sy < 0.06 else 3.0)
    # The upper: a side profile (collar, ramp of the laces, toe box) meets the footprint, which leans inwards.
    uy = y - lift
    collar = sdf.smooth_min(0.66 + 1.1 * (x + 0.42) * (x + 0.42), 0.86, 0.1)
    ramp = 0.8 - 0.68 * (x + 0.12)
    toe_top = 0.42 - 0.16 * (x - 0.5)
    profile = sdf.smooth_min(collar, sdf.smooth_max(ramp, toe_top, 0.2), 0.08)
    side = footprint + 0.015 + (0.06 + 0.16 * along) * max(uy - 0.2, 0.0)
    upper = sdf.smooth_max((uy - profile) * 0.75, side, 0.1 + 0.2 * along)
    mouth = max(sdf.segment(x, z, -0.68, 0.0, -0.28, 0.0, 0.14), 0.3 - uy)
    inside = mouth < 0.02
    upper = sdf.smooth_max(upper, -mouth, 0.05)
    upper = max(upper, 0.1 - uy)
    stripe = abs(x * 0.8 + 0.6 * uy - 0.2) < 0.07 and abs(z) > 0.12 and uy < 0.6
    heel = x < -0.66 + 0.25 * (0.8 - uy)
    toe_cap = x > 0.66 - 0.35 * (0.3 - uy) and uy < 0.3
    q = 1.0 if (stripe or heel or toe_cap) else 0.0
    d, p = sdf.nearer(d, p, upper, 2.0 if inside else q)
    tongue = sdf.capsule(x, uy, z * 0.45, 0.1, 0.6, 0.0, -0.14, 0.86, 0.0, 0.06, 0.045)
    d, p = sdf.nearer(d, p, tongue, 0.0)
    # Laces: five bars over the ramp, bent down at their ends.
    k = float(int(sdf.clamp((x + 0.07) / 0.12, 0.0, 4.0) + 0.5))
    lx = -0.07 + 0.12 * k
    ly = 0.765 - 0.68 * (lx + 0.12) + 0.035 * k * 0.25 * k * 0.25 * 2.0
    lace = sdf.capsule(x, uy + 1.5 * z * z, z, lx, ly, -0.15, lx, ly, 0.15, 0.033, 0.033) * 0.85
    return sdf.nearer(d, p, lace, 3.0)


@njit(**sdf.LOOP)
def solid(x: Points, y: Points, z: Points, shape: float, distance: Points, part: Points) -> None:
    """See `kind.Solid`."""
    thick = 0.05 * shape
    for i in range(x.shape[0]):
        d, p = shoe(x[i] + 0.12, y[i], z[i] - 0.4, thick)
        e, q = shoe(x[i] - 0.2, y[i], z[i] + 0.42, thick)
        d, p = sdf.nearer(d, p, e, q)
        distance[i] = d * 0.9
        part[i] = p


KIND = Kind(
    "a pair of running shoes",
    (
        "running shoes",
        "a pair of sneakers",
        "sneakers",
        "a pair of trainers",
        "trainers",
        "sports shoes",
        "a pair of sports shoes",
        "a running shoe",
        "a sneaker",
        "shoes",
    ),
    solid,
    (1.26, 0.56, 0.84),
    yaw_deg=-20.0,
    pitch_deg=15.0,
)

"""A pair of running shoes, seen from the side with the toes to the right."""

import math

from numba import njit

from training.render import primitives as sdf
from training.render.kind import Kind, Points


@njit(**sdf.POINT)
def shoe(x: float, y: float, z: float, thick: float) -> tuple[float, float]:
    """Distance and part of one shoe of length 2, its toe at x = +1, its middle at z = 0, its inner side at z > 0."""
    # The ground line: a rocker that rises towards the toe and a little at the heel.
    front, back = max(x - 0.25, 0.0), max(-0.6 - x, 0.0)
    lift = 0.24 * front * front
    along = sdf.clamp((x + 0.68) / 1.3, 0.0, 1.0)
    arch = max(1.0 - (x + 0.08) * (x + 0.08) * 3.0, 0.0)
    heel_part = sdf.segment(x, z, -0.68, 0.0, 0.4, 0.0, 0.0) - (0.275 + 0.05 * sdf.clamp((x + 0.68) / 1.08, 0.0, 1.0))
    toe_part = sdf.segment(x, z, 0.35, 0.0, 0.72, 0.035, 0.0) - (0.325 - 0.07 * sdf.clamp((x - 0.35) / 0.37, 0.0, 1.0))
    footprint = sdf.smooth_min(heel_part, toe_part, 0.15) + 0.022 * arch
    # The midsole: foam, high and flared at the heel, thin at the toe, with a groove around it.
    sy = y - lift - 0.5 * back * back
    top = 0.235 + thick - 0.13 * along + 0.5 * back * back
    flare = (0.015 + 0.035 * (1.0 - along)) * sdf.clamp(1.0 - sy / top, 0.0, 1.0)
    line = (sy - 0.58 * top) / 0.03
    groove = 0.009 * max(1.0 - line * line, 0.0)
    sole = sdf.extrude(footprint - 0.005 - flare + groove, sy - 0.5 * top, 0.5 * top, 0.055)
    d, p = sole, (2.0 if sy < 0.045 else 3.0)
    # The upper: a side profile (collar, instep, toe box) meets the footprint, which leans inwards.
    uy = y - lift
    bend = x + 0.4
    collar = 0.63 + thick + 1.0 * bend * bend
    instep = sdf.smooth_max(0.79 - 0.68 * (x + 0.1), 0.41 - 0.2 * (x - 0.55), 0.25) + thick * (1.0 - along)
    profile = sdf.smooth_min(sdf.smooth_min(collar, instep, 0.1), 0.84 + thick, 0.06)
    waist = (uy - 0.66 - thick) / 0.24
    heel = sdf.clamp((-0.45 - x) * 2.5, 0.0, 1.0)
    pad = (uy - profile + 0.075) / 0.075
    rim = sdf.clamp((-0.05 - x) * 6.0, 0.0, 1.0)
    lean = (0.07 + 0.2 * along) * max(uy - 0.2, 0.0)
    side = footprint + 0.02 + lean
    side += heel * 0.022 * max(1.0 - waist * waist, 0.0) - rim * 0.015 * max(1.0 - pad * pad, 0.0)
    hull = sdf.smooth_max((uy - profile) * 0.8, side, 0.07 + 0.19 * sdf.clamp((x + 0.3) * 1.6, 0.0, 1.0))
    # The throat, a little lower than the eyestays, shows the tongue between them.
    throat = sdf.rectangle(x - 0.12, z, 0.36, 0.085, 0.08)
    upper = hull + 0.022 * sdf.clamp(0.5 - throat * 40.0, 0.0, 1.0)
    mouth = max(sdf.smooth_max(footprint + lean + 0.095, x + 0.14, 0.2), 0.3 - uy)
    inside = mouth < 0.012
    upper = max(sdf.smooth_max(upper, -mouth, 0.06), 0.1 - uy)
    cx, cy = x + 0.75, uy + 0.1
    stripe = abs(math.sqrt(cx * cx + cy * cy) - 0.95) < 0.05 and uy < 0.62
    hx, hy = (x + 1.0) / 0.46, (uy - 0.2) / 0.48
    counter = hx * hx + hy * hy < 1.0
    tab = x < -0.84 and uy > 0.7 + thick
    gx, gy = (x - 1.0) / 0.34, (uy - 0.1) / 0.21
    guard = gx * gx + gy * gy < 1.0
    q = 1.0 if (stripe or guard or counter or tab) else 0.0
    d, p = sdf.nearer(d, p, upper, 2.0 if inside else q)
    # The tongue lies along the instep and ends just above the collar.
    tx, ty = x + 0.1, uy - 0.79 - thick
    t, n = 0.83 * tx - 0.56 * ty, 0.56 * tx + 0.83 * ty
    tongue = sdf.box(t - 0.02, n + 1.5 * z * z - 0.4 * t * t + 0.062, z, 0.15, 0.02, 0.12, 0.02)
    d, p = sdf.nearer(d, p, tongue, 0.0)
    # Laces: five flat bars that follow the surface.
    k = float(int(sdf.clamp((x + 0.03) / 0.1, 0.0, 4.0) + 0.5))
    lace = sdf.box(x + 0.03 - 0.1 * k, hull, z, 0.03, 0.013, 0.15 - 0.007 * k, 0.012)
    return sdf.nearer(d, p, lace, 3.0)


@njit(**sdf.LOOP)
def solid(x: Points, y: Points, z: Points, shape: float, distance: Points, part: Points) -> None:
    """See `kind.Solid`."""
    thick = 0.06 * shape
    for i in range(x.shape[0]):
        d, p = shoe(x[i] + 0.12, y[i], 0.4 - z[i], thick)
        e, q = shoe(x[i] - 0.2, y[i], z[i] + 0.42, thick)
        d, p = sdf.nearer(d, p, e, q)
        distance[i] = d * 0.87
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
    (1.26, 0.47, 0.84),
    yaw_deg=-20.0,
    pitch_deg=15.0,
    straight="side view",
)

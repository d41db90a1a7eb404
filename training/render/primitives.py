"""Signed distances of simple solids, for points given as scalars. Knows nothing about products, light or pictures.

Length unit: one scene unit (a product is about 1.5 of them). Branch-free on purpose: loops over points that call
these functions are vectorised by LLVM. Formulas: Inigo Quilez, "Distance functions", iquilezles.org.
"""

import math

from numba import njit

POINT = {"fastmath": True, "error_model": "numpy", "forceinline": True}
"""Options of every scalar function: without `numpy` errors a division is a branch, and branches stop vectorisation."""

LOOP = {"fastmath": True, "error_model": "numpy", "cache": True}
"""Options of the loop over points that each kind of product exports."""


@njit(**POINT)
def clamp(x: float, low: float, high: float) -> float:
    """`x` kept within `low` and `high`."""
    return min(max(x, low), high)


@njit(**POINT)
def smooth_min(a: float, b: float, k: float) -> float:
    """Union of `a` and `b` with a fillet of about `k`."""
    h = max(k - abs(a - b), 0.0) / k
    return min(a, b) - h * h * k * 0.25


@njit(**POINT)
def smooth_max(a: float, b: float, k: float) -> float:
    """Intersection of `a` and `b`, rounded by about `k`."""
    return -smooth_min(-a, -b, k)


@njit(**POINT)
def nearer(distance: float, part: float, other_distance: float, other_part: float) -> tuple[float, float]:
    """Union that keeps the part number of the nearer solid."""
    closer = other_distance < distance
    return (other_distance if closer else distance), (other_part if closer else part)


@njit(**POINT)
def sphere(x: float, y: float, z: float, radius: float) -> float:
    """Ball around the origin."""
    return math.sqrt(x * x + y * y + z * z) - radius


@njit(**POINT)
def ellipsoid(x: float, y: float, z: float, rx: float, ry: float, rz: float) -> float:
    """A bound, exact near the surface."""
    u, v, w = x / rx, y / ry, z / rz
    k0 = math.sqrt(u * u + v * v + w * w)
    u, v, w = u / rx, v / ry, w / rz
    k1 = math.sqrt(u * u + v * v + w * w) + 1e-9
    return k0 * (k0 - 1.0) / k1


@njit(**POINT)
def box(x: float, y: float, z: float, hx: float, hy: float, hz: float, rounding: float) -> float:
    """Box with half sides `hx`, `hy`, `hz`, edges rounded inside these sides."""
    qx, qy, qz = abs(x) - hx + rounding, abs(y) - hy + rounding, abs(z) - hz + rounding
    ox, oy, oz = max(qx, 0.0), max(qy, 0.0), max(qz, 0.0)
    return math.sqrt(ox * ox + oy * oy + oz * oz) + min(max(qx, max(qy, qz)), 0.0) - rounding


@njit(**POINT)
def rectangle(x: float, y: float, hx: float, hy: float, rounding: float) -> float:
    """`box` in the plane."""
    qx, qy = abs(x) - hx + rounding, abs(y) - hy + rounding
    ox, oy = max(qx, 0.0), max(qy, 0.0)
    return math.sqrt(ox * ox + oy * oy) + min(max(qx, qy), 0.0) - rounding


@njit(**POINT)
def extrude(plane: float, axis: float, half: float, rounding: float) -> float:
    """Solid of a plane figure's distance `plane`, `half` long to both sides of `axis` = 0."""
    qx, qy = plane + rounding, abs(axis) - half + rounding
    ox, oy = max(qx, 0.0), max(qy, 0.0)
    return math.sqrt(ox * ox + oy * oy) + min(max(qx, qy), 0.0) - rounding


@njit(**POINT)
def cylinder(x: float, axis: float, z: float, radius: float, half: float, rounding: float) -> float:
    """Disc or rod along `axis`."""
    return extrude(math.sqrt(x * x + z * z) - radius, axis, half, rounding)


@njit(**POINT)
def torus(x: float, axis: float, z: float, radius: float, thickness: float) -> float:
    """Ring around `axis`."""
    q = math.sqrt(x * x + z * z) - radius
    return math.sqrt(q * q + axis * axis) - thickness


@njit(**POINT)
def capsule(
    x: float, y: float, z: float, ax: float, ay: float, az: float, bx: float, by: float, bz: float, ra: float, rb: float
) -> float:
    """Rod from a to b whose radius goes from `ra` to `rb`; a bound where the radii differ."""
    px, py, pz = x - ax, y - ay, z - az
    dx, dy, dz = bx - ax, by - ay, bz - az
    h = clamp((px * dx + py * dy + pz * dz) / (dx * dx + dy * dy + dz * dz), 0.0, 1.0)
    qx, qy, qz = px - h * dx, py - h * dy, pz - h * dz
    return math.sqrt(qx * qx + qy * qy + qz * qz) - (ra + (rb - ra) * h)


@njit(**POINT)
def segment(x: float, y: float, ax: float, ay: float, bx: float, by: float, radius: float) -> float:
    """`capsule` in the plane."""
    px, py, dx, dy = x - ax, y - ay, bx - ax, by - ay
    h = clamp((px * dx + py * dy) / (dx * dx + dy * dy), 0.0, 1.0)
    qx, qy = px - h * dx, py - h * dy
    return math.sqrt(qx * qx + qy * qy) - radius


@njit(**POINT)
def cone(x: float, axis: float, z: float, low: float, high: float, half: float, rounding: float) -> float:
    """Frustum along `axis`: radius `low` at -half, `high` at +half; a bound."""
    radius = low + (high - low) * (axis / half + 1.0) * 0.5
    slope = (high - low) / (2.0 * half)
    side = (math.sqrt(x * x + z * z) - radius) / math.sqrt(1.0 + slope * slope)
    return extrude(side, axis, half, rounding)

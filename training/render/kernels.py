"""Compiled loops between two measurements of a solid: rays, occlusion, shadow, key. Knows no kind and no colour.

Each loop does in one pass what would take NumPy a dozen passes over arrays larger than the cache. None of them takes
the solid's function as an argument: that would compile every loop once per kind and keep it out of Numba's cache; the
loop over steps that calls the solid stays in Python (`rays.py`).

(3, N) arrays must be contiguous: another memory layout would compile a loop again. There is no infinity in here,
since fast arithmetic may assume that none occurs; `MISS` stands for it.
"""

import numpy as np
from numba import njit
from numpy.typing import NDArray

from training.render.kind import Points
from training.render.primitives import LOOP, POINT

Vectors = NDArray[np.float64]
"""(3, N): one row per coordinate, so that every row is contiguous."""

Indices = NDArray[np.int64]

MISS = 1e9
"""Distance along a ray that meets nothing."""

TINY = 1e-12
"""Stands for a coordinate that is 0 where something is divided by it."""


@njit(**POINT)
def slab(low: float, high: float, origin: float, direction: float) -> tuple[float, float]:
    """Where a ray enters and leaves the space between two parallel planes."""
    inverse = 1.0 / (direction if abs(direction) > TINY else TINY)
    a, b = (low - origin) * inverse, (high - origin) * inverse
    return min(a, b), max(a, b)


@njit(**POINT)
def crossing(
    low: Points, high: Points, x: float, y: float, z: float, dx: float, dy: float, dz: float
) -> tuple[float, float]:
    """Where a ray enters and leaves a box; enter > leave means a miss."""
    ax, bx = slab(low[0], high[0], x, dx)
    ay, by = slab(low[1], high[1], y, dy)
    az, bz = slab(low[2], high[2], z, dz)
    return max(ax, max(ay, az)), min(bx, min(by, bz))


@njit(**LOOP)
def directions(
    right: Points, up: Points, forward: Points, left: float, top: float, side: float, u: Points, v: Points, out: Vectors
) -> None:
    """Unit directions through frame positions u, v (see `rays.View`)."""
    for i in range(u.size):
        x, y = left + u[i] * side, top - v[i] * side
        dx = forward[0] + x * right[0] + y * up[0]
        dy = forward[1] + x * right[1] + y * up[1]
        dz = forward[2] + x * right[2] + y * up[2]
        scale = 1.0 / np.sqrt(dx * dx + dy * dy + dz * dz)
        out[0, i], out[1, i], out[2, i] = dx * scale, dy * scale, dz * scale


@njit(**LOOP)
def aim(
    low: Points,
    high: Points,
    eye: Points,
    direction: Vectors,
    start: Points,
    live: Indices,
    ray: Vectors,
    place: Vectors,
) -> int:
    """Takes up the rays from `eye` that meet a box beyond `start` (N,), and returns how many.

    Fills `live` with their numbers, `ray` (5, N) with distance, end and direction, `place` (3, N) with where they are.
    """
    count = 0
    for i in range(start.size):
        if start[i] >= MISS:
            continue
        dx, dy, dz = direction[0, i], direction[1, i], direction[2, i]
        enter, leave = crossing(low, high, eye[0], eye[1], eye[2], dx, dy, dz)
        t = max(enter, max(start[i], 0.0))
        if t < leave:
            live[count] = i
            ray[0, count], ray[1, count] = t, leave
            ray[2, count], ray[3, count], ray[4, count] = dx, dy, dz
            place[0, count], place[1, count], place[2, count] = eye[0] + t * dx, eye[1] + t * dy, eye[2] + t * dz
            count += 1
    return count


@njit(**LOOP)
def advance(
    count: int,
    touch: float,
    eye: Points,
    distance: Points,
    part: Points,
    live: Indices,
    ray: Vectors,
    place: Vectors,
    found: Points,
    found_part: Points,
) -> int:
    """Moves the first `count` rays by `distance`, records those closer than `touch`, and returns how many go on."""
    kept = 0
    for i in range(count):
        d = distance[i]
        t = ray[0, i] + d
        if d < touch:
            found[live[i]] = t
            found_part[live[i]] = part[i]
        elif t < ray[1, i]:
            dx, dy, dz = ray[2, i], ray[3, i], ray[4, i]
            live[kept] = live[i]
            ray[0, kept], ray[1, kept] = t, ray[1, i]
            ray[2, kept], ray[3, kept], ray[4, kept] = dx, dy, dz
            place[0, kept], place[1, kept], place[2, kept] = eye[0] + t * dx, eye[1] + t * dy, eye[2] + t * dz
            kept += 1
    return kept


@njit(**LOOP)
def advance_cones(
    count: int,
    spread: float,
    gain: float,
    eye: Points,
    distance: Points,
    live: Indices,
    ray: Vectors,
    place: Vectors,
    found: Points,
) -> int:
    """Like `advance` for cones of half-width `spread` per unit of length; a cone ends where a step gains < `gain`."""
    kept = 0
    for i in range(count):
        t = (ray[0, i] + distance[i]) / (1.0 + spread)
        if t < ray[0, i] + gain:
            found[live[i]] = ray[0, i]
        elif t < ray[1, i]:
            dx, dy, dz = ray[2, i], ray[3, i], ray[4, i]
            live[kept] = live[i]
            ray[0, kept], ray[1, kept] = t, ray[1, i]
            ray[2, kept], ray[3, kept], ray[4, kept] = dx, dy, dz
            place[0, kept], place[1, kept], place[2, kept] = eye[0] + t * dx, eye[1] + t * dy, eye[2] + t * dz
            kept += 1
    return kept


@njit(**LOOP)
def gather(eye: Points, direction: Vectors, t: Points) -> tuple[Indices, Vectors, Vectors]:
    """Numbers (M,), gaze (3, M) and points (3, M) of the rays that met something."""
    count = 0
    for i in range(t.size):
        count += t[i] < MISS
    index, gaze, points = np.empty(count, np.int64), np.empty((3, count)), np.empty((3, count))
    k = 0
    for i in range(t.size):
        if t[i] < MISS:
            index[k] = i
            for c in range(3):
                gaze[c, k] = direction[c, i]
                points[c, k] = eye[c] + t[i] * direction[c, i]
            k += 1
    return index, gaze, points


@njit(**LOOP)
def offset(points: Vectors, dx: float, dy: float, dz: float, place: Vectors) -> None:
    """Points moved by one vector."""
    for i in range(points.shape[1]):
        place[0, i], place[1, i], place[2, i] = points[0, i] + dx, points[1, i] + dy, points[2, i] + dz


@njit(**LOOP)
def tetrahedron_normals(d: Vectors, normal: Vectors) -> None:
    """Unit normals from the distances `d` (4, N) at `rays.TETRAHEDRON`."""
    for i in range(d.shape[1]):
        a, b, c, e = d[0, i], d[1, i], d[2, i], d[3, i]
        x, y, z = a - b - c + e, e - a - b + c, b - a - c + e
        scale = 1.0 / np.sqrt(x * x + y * y + z * z + 1e-12)
        normal[0, i], normal[1, i], normal[2, i] = x * scale, y * scale, z * scale


@njit(**LOOP)
def step_out(points: Vectors, normal: Vectors, height: float, place: Vectors) -> None:
    """Points moved by `height` along their normals."""
    for i in range(points.shape[1]):
        for c in range(3):
            place[c, i] = points[c, i] + height * normal[c, i]


@njit(**LOOP)
def hide(distance: Points, floor: Points, height: float, weight: float, hidden: Points) -> None:
    """Adds what stands closer than `height` to points at that height; `floor` is a second distance."""
    for i in range(distance.size):
        hidden[i] += weight * max(height - min(distance[i], floor[i]), 0.0) / height


@njit(**LOOP)
def aim_at_lamp(
    low: Points, high: Points, towards: Points, points: Vectors, live: Indices, ray: Vectors, place: Vectors
) -> int:
    """Takes up the rays from `points` that meet a box on their way to the lamp, and returns how many.

    Fills `live` with their numbers, `ray` (6, N) with distance, end, light and start, `place` with where they are.
    """
    count = 0
    dx, dy, dz = towards[0], towards[1], towards[2]
    for i in range(points.shape[1]):
        x, y, z = points[0, i], points[1, i], points[2, i]
        enter, leave = crossing(low, high, x, y, z, dx, dy, dz)
        t = max(enter, 0.03)
        if t < leave:
            live[count] = i
            ray[0, count], ray[1, count], ray[2, count] = t, leave, 1.0
            ray[3, count], ray[4, count], ray[5, count] = x, y, z
            place[0, count], place[1, count], place[2, count] = x + t * dx, y + t * dy, z + t * dz
            count += 1
    return count


@njit(**LOOP)
def advance_to_lamp(
    count: int,
    softness: float,
    towards: Points,
    distance: Points,
    live: Indices,
    ray: Vectors,
    place: Vectors,
    light: Points,
) -> int:
    """Moves the first `count` rays, notes in `light` how much is left of it, and returns how many go on."""
    kept = 0
    dx, dy, dz = towards[0], towards[1], towards[2]
    for i in range(count):
        t = ray[0, i]
        best = min(ray[2, i], 0.5 + 0.5 * distance[i] / (softness * t))
        t += min(max(abs(distance[i]), 0.025), 0.25)
        light[live[i]] = best
        if t < ray[1, i] and best > 0.0:
            x, y, z = ray[3, i], ray[4, i], ray[5, i]
            live[kept] = live[i]
            ray[0, kept], ray[1, kept], ray[2, kept] = t, ray[1, i], best
            ray[3, kept], ray[4, kept], ray[5, kept] = x, y, z
            place[0, kept], place[1, kept], place[2, kept] = x + t * dx, y + t * dy, z + t * dz
            kept += 1
    return kept


@njit(**LOOP)
def soften(light: Points) -> None:
    """Clips to 0..1 and bends to an S, in place."""
    for i in range(light.size):
        s = min(max(light[i], 0.0), 1.0)
        light[i] = s * s * (3.0 - 2.0 * s)


@njit(**LOOP)
def ground_near(eye: Points, direction: Vectors, half_x: float, half_z: float) -> tuple[Indices, Vectors]:
    """Numbers (M,) of the rays that meet the ground within a rectangle around the origin, and where (3, M)."""
    size = direction.shape[1]
    index, points = np.empty(size, np.int64), np.empty((3, size))
    count = 0
    for i in range(size):
        if direction[1, i] < -1e-3:
            t = -eye[1] / direction[1, i]
            x, z = eye[0] + t * direction[0, i], eye[2] + t * direction[2, i]
            if abs(x) < half_x and abs(z) < half_z:
                index[count], points[0, count], points[1, count], points[2, count] = i, x, 0.0, z
                count += 1
    return index[:count].copy(), points[:, :count].copy()


@njit(**LOOP)
def surface_key(part: Points, normal: Vectors, index: Indices, key: Points) -> None:
    """Writes at `index` a number that jumps where parts or surfaces meet."""
    for i in range(index.size):
        key[index[i]] = 10.0 + 4.0 * part[i] + 0.9 * normal[0, i] + 1.1 * normal[1, i] + 0.7 * normal[2, i]


@njit(**LOOP)
def rough_pixels(key: NDArray[np.float64], jump: float) -> Indices:
    """Flat numbers of the pixels whose `key` (H, W) differs by more than `jump` from one of four neighbours'."""
    height, width = key.shape
    index = np.empty(height * width, np.int64)
    count = 0
    for y in range(height):
        for x in range(width):
            k = key[y, x]
            if (
                abs(k - key[max(y - 1, 0), x]) > jump
                or abs(k - key[min(y + 1, height - 1), x]) > jump
                or abs(k - key[y, max(x - 1, 0)]) > jump
                or abs(k - key[y, min(x + 1, width - 1)]) > jump
            ):
                index[count] = y * width + x
                count += 1
    return index[:count].copy()


@njit(**LOOP)
def between_cells(cells: NDArray[np.float64], u: Points, v: Points, out: Points) -> None:
    """Values of a map (rows, columns) over the frame at u, v, bilinear between the middles of its cells."""
    rows, columns = cells.shape
    for i in range(u.size):
        x = min(max(u[i] * columns - 0.5, 0.0), columns - 1.0)
        y = min(max(v[i] * rows - 0.5, 0.0), rows - 1.0)
        column, row = min(int(x), columns - 2), min(int(y), rows - 2)
        x -= column
        y -= row
        above = cells[row, column] * (1.0 - x) + cells[row, column + 1] * x
        below = cells[row + 1, column] * (1.0 - x) + cells[row + 1, column + 1] * x
        out[i] = above * (1.0 - y) + below * y


@njit(**LOOP)
def of_cell(cells: NDArray[np.float64], u: Points, v: Points, out: Points) -> None:
    """Values of the cells of a square map (n, n) over the frame in which u, v lie."""
    n = cells.shape[0]
    for i in range(u.size):
        out[i] = cells[min(int(v[i] * n), n - 1), min(int(u[i] * n), n - 1)]

"""Grounds other than plain paper: procedural patterns on the floor and the wall that a camera sees. Knows no product.

Patterns are sRGB colours over a plane in scene units; what falls on them - light and shadow - is the caller's.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.render import studio
from training.render.colours import Colour
from training.render.rays import View

Plane = NDArray[np.float64]
"""(H, W) one number per pixel."""
Colours = NDArray[np.float64]
"""(H, W, 3)."""

WALL = 3.3
"""Distance of the wall behind the product's middle in scene units: no shadow of the product reaches it."""


@dataclass(frozen=True)
class Room:
    """Where each pixel's ray ends if nothing stands in its way."""

    across: Plane
    """To the viewer's right, in scene units."""
    along: Plane
    """Away from the viewer on the floor, then up the wall."""
    wall: NDArray[np.bool_]


def room(view: View, size: int) -> Room:
    """The floor at height 0 and a wall at `WALL` that faces the camera, over the frame at `size` pixels a side."""
    middle = (np.arange(size) + 0.5) / size
    u, v = np.meshgrid(middle, middle)
    direction = view.directions(u.ravel(), v.ravel()).reshape(3, size, size)
    level = view.forward * (1.0, 0.0, 1.0)
    level = level / np.linalg.norm(level)
    rightwards, away = np.tensordot(view.right, direction, 1), np.tensordot(level, direction, 1)
    start = float(level @ view.eye)
    to_wall = (WALL - start) / np.maximum(away, 1e-6)
    to_floor = np.where(direction[1] < -1e-6, -view.eye[1] / np.minimum(direction[1], -1e-6), np.inf)
    wall = to_wall < to_floor
    reach = np.where(wall, to_wall, to_floor)
    height = np.maximum(view.eye[1] + reach * direction[1], 0.0)
    return Room(float(view.right @ view.eye) + reach * rightwards, start + reach * away + height, wall)


def noise(x: Plane, y: Plane, seed: int) -> Plane:
    """Value noise 0..1 with cells of side 1."""
    table = np.random.default_rng(seed).random((64, 64))
    column, row = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    s, t = x - column, y - row
    s, t = s * s * (3.0 - 2.0 * s), t * t * (3.0 - 2.0 * t)
    top = table[row % 64, column % 64] * (1.0 - s) + table[row % 64, (column + 1) % 64] * s
    below = table[(row + 1) % 64, column % 64] * (1.0 - s) + table[(row + 1) % 64, (column + 1) % 64] * s
    return np.asarray(top * (1.0 - t) + below * t)


def clouds(x: Plane, y: Plane, seed: int, octaves: int = 4) -> Plane:
    """Sum of ever finer noise, 0..1."""
    total = np.zeros_like(x)
    for k in range(octaves):
        total += noise(x * 2.0**k + 17.3 * k, y * 2.0**k, seed + k) / 2.0 ** (k + 1)
    return total / (1.0 - 0.5**octaves)


def mix(first: Colour, second: Colour, share: Plane) -> Colours:
    """`first` where `share` is 0, `second` where it is 1."""
    t = np.clip(share, 0.0, 1.0)[..., None]
    return np.asarray(np.array(first) * (1.0 - t) + np.array(second) * t)


def lines(x: Plane, period: float, width: float) -> Plane:
    """1 on soft lines `width` wide, `period` apart, 0 between."""
    away = np.abs((x / period) % 1.0 - 0.5) * period
    return np.clip((away - (period / 2.0 - width)) / (0.5 * width), 0.0, 1.0)


def wood(x: Plane, y: Plane, rng: random.Random) -> Colours:
    """Planks with grain along x."""
    pale, dark = rng.choice([((0.80, 0.62, 0.42), (0.58, 0.38, 0.22)), ((0.52, 0.34, 0.22), (0.30, 0.18, 0.11))])
    seed, width = rng.randrange(10**6), rng.uniform(0.7, 1.1)
    plank = np.floor(y / width)
    shift = 31.7 * np.sin(plank * 12.9)
    bend = clouds(x * 0.5 + shift, y * 1.5 + shift, seed, 2)
    rings = 0.5 + 0.5 * np.sin(y * 16.0 + 9.0 * bend + shift)
    fibre = clouds(x * 1.5 + shift, y * 22.0, seed + 9, 3)
    board = mix(pale, dark, 0.45 * rings + 0.55 * fibre - 0.12 + 0.16 * np.sin(plank * 5.3))
    return np.asarray(board * (1.0 - 0.55 * lines(y + width / 2.0, width, 0.03))[..., None])


def marble(x: Plane, y: Plane, rng: random.Random) -> Colours:
    """Veins where warped clouds cross their middle."""
    ground, vein = rng.choice([((0.93, 0.92, 0.91), (0.45, 0.45, 0.48)), ((0.13, 0.15, 0.15), (0.72, 0.70, 0.64))])
    seed = rng.randrange(10**6)
    warp = 1.6 * clouds(x * 0.9, y * 0.9, seed)
    thick = np.abs(clouds(x * 0.7 + warp, y * 0.7 - warp, seed + 20) - 0.5)
    thin = np.abs(clouds(x * 1.6 - warp, y * 1.6 + warp, seed + 40) - 0.5)
    veins = 0.75 * np.exp(-thick / 0.022) + 0.35 * np.exp(-thin / 0.014)
    return mix(ground, vein, veins + 0.18 * clouds(x, y, seed + 60))


def cloth(x: Plane, y: Plane, rng: random.Random) -> Colours:
    """A checked tablecloth: white threads and coloured ones, each showing where they lie on top."""
    dye = rng.choice([(0.72, 0.16, 0.18), (0.18, 0.33, 0.60), (0.22, 0.46, 0.34), (0.55, 0.45, 0.35)])
    seed, period = rng.randrange(10**6), rng.uniform(0.28, 0.42)
    over = np.clip(6.0 * np.sin(2.0 * np.pi * x / period), -1.0, 1.0)
    under = np.clip(6.0 * np.sin(2.0 * np.pi * y / period), -1.0, 1.0)
    threads = 0.06 * (noise(x * 40.0, y * 2.5, seed + 5) + noise(x * 4.0, y * 12.0, seed + 6) - 1.0)
    folds = 0.9 + 0.16 * clouds(x * 0.8, y * 0.8, seed, 2) + threads
    return np.asarray(mix((0.95, 0.94, 0.92), dye, 0.5 + 0.25 * (over + under)) * folds[..., None])


def plaster(x: Plane, y: Plane, rng: random.Random) -> Colours:
    """Concrete or plaster: clouds, grain and a few stains."""
    pale = rng.choice([(0.74, 0.73, 0.71), (0.60, 0.60, 0.61), (0.82, 0.72, 0.62), (0.55, 0.62, 0.62)])
    dark = (pale[0] * 0.62, pale[1] * 0.62, pale[2] * 0.63)
    seed = rng.randrange(10**6)
    grain = 0.25 * (noise(x * 45.0, y * 20.0, seed + 30) - 0.5)
    stains = np.clip(4.0 * (clouds(x * 1.3, y * 1.3, seed + 50) - 0.62), 0.0, 0.5)
    return mix(pale, dark, 1.5 * clouds(x, y, seed, 5) - 0.45 + grain + stains)


def tiles(x: Plane, y: Plane, rng: random.Random) -> Colours:
    """Square tiles in two shades with pale joints."""
    light, dark, joint = rng.choice(
        [
            ((0.90, 0.89, 0.86), (0.30, 0.33, 0.36), (0.70, 0.69, 0.67)),
            ((0.72, 0.45, 0.33), (0.64, 0.37, 0.26), (0.82, 0.77, 0.70)),
            ((0.62, 0.76, 0.76), (0.50, 0.67, 0.70), (0.92, 0.92, 0.90)),
        ]
    )
    seed, side = rng.randrange(10**6), rng.uniform(0.45, 0.7)
    column, row = np.floor(x / side), np.floor(y / side)
    own = noise(column * 7.0, row * 5.0, seed) - 0.5
    surface = mix(light, dark, (column + row) % 2.0) * (0.96 + 0.1 * own + 0.08 * clouds(x * 2, y * 2, seed))[..., None]
    gaps = np.maximum(lines(x + side / 2.0, side, 0.022), lines(y + side / 2.0, side, 0.03))
    return np.asarray(surface * (1.0 - gaps[..., None]) + np.array(joint) * gaps[..., None])


def plain(x: Plane, y: Plane, rng: random.Random) -> Colours:
    """One colour, a little cloudy."""
    colour = rng.choice([(0.86, 0.84, 0.80), (0.62, 0.68, 0.72), (0.80, 0.66, 0.58), (0.50, 0.56, 0.50)])
    return np.asarray(np.array(colour) * (0.97 + 0.05 * clouds(x * 0.7, y * 0.7, rng.randrange(10**6), 2))[..., None])


PATTERNS: dict[str, Callable[[Plane, Plane, random.Random], Colours]] = {
    "wood": wood,
    "marble": marble,
    "cloth": cloth,
    "plaster": plaster,
    "tiles": tiles,
    "horizon": plain,
}
"""What the floor is of; "horizon" is a plain floor that ends at a wall of another colour."""


def textured(name: str, view: View, size: int, seed: int) -> Colours:
    """Linear light of the empty room over the frame: a floor of `PATTERNS[name]`, and the same or a plain wall."""
    rng = random.Random(f"texture {name} {seed}")
    seen = room(view, size)
    shown = PATTERNS[name](seen.across, seen.along, rng)
    if name == "horizon" or rng.random() < 0.6:
        shown = np.where(seen.wall[..., None], 0.88 * plain(seen.across, seen.along, rng), shown)
    corner = 1.0 - 0.3 * np.exp(-np.abs(seen.along - WALL) / np.where(seen.wall, 0.12, 0.5))
    lamp = 1.05 - 0.035 * (seen.across + 0.8) ** 2 - 0.05 * np.maximum(seen.along - WALL, 0.0)
    return np.asarray(studio.to_linear(np.clip(shown, 0.0, 1.0)) * (corner * np.clip(lamp, 0.5, 1.1))[..., None])

"""Light: what a surface point and a ground point look like. Knows nothing of rays or framing.

Linear light in, linear light out; `develop` turns it into sRGB bytes at the end. One key softbox from the upper left,
a strip on the right, a pale ceiling, and the paper's colour from below.
"""

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

from training.render.colours import Colour, Finish
from training.render.kernels import MISS, Indices, Vectors
from training.render.kind import LAMP, Points
from training.render.primitives import LOOP, POINT

Direction = tuple[float, float, float]


def unit(x: float, y: float, z: float) -> Direction:
    """Direction of length 1."""
    length = math.sqrt(x * x + y * y + z * z)
    return x / length, y / length, z / length


KEY = unit(-0.55, 1.0, 0.62)
FILL = unit(0.9, 0.35, 0.45)
RIM = unit(0.55, 0.5, -0.8)


def to_linear(colour: NDArray[np.float64]) -> NDArray[np.float64]:
    """sRGB 0..1 to linear light (IEC 61966-2-1)."""
    return np.asarray(np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4))


def to_srgb(light: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear light to sRGB 0..1, clipped."""
    c = np.clip(light, 0.0, 1.0)
    return np.asarray(np.where(c <= 0.0031308, c * 12.92, 1.055 * c ** (1.0 / 2.4) - 0.055))


CURVE = to_srgb(np.linspace(0.0, 1.0, 4097))
"""`to_srgb` at equal steps: between two of them a straight line is less than a hundredth of a grey level off."""


@njit(**POINT)
def smoothstep(low: float, high: float, x: float) -> float:
    """0 below `low`, 1 above `high`, an S between."""
    t = min(max((x - low) / (high - low), 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)


@njit(**POINT)
def along(direction: Direction, x: float, y: float, z: float) -> float:
    """Length of a vector's part in a direction."""
    return direction[0] * x + direction[1] * y + direction[2] * z


@njit(**POINT)
def surroundings(x: float, y: float, z: float, blur: float) -> tuple[float, float]:
    """What the studio shows along a ray: white light, and how much of the paper's. `blur` 0..1 widens the edges."""
    w = 0.04 + 0.5 * blur
    key = smoothstep(0.86 - w, 0.86 + w, along(KEY, x, y, z)) * (2.6 - 1.5 * blur)
    strip = smoothstep(0.84 - w, 0.84 + w, along(FILL, x, y, z)) * (1.1 - 0.5 * blur)
    rim = smoothstep(0.8 - w, 0.8 + w, along(RIM, x, y, z)) * (1.4 - 0.8 * blur)
    ceiling = 0.16 + 0.5 * smoothstep(-0.1, 1.0, y)
    below = smoothstep(0.12, -0.25, y)
    return (key + strip + rim + ceiling) * (1.0 - below), 0.75 * below


@njit(**POINT)
def shoulder(light: float) -> float:
    """Leaves values below 0.7 alone and bends brighter ones towards 1, so that highlights do not clip hard."""
    if light <= 0.7:
        return light
    return 0.7 + 0.3 * (1.0 - math.exp((0.7 - light) / 0.3))


@njit(**LOOP)
def surface_light(
    part: Points,
    albedo: Vectors,
    finish: Vectors,
    normal: Vectors,
    gaze: Vectors,
    lit: Points,
    open_sky: Points,
    paper: Points,
    index: Indices,
    light: Vectors,
) -> None:
    """Loop of `surface`; `albedo` and `finish` (3, K) hold the palette by part number."""
    for i in range(index.size):
        number = int(part[i])
        if number == LAMP:
            light[0, index[i]], light[1, index[i]], light[2, index[i]] = shoulder(1.25), shoulder(1.1), shoulder(0.75)
            continue
        specular, sharpness, metal = finish[0, number], finish[1, number], finish[2, number]
        nx, ny, nz = normal[0, i], normal[1, i], normal[2, i]
        gx, gy, gz = gaze[0, i], gaze[1, i], gaze[2, i]
        sky = 0.5 + 0.5 * ny
        key = max(along(KEY, nx, ny, nz), 0.0) * lit[i]
        fill = max(along(FILL, nx, ny, nz), 0.0)
        rim = max(along(RIM, nx, ny, nz), 0.0)
        white = 0.74 * key + (0.24 * fill + 0.12 * rim + 0.34 * sky + 0.06) * open_sky[i]
        bounce = 0.28 * (1.0 - sky) * open_sky[i]
        facing = min(max(-(nx * gx + ny * gy + nz * gz), 0.0), 1.0)
        turn = 2.0 * facing
        bare, of_paper = surroundings(gx + turn * nx, gy + turn * ny, gz + turn * nz, 1.0 - sharpness)
        away = 1.0 - facing
        fresnel = away * away * away * away * away * (0.25 + 0.75 * sharpness) * 0.6 * (1.0 - specular)
        seen = (0.25 + 0.75 * open_sky[i]) * (0.45 + 0.55 * lit[i])
        for c in range(3):
            own = albedo[c, number]
            diffuse = own * (white + bounce * paper[c]) * (1.0 - metal)
            tint = own * metal + (1.0 - metal)
            reflected = bare + of_paper * paper[c]
            light[c, index[i]] = shoulder(diffuse + (specular * tint + fresnel) * reflected * seen)


def surface(
    part: Points,
    table: list[tuple[Colour, Finish]],
    normal: Vectors,
    gaze: Vectors,
    lit: Points,
    open_sky: Points,
    paper: Points,
    index: Indices,
    light: Vectors,
) -> None:
    """Writes at `index` (M,) of `light` (3, N) what leaves the product's points towards the camera.

    `gaze` (3, M) points from the camera to the product, `paper` (3,) is the paper's linear colour.
    """
    albedo = to_linear(np.array([[c[k] for c, _ in table] for k in range(3)]))
    finish = np.array([[f.specular for _, f in table], [f.sharpness for _, f in table], [f.metal for _, f in table]])
    surface_light(part, albedo, finish, normal, gaze, lit, open_sky, paper, index, light)


def darkness(lit: Points, open_sky: Points) -> Points:
    """Share of its light that the product takes from the paper, 0..1."""
    return np.asarray(1.0 - (1.0 - 0.5 * (1.0 - lit)) * (0.3 + 0.7 * open_sky))


@njit(**LOOP)
def ground(paper: Points, dark: Points, t: Points, u: Points, v: Points, light: Vectors) -> None:
    """Writes where rays miss (`t`) the light of the paper at frame positions u, v: its own colour, softly uneven.

    `dark` (N,) comes from `darkness` and is scaled in place to 0 at the frame's border, and to 0 where a ray hits: no
    shadow reaches the border, so white paper is exactly white there.
    """
    pale = min(paper[0], min(paper[1], paper[2])) > 0.99
    for i in range(t.size):
        if t[i] < MISS:
            dark[i] = 0.0
            continue
        border = min(min(u[i], 1.0 - u[i]), min(v[i], 1.0 - v[i]))
        dark[i] *= smoothstep(0.012, 0.12, border)
        x, y = u[i] - 0.45, v[i] - 0.42
        glow = 1.0 if pale else 1.0 + 0.10 * (0.4 - (x * x + y * y) / 0.5)
        for c in range(3):
            light[c, i] = paper[c] * glow * (1.0 - dark[i])


@njit(**LOOP)
def develop(light: Vectors, curve: Points, index: Indices, picture: NDArray[np.uint8]) -> None:
    """Writes the sRGB bytes of M pixels at `index` of `picture` (H * W, 3).

    `light` (3, S * M) holds every pixel's S samples M apart, which are averaged; `curve` is `CURVE`.
    """
    pixels = index.size
    samples = light.shape[1] // max(pixels, 1)
    last = curve.size - 1
    for i in range(pixels):
        for c in range(3):
            value = 0.0
            for s in range(samples):
                value += light[c, s * pixels + i]
            place = min(max(value / samples, 0.0), 1.0) * last
            step = min(int(place), last - 1)
            shown = curve[step] + (curve[step + 1] - curve[step]) * (place - step)
            picture[index[i], c] = int(shown * 255.0 + 0.5)

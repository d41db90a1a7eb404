"""Light: what a surface point and a ground point look like. Knows nothing of pixels or framing.

Linear light in, linear light out; `to_srgb` at the end. One key softbox from the upper left, a strip on the right, a
pale ceiling, and the paper's colour from below.
"""

import numpy as np
from numpy.typing import NDArray

from training.render.colours import Colour, Finish
from training.render.kind import LAMP, Points
from training.render.rays import Vectors

Shade = NDArray[np.float64]
"""(3, N) light by channel."""


def unit(x: float, y: float, z: float) -> Vectors:
    """(3, 1) direction of length 1."""
    v = np.array([[x], [y], [z]])
    return np.asarray(v / np.sqrt((v * v).sum()))


KEY = unit(-0.55, 1.0, 0.62)
FILL = unit(0.9, 0.35, 0.45)
RIM = unit(0.55, 0.5, -0.8)


def to_linear(colour: Shade) -> Shade:
    """sRGB 0..1 to linear light (IEC 61966-2-1)."""
    return np.asarray(np.where(colour <= 0.04045, colour / 12.92, ((colour + 0.055) / 1.055) ** 2.4))


def to_srgb(light: Shade) -> Shade:
    """Linear light to sRGB 0..1, clipped."""
    c = np.clip(light, 0.0, 1.0)
    return np.asarray(np.where(c <= 0.0031308, c * 12.92, 1.055 * c ** (1.0 / 2.4) - 0.055))


def smoothstep(low: float | Points, high: float | Points, x: Points) -> Points:
    """0 below `low`, 1 above `high`, an S between."""
    t = np.clip((x - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t))


def dot(a: Vectors, b: Vectors) -> Points:
    """(N,) products of the columns."""
    return np.asarray((a * b).sum(0))


def surroundings(ray: Vectors, blur: Points, paper: Vectors) -> Shade:
    """What the studio shows along a ray: softboxes, ceiling, dark room, paper below. `blur` 0..1 widens the edges."""
    w = 0.04 + 0.5 * blur
    key = smoothstep(0.86 - w, 0.86 + w, dot(ray, KEY)) * (2.6 - 1.5 * blur)
    strip = smoothstep(0.84 - w, 0.84 + w, dot(ray, FILL)) * (1.1 - 0.5 * blur)
    rim = smoothstep(0.8 - w, 0.8 + w, dot(ray, RIM)) * (1.4 - 0.8 * blur)
    ceiling = 0.16 + 0.5 * smoothstep(-0.1, 1.0, ray[1])
    below = smoothstep(0.12, -0.25, ray[1])
    return np.asarray((key + strip + rim + ceiling) * (1.0 - below) + paper * 0.75 * below)


def surface(
    part: Points,
    table: list[tuple[Colour, Finish]],
    normal: Vectors,
    gaze: Vectors,
    lit: Points,
    open_sky: Points,
    paper: Vectors,
) -> Shade:
    """Light (3, N) that leaves the product towards the camera. `gaze` points from the camera to the product."""
    number = part.astype(np.intp)
    albedo = to_linear(np.array([c for c, _ in table]).T)[:, number]
    specular, sharpness, metal = np.array([(f.specular, f.sharpness, f.metal) for _, f in table]).T[:, number]
    sky = 0.5 + 0.5 * normal[1]
    key = np.maximum(dot(normal, KEY), 0.0) * lit
    fill = np.maximum(dot(normal, FILL), 0.0)
    rim = np.maximum(dot(normal, RIM), 0.0)
    white = 0.74 * key + (0.24 * fill + 0.12 * rim + 0.34 * sky + 0.06) * open_sky
    bounce = paper * (0.28 * (1.0 - sky) * open_sky)
    diffuse = albedo * (white + bounce) * (1.0 - metal)
    facing = np.clip(-dot(normal, gaze), 0.0, 1.0)
    mirror = gaze + 2.0 * facing * normal
    fresnel = (1.0 - facing) ** 5 * (0.25 + 0.75 * sharpness) * 0.6
    tint = albedo * metal + (1.0 - metal)
    reflected = surroundings(mirror, 1.0 - sharpness, paper)
    light = diffuse + (specular * tint + fresnel * (1.0 - specular)) * reflected * (0.25 + 0.75 * open_sky) * (
        0.45 + 0.55 * lit
    )
    glow = number == LAMP
    light[:, glow] = np.array([[1.25], [1.1], [0.75]])
    return shoulder(light)


def shoulder(light: Shade) -> Shade:
    """Leaves values below 0.7 alone and bends brighter ones towards 1, so that highlights do not clip hard."""
    over = np.maximum(light - 0.7, 0.0)
    return np.asarray(np.minimum(light, 0.7) + 0.3 * (1.0 - np.exp(-over / 0.3)))


def ground(paper: Vectors, lit: Points, open_sky: Points, edge: Points, u: Points, v: Points) -> Shade:
    """Light (3, N) of the paper at frame positions u, v: its own colour, softly uneven, darkened by the product.

    `edge` is 0 at the frame's border and 1 well inside: no shadow reaches the border, so white paper is exactly
    white there.
    """
    dark = 1.0 - (1.0 - 0.5 * (1.0 - lit)) * (0.3 + 0.7 * open_sky)
    pale = paper.min() > 0.99
    glow = 1.0 if pale else 1.0 + 0.10 * (0.4 - ((u - 0.45) ** 2 + (v - 0.42) ** 2) / 0.5)
    return np.asarray(paper * glow * (1.0 - dark * edge))

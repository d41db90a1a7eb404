"""Renders laid over one another in linear light: a product lifted off its paper, set on another ground or behind.

Knows light, masks and shadows; knows neither why pictures are put together nor what is true of them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from training.render import draw, rays, studio
from training.render.catalogue import KINDS
from training.render.colours import BACKGROUND_COLOURS
from training.render.draw import Render, render
from training.render.kernels import MISS
from training.render.scene import Scene
from training.render.textures import Colours, Plane

FINE = 3
"""Rows of layer pixels per row of the picture: layers have hard edges, their mean has soft ones."""

Mask = NDArray[np.bool_]
Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Layer:
    """A product lifted off its paper, `FINE` times as fine as the picture."""

    light: Colours
    """Linear; at the mask's edges taken from inside, so no paper clings to it."""
    mask: Mask
    shadow: Plane


def view_of(scene: Scene) -> rays.View:
    """The camera that `render` takes for a scene."""
    body = rays.Body(KINDS[scene.kind], scene.shape)
    return draw.frame(body, rays.look(body.kind, scene.camera.yaw_deg, scene.camera.pitch_deg), scene)


def linear(picture: Pixels) -> Colours:
    """Light of sRGB bytes."""
    return studio.to_linear(picture / 255.0)


def shown(light: Colours) -> Pixels:
    """sRGB bytes of linear light, averaged over blocks of `FINE` by `FINE`."""
    rows, columns = light.shape[0] // FINE, light.shape[1] // FINE
    mean = light.reshape(rows, FINE, columns, FINE, 3).mean((1, 3))
    return np.asarray(studio.to_srgb(mean) * 255.0 + 0.5).astype(np.uint8)


def lifted(made: Render) -> Layer:
    """The product of a fine render without its paper."""
    inside = ndimage.binary_erosion(made.mask)
    rows, columns = ndimage.distance_transform_edt(~inside, return_distances=False, return_indices=True)
    return Layer(linear(made.picture)[rows, columns], made.mask, made.shadow.astype(np.float64))


def empty_paper(scene: Scene, n: int) -> Colours:
    """Linear light of the scene's paper with nothing on it."""
    u, v = draw.middles(n, n)
    light = np.empty((3, n * n))
    paper = studio.to_linear(np.array(BACKGROUND_COLOURS[scene.background_colour]))
    studio.ground(paper, np.zeros(n * n), np.full(n * n, MISS), u, v, light)
    return light.T.reshape(n, n, 3).copy()


def nearest_paper(ground: Colours) -> str:
    """The paper most like a ground, so that it tints the product as that ground would."""
    mean = studio.to_srgb(ground.mean((0, 1)))
    return min(BACKGROUND_COLOURS, key=lambda name: float(np.abs(mean - BACKGROUND_COLOURS[name]).sum()))


def project(view: rays.View, point: NDArray[np.float64]) -> tuple[float, float, float]:
    """Frame position u, v of a point in scene units, and how many units the frame is wide at its distance."""
    away = point - view.eye
    distance = float(away @ view.forward)
    u = (float(away @ view.right) / distance - view.left) / view.side
    v = (view.top - float(away @ view.up) / distance) / view.side
    return u, v, view.side * distance


def put_behind(light: Colours, view: rays.View, other: Scene, spot: tuple[float, float], scale: float) -> None:
    """Draws another product at a spot (right, away) of the floor that `view` sees, a little out of focus."""
    n = light.shape[0]
    level = view.forward * (1.0, 0.0, 1.0)
    point = spot[0] * view.right + spot[1] * level / np.linalg.norm(level)
    u, v, width = project(view, point)
    own_u, own_v, own_width = project(view_of(other), np.zeros(3))
    side = round(n * scale * own_width / width)
    layer = lifted(render(other, side))
    blur = n * (0.0012 + 0.0014 * spot[1])
    cover = ndimage.gaussian_filter(layer.mask.astype(np.float64), blur)[..., None]
    colour = ndimage.gaussian_filter(layer.light * layer.mask[..., None], (blur, blur, 0.0))
    x, y = round(u * n - own_u * side), round(v * n - own_v * side)
    to = (slice(max(y, 0), min(y + side, n)), slice(max(x, 0), min(x + side, n)))
    own = (slice(to[0].start - y, to[0].stop - y), slice(to[1].start - x, to[1].stop - x))
    below = light[to] * (1.0 - ndimage.gaussian_filter(layer.shadow, blur)[own][..., None])
    light[to] = below * (1.0 - cover[own]) + colour[own]

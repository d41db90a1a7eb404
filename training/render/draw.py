"""From a scene to a picture with its truth. The only place that knows pixels."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from training.render import rays, studio
from training.render.catalogue import KINDS
from training.render.colours import BACKGROUND_COLOURS, palette
from training.render.kind import Points
from training.render.rays import Body, View
from training.render.scene import Scene

CORNERS = ((-0.375, -0.125), (0.125, -0.375), (0.375, 0.125), (-0.125, 0.375))
"""Places inside a pixel of an edge that are drawn and averaged (a rotated grid of four)."""


@dataclass(frozen=True)
class Render:
    """A picture and what is true of it."""

    picture: NDArray[np.uint8]
    """(H, W, 3) sRGB."""
    mask: NDArray[np.bool_]
    """(H, W), true where the product covers at least half of the pixel; its shadow does not count."""
    scene: Scene


@dataclass(frozen=True)
class Samples:
    """What N rays saw."""

    light: NDArray[np.float64]
    """(3, N) linear."""
    hit: NDArray[np.bool_]
    key: Points
    """(N,) a number that jumps where parts or surfaces meet: edges are found by it."""


def frame(body: Body, view: View, scene: Scene) -> View:
    """Moves the window so that the product has the fill and the place that the scene asks for."""
    n = 80
    grid = (np.arange(n) + 0.5) / n
    u, v = np.meshgrid(grid, grid)
    hit = np.isfinite(rays.trace(body, view.eye, view.directions(u.ravel(), v.ravel()), max_steps=32)).reshape(n, n)
    columns, rows = np.flatnonzero(hit.any(0)), np.flatnonzero(hit.any(1))
    width, height = columns[-1] - columns[0] + 1.4, rows[-1] - rows[0] + 1.4
    side = view.side * max(width, height) / n / scene.camera.fill
    middle_x = view.left + view.side * (columns[0] + columns[-1] + 1) / 2 / n
    middle_y = view.top - view.side * (rows[0] + rows[-1] + 1) / 2 / n
    left = middle_x - side * (0.5 + scene.camera.shift_x)
    return replace(view, left=left, top=middle_y + side * (0.5 + scene.camera.shift_y), side=side)


def sample(body: Body, view: View, scene: Scene, u: Points, v: Points) -> Samples:
    """Light along the rays through frame positions u, v (N,) in 0..1."""
    paper = studio.to_linear(np.array(BACKGROUND_COLOURS[scene.background_colour])[:, None])
    d = view.directions(u, v)
    t = rays.trace(body, view.eye, d)
    hit = np.isfinite(t)
    light = np.empty_like(d)
    key = np.zeros(u.size)

    on, gaze = np.flatnonzero(hit), d[:, hit]
    points = view.eye + t[on] * gaze
    normal = rays.normals(body, points)
    part = body.measure(points)[1]
    lit = rays.shadow(body, points + 0.01 * normal, studio.KEY, 0.16, steps=14)
    open_sky = rays.openness(body, points, normal, 0.28)
    table = palette(scene.product_colour, scene.accent_colour, scene.material)
    light[:, on] = studio.surface(part, table, normal, gaze, lit, open_sky, paper)
    key[on] = 10.0 + 4.0 * part + (normal * np.array([[0.9], [1.1], [0.7]])).sum(0)

    off = np.flatnonzero(~hit)
    light[:, off] = paper_light(body, view, paper, d[:, off], u[off], v[off])
    return Samples(light, hit, key)


def paper_light(body: Body, view: View, paper: rays.Vectors, d: rays.Vectors, u: Points, v: Points) -> studio.Shade:
    """Light of the sweep behind and under the product; far from it the paper has no shadow to compute."""
    lit, open_sky = np.ones(u.size), np.ones(u.size)
    down = np.flatnonzero(d[1] < -1e-3)
    points = view.eye - view.eye[1] / d[1, down] * d[:, down]
    hx, _, hz = body.kind.half_size
    near = (np.abs(points[0]) < hx + 2.6) & (np.abs(points[2]) < hz + 2.6)
    down, points = down[near], points[:, near]
    points[1] = 0.0
    lit[down] = rays.shadow(body, points + np.array([[0.0], [0.004], [0.0]]), studio.KEY, 0.3, steps=20)
    close = (np.abs(points[0]) < hx + 0.6) & (np.abs(points[2]) < hz + 0.6)
    upright = np.array([[0.0], [1.0], [0.0]])
    open_sky[down[close]] = rays.openness(body, points[:, close], upright, 0.5, ground=False)
    border = np.minimum(np.minimum(u, 1.0 - u), np.minimum(v, 1.0 - v))
    return studio.ground(paper, lit, open_sky, studio.smoothstep(0.012, 0.12, border), u, v)


def edges(key: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(H, W) pixels that differ from a neighbour by so much that one ray is not enough."""
    rough = np.zeros(key.shape, dtype=np.bool_)
    across, along = np.abs(np.diff(key, axis=1)) > 0.22, np.abs(np.diff(key, axis=0)) > 0.22
    rough[:, :-1] |= across
    rough[:, 1:] |= across
    rough[:-1] |= along
    rough[1:] |= along
    return rough


def render(scene: Scene, size: int = 256) -> Render:
    """Draws a scene at `size` pixels a side. The same scene gives the same bytes on one machine."""
    body = Body(KINDS[scene.kind], scene.shape)
    view = frame(body, rays.look(body.kind, scene.camera.yaw_deg, scene.camera.pitch_deg), scene)
    x, y = np.meshgrid(np.arange(size) + 0.5, np.arange(size) + 0.5)
    first = sample(body, view, scene, x.ravel() / size, y.ravel() / size)
    colour = studio.to_srgb(first.light)
    cover = first.hit.astype(np.float64)
    rough = np.flatnonzero(edges(first.key.reshape(size, size)))
    px, py = x.ravel()[rough], y.ravel()[rough]
    us = np.concatenate([(px + dx) / size for dx, _ in CORNERS])
    vs = np.concatenate([(py + dy) / size for _, dy in CORNERS])
    finer = sample(body, view, scene, us, vs)
    colour[:, rough] = studio.to_srgb(finer.light.reshape(3, len(CORNERS), rough.size).mean(1))
    cover[rough] = finer.hit.reshape(len(CORNERS), rough.size).mean(0)
    picture = (colour.T.reshape(size, size, 3) * 255.0 + 0.5).astype(np.uint8)
    return Render(picture, (cover >= 0.5).reshape(size, size), scene)

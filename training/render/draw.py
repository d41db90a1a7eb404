"""From a scene to a picture with its truth. The only place that knows pixels."""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from training.render import kernels, rays, studio
from training.render.catalogue import KINDS
from training.render.colours import BACKGROUND_COLOURS, palette
from training.render.kernels import MISS, Vectors
from training.render.kind import Points
from training.render.rays import Body, View
from training.render.scene import Scene

CORNERS = ((-0.375, -0.125), (0.125, -0.375), (0.375, 0.125), (-0.125, 0.375))
"""Places inside a pixel of an edge that are drawn and averaged (a rotated grid of four)."""
EDGE = 0.22
"""Pixels whose key differs from a neighbour's by more than this need more than one ray."""


@dataclass(frozen=True)
class Render:
    """A picture and what is true of it."""

    picture: NDArray[np.uint8]
    """(H, W, 3) sRGB."""
    mask: NDArray[np.bool_]
    """(H, W), true where the product covers at least half of the pixel; its shadow does not count."""
    depth: NDArray[np.float32]
    """(H, W) distance from the camera along the pixel's ray in scene units, inf outside the mask."""
    shadow: NDArray[np.float32]
    """(H, W) share 0..1 of its linear light that the paper lacks because of the product: 0 on the mask and far away."""
    scene: Scene


@dataclass(frozen=True)
class Stage:
    """What all rays of one picture share."""

    body: Body
    view: View
    scene: Scene
    paper: Points
    """(3,) linear."""
    start: NDArray[np.float64]
    """(n, n) from `rays.cones`."""
    dark: NDArray[np.float64]
    """(rows, columns) from `paper_darkness`."""


@dataclass(frozen=True)
class Samples:
    """What N rays saw."""

    light: Vectors
    """(3, N) linear."""
    depth: Points
    """(N,) distance to the product, `MISS` on paper."""
    dark: Points
    """(N,) share of its light that the paper lacks, 0 on the product."""
    key: Points
    """(N,) a number that jumps where parts or surfaces meet: edges are found by it."""


def frame(body: Body, view: View, scene: Scene) -> View:
    """Moves the window so that the product has the fill and the place that the scene asks for."""
    n = 80
    grid = (np.arange(n) + 0.5) / n
    u, v = np.meshgrid(grid, grid)
    t, _ = rays.trace(body, view.eye, view.directions(u.ravel(), v.ravel()), np.zeros(n * n), max_steps=32)
    hit = (t < MISS).reshape(n, n)
    columns, rows = np.flatnonzero(hit.any(0)), np.flatnonzero(hit.any(1))
    width, height = columns[-1] - columns[0] + 1.4, rows[-1] - rows[0] + 1.4
    side = view.side * max(width, height) / n / scene.camera.fill
    middle_x = view.left + view.side * (columns[0] + columns[-1] + 1) / 2 / n
    middle_y = view.top - view.side * (rows[0] + rows[-1] + 1) / 2 / n
    left = middle_x - side * (0.5 + scene.camera.shift_x)
    return replace(view, left=left, top=middle_y + side * (0.5 + scene.camera.shift_y), side=side)


@lru_cache(maxsize=8)
def middles(rows: int, columns: int) -> tuple[Points, Points]:
    """Frame positions u, v (rows * columns,) of the middles of a grid's cells."""
    u, v = np.meshgrid((np.arange(columns) + 0.5) / columns, (np.arange(rows) + 0.5) / rows)
    return u.ravel(), v.ravel()


def paper_darkness(body: Body, view: View, rows: int, columns: int) -> NDArray[np.float64]:
    """Share of light (rows, columns) that the product takes from the sweep behind and under it, over the frame.

    Also behind the product, so that one map serves every sample. Far from the product there is nothing to compute.
    """
    direction = view.directions(*middles(rows, columns))
    hx, _, hz = body.kind.half_size
    lit, open_sky = np.ones(rows * columns), np.ones(rows * columns)
    index, points = kernels.ground_near(view.eye, direction, hx + 2.6, hz + 2.6)
    points[1] = 0.004
    lit[index] = rays.shadow(body, points, np.array(studio.KEY), 0.3, steps=20)
    index, points = kernels.ground_near(view.eye, direction, hx + 0.6, hz + 0.6)
    upright = np.zeros_like(points)
    upright[1] = 1.0
    open_sky[index] = rays.openness(body, points, upright, 0.5, ground=False)
    return studio.darkness(lit, open_sky).reshape(rows, columns)


def sample(stage: Stage, u: Points, v: Points) -> Samples:
    """Light along the rays through frame positions u, v (N,) in 0..1."""
    body, view, scene = stage.body, stage.view, stage.scene
    direction = view.directions(u, v)
    start, dark, key, light = np.empty(u.size), np.empty(u.size), np.zeros(u.size), np.empty((3, u.size))
    kernels.of_cell(stage.start, u, v, start)
    depth, parts = rays.trace(body, view.eye, direction, start)

    index, gaze, points = kernels.gather(view.eye, direction, depth)
    normal, part = rays.normals(body, points), parts[index]
    raised = np.empty_like(points)
    kernels.step_out(points, normal, 0.01, raised)
    lit = rays.shadow(body, raised, np.array(studio.KEY), 0.16, steps=14)
    open_sky = rays.openness(body, points, normal, 0.28)
    table = palette(scene.product_colour, scene.accent_colour, scene.material)
    studio.surface(part, table, normal, gaze, lit, open_sky, stage.paper, index, light)
    kernels.surface_key(part, normal, index, key)

    kernels.between_cells(stage.dark, u, v, dark)
    studio.ground(stage.paper, dark, depth, u, v, light)
    return Samples(light, depth, dark, key)


def render(scene: Scene, size: int = 256) -> Render:
    """Draws a scene at `size` pixels a side. The same scene gives the same bytes on one machine."""
    body = Body(KINDS[scene.kind], scene.shape)
    view = frame(body, rays.look(body.kind, scene.camera.yaw_deg, scene.camera.pitch_deg), scene)
    paper = studio.to_linear(np.array(BACKGROUND_COLOURS[scene.background_colour]))
    dark = paper_darkness(body, view, size, max(size // 2, 64))
    stage = Stage(body, view, scene, paper, rays.cones(body, view, max(size // 8, 8)), dark)

    u, v = middles(size, size)
    first = sample(stage, u, v)
    picture = np.empty((size * size, 3), np.uint8)
    studio.develop(first.light, studio.CURVE, np.arange(size * size), picture)
    mask, depth = first.depth < MISS, first.depth.copy()

    rough = kernels.rough_pixels(first.key.reshape(size, size), EDGE)
    us = np.concatenate([u[rough] + dx / size for dx, _ in CORNERS])
    vs = np.concatenate([v[rough] + dy / size for _, dy in CORNERS])
    finer = sample(stage, us, vs)
    studio.develop(finer.light, studio.CURVE, rough, picture)
    each = finer.depth.reshape(len(CORNERS), rough.size)
    mask[rough] = (each < MISS).sum(0) * 2 >= len(CORNERS)
    depth[rough] = each.min(0)

    shape = (size, size)
    return Render(
        picture=picture.reshape(size, size, 3),
        mask=mask.reshape(shape),
        depth=np.where(mask, depth, np.inf).astype(np.float32).reshape(shape),
        shadow=np.where(mask, 0.0, first.dark).astype(np.float32).reshape(shape),
        scene=scene,
    )

"""Rays against one solid: a camera's rays, sphere tracing, normals, occlusion, soft shadow. Knows nothing of colour.

Everything works on flat arrays of N rays; rays that are done leave the arrays, so cost follows what is left to do.
Here stand the loops over steps, which measure the solid; what lies between two measurements is in `kernels.py`.
Sphere tracing: Hart 1996. Soft shadow and occlusion from distances: Quilez, "rmshadows" and "nvscene08".
"""

import math
from dataclasses import dataclass

import numpy as np

from training.render import kernels
from training.render.kernels import MISS, Vectors
from training.render.kind import Kind, Points

HIT = 0.0015
GRAZE = 0.012
"""Distance that counts as a hit when a ray runs out of steps along a silhouette."""
FAR = 9.0
"""Camera's distance from the product's middle in scene units: far enough for a calm perspective."""
TETRAHEDRON = ((1.0, -1.0, -1.0), (-1.0, -1.0, 1.0), (-1.0, 1.0, -1.0), (1.0, 1.0, 1.0))
"""Where distances are measured around a point for its normal."""


@dataclass(frozen=True)
class Body:
    """A kind with its proportions fixed."""

    kind: Kind
    shape: float

    def measure(self, points: Vectors, distance: Points, part: Points, count: int) -> None:
        """Fills distance and part number at the first `count` of (3, N) points."""
        x, y, z = points[0, :count], points[1, :count], points[2, :count]
        self.kind.solid(x, y, z, self.shape, distance[:count], part[:count])

    def box(self, margin: float) -> tuple[Points, Points]:
        """Corners (3,) of a box that holds the product; its foot stays on the ground."""
        hx, hy, hz = self.kind.half_size
        return np.array([-hx - margin, 0.0, -hz - margin]), np.array([hx + margin, 2.0 * hy + margin, hz + margin])


@dataclass(frozen=True)
class View:
    """A pinhole camera: its place, three axes, and the window of its image plane that becomes the frame."""

    eye: Points
    right: Points
    up: Points
    forward: Points
    left: float
    top: float
    side: float
    """The window starts at (left, top) and is `side` wide and high, in units of the image plane at distance 1."""

    def directions(self, u: Points, v: Points) -> Vectors:
        """Unit directions (3, N) through frame positions u, v in 0..1 from the left and the top."""
        d = np.empty((3, u.size))
        kernels.directions(self.right, self.up, self.forward, self.left, self.top, self.side, u, v, d)
        return d


def look(kind: Kind, yaw_deg: float, pitch_deg: float) -> View:
    """A camera at `FAR` from the middle of the kind's box, its window wide enough for the whole box."""
    yaw, pitch = math.radians(yaw_deg), math.radians(pitch_deg)
    forward = np.array([-math.sin(yaw) * math.cos(pitch), -math.sin(pitch), -math.cos(yaw) * math.cos(pitch)])
    right = np.array([math.cos(yaw), 0.0, -math.sin(yaw)])
    up = np.cross(right, forward)
    middle = np.array([0.0, kind.half_size[1], 0.0])
    half = math.sqrt(sum(s * s for s in kind.half_size)) / FAR * 1.06
    return View(middle - FAR * forward, right, up, forward, -half, half, 2.0 * half)


def trace(body: Body, eye: Points, direction: Vectors, start: Points, max_steps: int = 56) -> tuple[Points, Points]:
    """Distance (N,) along each ray from `eye` to the product, `MISS` where it is missed, and the part met.

    `start` (N,) is how far each ray may go unseen (see `cones`); `MISS` spares a ray altogether.
    """
    size = start.size
    found, found_part = np.full(size, MISS), np.zeros(size)
    live, ray, place = np.empty(size, np.int64), np.empty((5, size)), np.empty((3, size))
    distance, part = np.empty(size), np.empty(size)
    count = kernels.aim(*body.box(0.02), eye, direction, start, live, ray, place)
    for step in range(max_steps):
        if count == 0:
            break
        body.measure(place, distance, part, count)
        touch = HIT if step < max_steps - 1 else GRAZE
        count = kernels.advance(count, touch, eye, distance, part, live, ray, place, found, found_part)
    return found, found_part


def cones(body: Body, view: View, cells: int) -> Vectors:
    """How far all rays through a cell of the frame go unhindered at least: (cells, cells), `MISS` if past the product.

    One wide cone per cell instead of its many rays: most rays then start close to the surface, or not at all.
    """
    middles = (np.arange(cells) + 0.5) / cells
    u, v = np.meshgrid(middles, middles)
    direction = view.directions(u.ravel(), v.ravel())
    spread = view.side / cells * math.sqrt(0.5)
    size = cells * cells
    found = np.full(size, MISS)
    live, ray, place = np.empty(size, np.int64), np.empty((5, size)), np.empty((3, size))
    distance, part = np.empty(size), np.empty(size)
    low, high = body.box(0.02 + 1.2 * FAR * spread)
    low[1] -= 1.2 * FAR * spread
    count = kernels.aim(low, high, view.eye, direction, np.zeros(size), live, ray, place)
    for _ in range(12):
        if count == 0:
            break
        body.measure(place, distance, part, count)
        count = kernels.advance_cones(count, spread, 0.02, view.eye, distance, live, ray, place, found)
    found[live[:count]] = ray[0, :count]
    return found.reshape(cells, cells)


def normals(body: Body, points: Vectors) -> Vectors:
    """Unit normals (3, N) from four measurements on a tetrahedron."""
    size = points.shape[1]
    place, part, distances, normal = np.empty((3, size)), np.empty(size), np.empty((4, size)), np.empty((3, size))
    for corner, distance in zip(TETRAHEDRON, distances, strict=True):
        kernels.offset(points, 0.002 * corner[0], 0.002 * corner[1], 0.002 * corner[2], place)
        body.measure(place, distance, part, size)
    kernels.tetrahedron_normals(distances, normal)
    return normal


def openness(body: Body, points: Vectors, normal: Vectors, reach: float, ground: bool = True) -> Points:
    """Ambient occlusion (N,): 1 in the open, towards 0 in corners and on the ground beneath the product."""
    size = points.shape[1]
    hidden = np.zeros(size)
    place, distance, part = np.empty((3, size)), np.empty(size), np.empty(size)
    weight = 1.0
    for k in range(1, 5):
        h = reach * k / 4.0
        kernels.step_out(points, normal, h, place)
        body.measure(place, distance, part, size)
        kernels.hide(distance, place[1] if ground else distance, h, weight, hidden)
        weight *= 0.75
    return np.asarray(np.clip(1.0 - 0.42 * hidden, 0.0, 1.0))


def shadow(body: Body, points: Vectors, towards: Points, softness: float, steps: int = 18) -> Points:
    """Share of the lamp (N,) that reaches each point; `softness` is the lamp's radius seen from one unit away."""
    size = points.shape[1]
    light = np.ones(size)
    live, ray, place = np.empty(size, np.int64), np.empty((6, size)), np.empty((3, size))
    distance, part = np.empty(size), np.empty(size)
    count = kernels.aim_at_lamp(*body.box(0.12), towards, points, live, ray, place)
    for _ in range(steps):
        if count == 0:
            break
        body.measure(place, distance, part, count)
        count = kernels.advance_to_lamp(count, softness, towards, distance, live, ray, place, light)
    kernels.soften(light)
    return light

"""Rays against one solid: a camera's rays, sphere tracing, normals, occlusion, soft shadow. Knows nothing of colour.

Everything works on flat arrays of N rays; rays that are done leave the arrays, so cost follows what is left to do.
Sphere tracing: Hart 1996. Soft shadow and occlusion from distances: Quilez, "rmshadows" and "nvscene08".
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.render.kind import Kind, Points

Vectors = NDArray[np.float64]
"""(3, N): one row per coordinate, so that every row is contiguous."""

HIT = 0.0015
GRAZE = 0.012
"""Distance that counts as a hit when a ray runs out of steps along a silhouette."""
FAR = 9.0
"""Camera's distance from the product's middle in scene units: far enough for a calm perspective."""


@dataclass(frozen=True)
class Body:
    """A kind with its proportions fixed."""

    kind: Kind
    shape: float

    def measure(self, points: Vectors) -> tuple[Points, Points]:
        """Distance and part number at (3, N) points."""
        distance, part = np.empty(points.shape[1]), np.empty(points.shape[1])
        self.kind.solid(points[0], points[1], points[2], self.shape, distance, part)
        return distance, part

    def box(self, margin: float) -> tuple[Vectors, Vectors]:
        """Corners (3, 1) of a box that holds the product; its foot stays on the ground."""
        hx, hy, hz = self.kind.half_size
        low = np.array([[-hx - margin], [0.0], [-hz - margin]])
        return low, np.array([[hx + margin], [2.0 * hy + margin], [hz + margin]])


@dataclass(frozen=True)
class View:
    """A pinhole camera: its place, three axes, and the window of its image plane that becomes the frame."""

    eye: Vectors
    right: Vectors
    up: Vectors
    forward: Vectors
    left: float
    top: float
    side: float
    """The window starts at (left, top) and is `side` wide and high, in units of the image plane at distance 1."""

    def directions(self, u: Points, v: Points) -> Vectors:
        """Unit directions (3, N) through frame positions u, v in 0..1 from the left and the top."""
        x = self.left + u * self.side
        y = self.top - v * self.side
        d = self.forward + x * self.right + y * self.up
        return np.asarray(d / np.sqrt((d * d).sum(0)))


def look(kind: Kind, yaw_deg: float, pitch_deg: float) -> View:
    """A camera at `FAR` from the middle of the kind's box, its window wide enough for the whole box."""
    yaw, pitch = math.radians(yaw_deg), math.radians(pitch_deg)
    forward = np.array([[-math.sin(yaw) * math.cos(pitch)], [-math.sin(pitch)], [-math.cos(yaw) * math.cos(pitch)]])
    right = np.array([[math.cos(yaw)], [0.0], [-math.sin(yaw)]])
    up = np.cross(right[:, 0], forward[:, 0])[:, None]
    middle = np.array([[0.0], [kind.half_size[1]], [0.0]])
    half = math.sqrt(sum(s * s for s in kind.half_size)) / FAR * 1.06
    return View(middle - FAR * forward, right, up, forward, -half, half, 2.0 * half)


def crossing(low: Vectors, high: Vectors, origin: Vectors, direction: Vectors) -> tuple[Points, Points]:
    """Where rays enter and leave a box (slab test); enter > leave means a miss."""
    with np.errstate(divide="ignore", invalid="ignore"):
        a, b = (low - origin) / direction, (high - origin) / direction
    return np.minimum(a, b).max(0), np.maximum(a, b).min(0)


def trace(body: Body, origin: Vectors, direction: Vectors, max_steps: int = 56) -> Points:
    """Distance (N,) along each ray to the product, inf where it is missed. `origin` is (3, 1) or (3, N)."""
    found = np.full(direction.shape[1], np.inf)
    enter, leave = crossing(*body.box(0.02), origin, direction)
    live = np.flatnonzero((enter < leave) & (leave > 0.0))
    t, end = np.maximum(enter[live], 0.0), leave[live]
    start = np.broadcast_to(origin, direction.shape)[:, live]
    d = direction[:, live]
    for step in range(max_steps):
        if live.size == 0:
            break
        distance, _ = body.measure(start + t * d)
        t = t + distance
        touched = distance < (HIT if step < max_steps - 1 else GRAZE)
        found[live[touched]] = t[touched]
        keep = ~touched & (t < end)
        live, t, end, start, d = live[keep], t[keep], end[keep], start[:, keep], d[:, keep]
    return found


def normals(body: Body, points: Vectors) -> Vectors:
    """Unit normals (3, N) from four measurements on a tetrahedron."""
    n = np.zeros_like(points)
    for corner in ((1.0, -1.0, -1.0), (-1.0, -1.0, 1.0), (-1.0, 1.0, -1.0), (1.0, 1.0, 1.0)):
        k = np.array(corner)[:, None]
        n += k * body.measure(points + 0.002 * k)[0]
    return np.asarray(n / np.sqrt((n * n).sum(0) + 1e-12))


def openness(body: Body, points: Vectors, normal: Vectors, reach: float, ground: bool = True) -> Points:
    """Ambient occlusion (N,): 1 in the open, towards 0 in corners and on the ground beneath the product."""
    hidden = np.zeros(points.shape[1])
    weight = 1.0
    for k in range(1, 5):
        h = reach * k / 4.0
        p = points + h * normal
        free = body.measure(p)[0]
        if ground:
            free = np.minimum(free, p[1])
        hidden += weight * np.maximum(h - free, 0.0) / h
        weight *= 0.75
    return np.asarray(np.clip(1.0 - 0.42 * hidden, 0.0, 1.0))


def shadow(body: Body, points: Vectors, towards: Vectors, softness: float, steps: int = 18) -> Points:
    """Share of the lamp (N,) that reaches each point; `softness` is the lamp's radius seen from one unit away."""
    light = np.ones(points.shape[1])
    enter, leave = crossing(*body.box(0.12), points, np.broadcast_to(towards, points.shape))
    live = np.flatnonzero((enter < leave) & (leave > 0.03))
    t, end = np.maximum(enter[live], 0.03), leave[live]
    p = points[:, live]
    best = np.ones(live.size)
    for _ in range(steps):
        if live.size == 0:
            break
        distance, _ = body.measure(p + t * towards)
        best = np.minimum(best, 0.5 + 0.5 * distance / (softness * t))
        t = t + np.clip(np.abs(distance), 0.025, 0.25)
        keep = (t < end) & (best > 0.0)
        light[live] = best
        live, t, end, best, p = live[keep], t[keep], end[keep], best[keep], p[:, keep]
    s = np.clip(light, 0.0, 1.0)
    return np.asarray(s * s * (3.0 - 2.0 * s))

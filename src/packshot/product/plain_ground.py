"""The ground of a studio picture: one colour, perhaps falling off smoothly. Found from the border inwards.

A second-order surface per channel is fitted to the border, robustly, since a product may cross it. Linear light,
because light adds up there and a fall-off is smooth there.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from packshot.product.lab import Colours, difference, lab_from_linear, over_channels

PLAIN_LIMIT = 8.0
"""ΔE*ab from the fitted surface up to which a border pixel counts as ground."""

RING_SHARE = 0.02
ROUNDS = 8
SMOOTHED_PX, SMOOTHED_OVER = 1.5, (13, 13)


@dataclass(frozen=True, slots=True)
class PlainGround:
    """`colour` (H, W, 3): the ground in linear light, also where the product hides it. `lab`: the same in CIELAB.

    `plainness` 0..1 is the share of the border that is ground; `spread` the median ΔE*ab of the border to it.
    """

    colour: Colours
    lab: Colours
    plainness: float
    spread: float


def border_ring(height: int, width: int) -> NDArray[np.bool_]:
    """(H, W) true within 2 % of the shorter side (at least 2 pixels) of the picture's edge."""
    depth = max(2, round(RING_SHARE * min(height, width)))
    ring = np.ones((height, width), dtype=np.bool_)
    ring[depth:-depth, depth:-depth] = False
    return ring


def fit_plain_ground(linear: Colours) -> PlainGround:
    """The ground of a picture (H, W, 3) in linear light."""
    height, width = linear.shape[:2]
    solved, distance = _fitted(linear)
    terms = _terms(height, width)
    colour = np.clip(terms.reshape(-1, terms.shape[-1]) @ solved, 0.0, 1.0).reshape(height, width, 3)
    return PlainGround(
        colour=colour,
        lab=lab_from_linear(colour),
        plainness=float(np.mean(distance <= PLAIN_LIMIT)),
        spread=float(np.median(distance)),
    )


def plain_ground_at(linear: Colours, places: NDArray[np.bool_]) -> Colours:
    """(N, 3) the same ground's colour at some places (H, W) of a picture (H, W, 3), in linear light."""
    solved, _distance = _fitted(linear)
    return np.clip(_terms(*places.shape)[places] @ solved, 0.0, 1.0)


def _fitted(linear: Colours) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The surface (6, 3), and the border's ΔE*ab to it (N,)."""
    height, width = linear.shape[:2]
    ring = border_ring(height, width)
    colours, lab, at_ring = linear[ring], lab_from_linear(linear[ring]), _terms(height, width)[ring]
    weights = np.exp(-((difference(lab, np.median(lab, axis=0)) / (3 * PLAIN_LIMIT)) ** 2))
    for _ in range(ROUNDS):
        solved = _solve(at_ring, colours, weights)
        distance = difference(lab, lab_from_linear(np.clip(at_ring @ solved, 0.0, 1.0)))
        weights = 1.0 / (1.0 + (distance / 2.0) ** 2) ** 2  # Geman-McClure: what crosses the border loses its say
    return solved, distance


def texture_of(lab: Colours, ground: PlainGround) -> float:
    """Median ΔE*ab of the border to the ground in a picture `lab` (H, W, 3), after fine noise is smoothed away.

    Half a unit for a studio's paper, 1 to 3 for tiles and cloth, 4 and more for carpets and planks.
    """
    smooth = cv2.GaussianBlur(lab - ground.lab, SMOOTHED_OVER, SMOOTHED_PX, borderType=cv2.BORDER_REFLECT)
    return float(np.median(np.sqrt(over_channels(np.square(smooth[border_ring(*lab.shape[:2])])))))


@lru_cache(maxsize=4)
def _terms(height: int, width: int) -> NDArray[np.float64]:
    """(H, W, 6): 1, x, y, x², xy, y² with x and y in -1..1. The photos of a catalogue have few sizes."""
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    terms = np.stack((np.ones_like(x), x, y, x * x, x * y, y * y), axis=-1)
    terms.setflags(write=False)
    return terms


def _solve(terms: NDArray[np.float64], colours: Colours, weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weighted least squares (6, 3), with a whiff of ridge: curvature only where the border shows it."""
    weighted = terms * weights[:, None]
    ridge = np.diag([0.0, 1e-4, 1e-4, 1e-3, 1e-3, 1e-3]) * weights.sum()
    return np.asarray(np.linalg.solve(weighted.T @ terms + ridge + 1e-12 * np.eye(6), weighted.T @ colours))

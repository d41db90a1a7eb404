"""Patches of a picture that a product, or an outline which begins and ends at it, encloses.

Pale cloth on pale paper has hardly another colour than the paper, but an outline; gaps in it are closed.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import scipy
from numpy.typing import NDArray

from packshot.product import Colours, border_ring

Mask = NDArray[np.bool_]

GAP_SHARE: Final = 0.02
"""Of the shorter side: outlines with gaps up to twice that enclose all the same."""
EDGE_STEP, EDGE_GRAIN = 1.5, 3.0
"""ΔE*ab per pixel above which it is an edge, and how many times the ground's own median step."""


def pockets(lab: Colours, near: Mask) -> list[Mask]:
    """What cannot be reached from the border without crossing the product, an edge, or a small gap in one."""
    steps = _steps(lab)
    grain = float(np.median(steps[border_ring(*near.shape)]))
    wall = near | _held(steps > EDGE_STEP + EDGE_GRAIN * grain, near)
    radius = max(1, round(GAP_SHARE * min(near.shape)))
    y, x = np.ogrid[-radius : radius + 1, -radius : radius + 1]
    padded = np.pad(wall, radius)  # outlines do not close with the frame
    closed = scipy.ndimage.binary_closing(padded, x * x + y * y <= radius * radius)[radius:-radius, radius:-radius]
    labels, count = scipy.ndimage.label(~closed)
    if count == 0:
        return []
    at_frame = np.unique(np.concatenate((labels[0], labels[-1], labels[:, 0], labels[:, -1])))
    return [
        np.asarray(scipy.ndimage.binary_dilation(labels == number, iterations=radius, mask=~near))
        for number in range(1, count + 1)
        if number not in at_frame
    ]


def _held(edges: Mask, near: Mask) -> Mask:
    """The edges that are connected to the product: what stands apart from it belongs to something else."""
    labels, _ = scipy.ndimage.label(edges | near, structure=np.ones((3, 3)))
    return np.asarray(edges & np.isin(labels, np.unique(labels[near])))


def _steps(lab: Colours) -> NDArray[np.float64]:
    """(H, W) ΔE*ab per pixel, over a Gaussian of half a pixel."""
    across, along = (scipy.ndimage.gaussian_filter1d(lab, 0.7, axis=axis, order=1) for axis in (1, 0))
    return np.asarray(np.sqrt((across**2 + along**2).sum(axis=-1)))

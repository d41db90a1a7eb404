"""How much each pixel looks like the thing that was photographed: what differs from what the border shows.

Zhu, Liang, Wei, Sun: Saliency Optimization from Robust Background Detection, CVPR 2014 (Eq. 2-9), over superpixels,
with a pull to the middle, where products stand. Knows nothing about plain grounds, and needs none.
"""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import NDArray

from packshot.product.lab import Colours, lab_from_srgb
from packshot.result import Pixels

Plane = NDArray[np.float64]

SUPERPIXELS = 350
COMPACTNESS = 12.0
NEAR_COLOUR = 10.0
"""ΔE*ab within which two superpixels are alike."""
NEAR_PLACE = 0.4
"""Of the picture's longer side."""
MIDDLE = 0.38
"""Sigma of the pull to the middle, of each side."""
LEAST_TIE = 0.1


def saliency(pixels: Pixels) -> Plane:
    """(H, W) 0..1 of a picture (H, W, 3); made for 200 to 500 pixels a side."""
    from skimage.segmentation import slic  # takes a third of a second, and plain grounds do not need it

    lab = lab_from_srgb(pixels)
    labels = slic(
        lab, n_segments=SUPERPIXELS, compactness=COMPACTNESS, convert2lab=False, start_label=0, channel_axis=-1
    )
    count = int(labels.max()) + 1
    colour, place = _means(lab, labels, count)
    at_border = np.zeros(count, dtype=np.bool_)
    at_border[np.concatenate((labels[0], labels[-1], labels[:, 0], labels[:, -1]))] = True
    apart = np.asarray(scipy.spatial.distance.cdist(colour, colour))
    ties = _neighbours(labels, count) | (at_border[:, None] & at_border[None])
    background = _background(apart, ties, at_border)
    near = np.exp(-np.square(scipy.spatial.distance.cdist(place, place)) / (2 * NEAR_PLACE**2))
    contrast = (apart * near) @ background
    middle = np.exp(-np.square((place - 0.5 * place.max(axis=0)) / (MIDDLE * place.max(axis=0))).sum(axis=1) / 2)
    contrast = middle * contrast / max(float(contrast.max()), 1e-9)
    tie = np.where(ties, np.exp(-np.square(apart) / (2 * NEAR_COLOUR**2)) + LEAST_TIE, 0.0)
    np.fill_diagonal(tie, 0.0)
    smooth = np.diag(tie.sum(axis=1)) - tie
    solved = np.linalg.solve(np.diag(background + contrast) + smooth + 1e-9 * np.eye(count), contrast)
    solved = np.clip(solved / max(float(solved.max()), 1e-9), 0.0, 1.0)
    return np.asarray(solved[labels])


def _means(lab: Colours, labels: NDArray[np.int64], count: int) -> tuple[Plane, Plane]:
    """(N, 3) colour and (N, 2) place of each superpixel; places in shares of the longer side."""
    flat = labels.ravel()
    area = np.maximum(np.bincount(flat, minlength=count), 1)[:, None]
    y, x = np.indices(labels.shape) / max(labels.shape)
    planes = [*np.moveaxis(lab, -1, 0), y, x]
    sums = np.stack([np.bincount(flat, plane.ravel(), minlength=count) for plane in planes], axis=1) / area
    return sums[:, :3], sums[:, 3:]


def _neighbours(labels: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    ties = np.zeros((count, count), dtype=np.bool_)
    ties[labels[:, :-1].ravel(), labels[:, 1:].ravel()] = True
    ties[labels[:-1].ravel(), labels[1:].ravel()] = True
    return ties | ties.T


def _background(apart: Plane, ties: NDArray[np.bool_], at_border: NDArray[np.bool_]) -> Plane:
    """(N,) 0..1: how much of the border belongs to the region around a superpixel (boundary connectivity, Eq. 5-6)."""
    weights = scipy.sparse.csr_matrix(np.where(ties, np.maximum(apart, 1e-6), 0.0))
    way = scipy.sparse.csgraph.dijkstra(weights, directed=False)
    alike = np.exp(-np.square(way) / (2 * NEAR_COLOUR**2))
    connected = alike[:, at_border].sum(axis=1) / np.sqrt(alike.sum(axis=1))
    return np.asarray(1.0 - np.exp(-np.square(connected) / 2.0))

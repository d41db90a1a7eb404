"""What is done to the shape of a mask, four neighbours to a pixel: as SciPy does it, in a tenth of the time."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Shape = NDArray[np.bool_]
"""(H, W)."""

CROSS: Final = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


def eroded(shape: Shape, rounds: int = 1) -> Shape:
    """Without what is within `rounds` steps of its edge; the frame is no edge."""
    return np.asarray(cv2.erode(_bytes(shape), CROSS, iterations=rounds) > 0)


def opened(shape: Shape) -> Shape:
    """Without what is one pixel thin; the frame is an edge."""
    thinned = cv2.erode(_bytes(shape), CROSS, borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(cv2.dilate(thinned, CROSS) > 0)


def grown(shape: Shape, rounds: int, within: Shape) -> Shape:
    """With what is within `rounds` steps of it, on ways through `within` alone; what lies outside of that stays."""
    found = shape
    for _ in range(rounds):
        found = found | (np.asarray(cv2.dilate(_bytes(found), CROSS) > 0) & within)
    return found


def filled(shape: Shape) -> Shape:
    """With all that it encloses."""
    _count, labels = cv2.connectedComponents(1 - _bytes(shape), connectivity=4)
    frame = np.unique(np.concatenate((labels[0], labels[-1], labels[:, 0], labels[:, -1])))
    return np.asarray(shape | ~np.isin(labels, frame))


def _bytes(shape: Shape) -> NDArray[np.uint8]:
    return np.ascontiguousarray(shape).view(np.uint8)

"""Products lifted off their ground, ready to be set on another: renders, and clothes out of photos on plain ground.

A sprite is five planes of bytes: sRGB colours (at its edges from inside, so that no ground clings to it), how much of
the pixel it covers, and the share of light that its shadow takes. Knows nothing about what it will stand on.
"""

import random
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from packshot.product import plain_background_mask, soft_edge
from training.render import random_scene, render, studio
from training.render.layers import linear
from training.render.scene import Camera

Sprite = NDArray[np.uint8]
"""(SIDE, SIDE, 5): red, green, blue, coverage, shadow."""

SIDE = 192
FILL = 0.8
"""Longer side of the product in its sprite."""
FINER = 2
FIRST_SEED = 80_000_000
"""Scenes from here on; benchmarks and tests draw from others."""
SURE = 0.85
"""Confidence of the plain mask from which a photo's clothes are lifted."""
SHARE = (0.08, 0.75)
"""Of the photo that such clothes take."""


def rendered(number: int) -> Sprite:
    """A product of the renderer, often turned, and seen from higher or lower than in a catalogue."""
    rng = random.Random(f"mask sprite {number}")
    scene = random_scene(FIRST_SEED + number, spread=rng.choice((1.0, 4.0, 8.0)))
    own = scene.camera
    turn, rise = rng.choice((0.0, rng.uniform(-35.0, 35.0))), rng.choice((0.0, rng.uniform(-4.0, 18.0)))
    scene = replace(scene, camera=Camera(own.yaw_deg + turn, own.pitch_deg + rise, FILL, 0.0, 0.0))
    made = render(scene, SIDE * FINER)
    light = linear(made.picture)[_nearest(~ndimage.binary_erosion(made.mask))]
    shadow = made.shadow.astype(np.float64)[_nearest(made.mask)]
    planes = np.dstack([light, made.mask, shadow])
    coarse = planes.reshape(SIDE, FINER, SIDE, FINER, 5).mean((1, 3))
    return _bytes(np.dstack([studio.to_srgb(coarse[..., :3]), coarse[..., 3:]]))


def lifted(photo: NDArray[np.uint8]) -> Sprite | None:
    """What lies in a photo (H, W, 3), where its ground is plain beyond doubt and the frame cuts nothing off."""
    found = plain_background_mask(photo)
    if found.confidence < SURE or found.crosses or found.box is None:
        return None
    if not SHARE[0] < found.mask.mean() < SHARE[1]:
        return None
    colour = photo[_nearest(~ndimage.binary_erosion(found.mask, iterations=2))]
    whole = np.dstack([colour, soft_edge(photo, found.mask, 2)])
    left, top, right, bottom = found.box
    longer = max(right - left, bottom - top)
    side = round(longer / FILL)
    x, y = (left + right - side) // 2, (top + bottom - side) // 2
    height, width = photo.shape[:2]
    before = max(0, -y), max(0, -x)
    after = max(0, y + side - height), max(0, x + side - width)
    inner = whole[max(0, y) : y + side, max(0, x) : x + side]
    square = np.pad(inner, ((before[0], after[0]), (before[1], after[1]), (0, 0)), mode="edge")
    square[: before[0], :, 3] = square[side - after[0] :, :, 3] = 0
    square[:, : before[1], 3] = square[:, side - after[1] :, 3] = 0
    small = cv2.resize(square, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.dstack([small, np.zeros((SIDE, SIDE), np.uint8)])


def _nearest(missing: NDArray[np.bool_]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """For every pixel the row and column of the nearest one that is not missing."""
    rows, columns = ndimage.distance_transform_edt(missing, return_distances=False, return_indices=True)
    return rows, columns


def _bytes(planes: NDArray[np.float64]) -> Sprite:
    return np.asarray(255.0 * np.clip(planes, 0.0, 1.0) + 0.5).astype(np.uint8)

"""Pictures whose product's place in the frame is known. Knows nothing about who judges them."""

from __future__ import annotations

import random

import numpy as np
from scipy import ndimage

from benchmarks.evidence.case import Case, Truth
from training.render import Render, hard, random_scene, render

BESIDE = 0.012
"""In frame sides: 3 pixels at 256."""
SIDES = ("left", "right", "top", "bottom")


def framed(seed: int, size: int) -> Case:
    """The whole product somewhere about the middle, large or small, with its shadow."""
    rng, scene = random.Random(f"framed {seed}"), random_scene(seed, spread=4)
    side = rng.choice(SIDES)
    made = render(scene, size) if rng.random() < 0.5 else hard.at_side(scene, side, -rng.uniform(0.02, 0.2), size)
    return Case(made.picture, "", {**_box(made), "shadow": deepest(made)})


def whole(seed: int, size: int) -> Case:
    """Not cut; every second time close to one side (0.8 to 3 % of the frame)."""
    rng, scene = random.Random(f"whole {seed}"), random_scene(seed, spread=4)
    side, gap = rng.choice(SIDES), rng.uniform(0.008, 0.03)
    made = render(scene, size) if rng.random() < 0.5 else hard.at_side(scene, side, -gap, size)
    return Case(made.picture, "", {"cut": ", ".join(_touched(made)) or "no"})


def cut(seed: int, size: int) -> Case:
    """Cut at one side: by 15 to 40 % of the longer side every second time, else by 3 to 15 % at any side."""
    rng = random.Random(f"cut {seed}")
    if rng.random() < 0.5:
        made = hard.cut(seed, size)
        return Case(made.picture, "", {"cut": ", ".join(made.truth.sides), "outside": made.truth.outside})
    side, outside = rng.choice(SIDES), rng.uniform(0.03, 0.15)
    moved = hard.at_side(random_scene(seed, spread=4), side, outside, size)
    return Case(moved.picture, "", {"cut": ", ".join(_touched(moved)) or "no", "outside": outside})


def deepest(made: Render) -> float:
    """Per cent of the ground's light that the shadow takes at its deepest: the mean of its darkest 0.1 % of pixels.

    Not within `BESIDE` of the product, where its soft edge lies over the shadow in any picture.
    """
    beside = ndimage.distance_transform_edt(~made.mask) <= BESIDE * made.mask.shape[0]
    values = np.sort(np.where(beside, 0.0, made.shadow).ravel())
    return 100.0 * float(values[-max(1, values.size // 1000) :].mean())


def _box(made: Render) -> Truth:
    height, width = made.mask.shape
    rows, columns = np.flatnonzero(made.mask.any(1)), np.flatnonzero(made.mask.any(0))
    wide, high = (columns[-1] - columns[0] + 1) / width, (rows[-1] - rows[0] + 1) / height
    off_x = abs(columns[0] + columns[-1] + 1 - width) / (2 * width)
    off_y = abs(rows[0] + rows[-1] + 1 - height) / (2 * height)
    return {"fill": 100.0 * float(max(wide, high)), "off_centre": 100.0 * float(max(off_x, off_y))}


def _touched(made: Render) -> list[str]:
    mask = made.mask
    edges = {"left": mask[:, 0], "right": mask[:, -1], "top": mask[0], "bottom": mask[-1]}
    return [side for side in SIDES if edges[side].any()]

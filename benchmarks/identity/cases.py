"""Sources with another picture of the same product, or of a swapped one. Pure in the seed, on one machine."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.identity.disturbed import DISTURBANCES, NOT_OF_LETTERS, disturbed
from packshot.result import Pixels
from training.render import random_scene, render, with_text
from training.render.hard import Hard, Text
from training.render.lettering import WORDS
from training.render.swap import PRODUCT_CHANGES, elsewhere, swapped

SWAPS: Final = (*PRODUCT_CHANGES, "logo")
SAME: Final = ("nothing", "lettered")
"""What else than a disturbance and a ground happens to a picture of the same product; "lettered" has a word on it."""
ONTO: Final = {"the same ground": None, "another paper": "paper", "a texture": "texture"}
GROUNDS: Final = tuple(ONTO)
"""What the second picture stands on. The first always stands on plain paper."""

SIZE_PX, LETTERED_PX = 256, 512
FIRST_SEED: Final = 84_000_000
"""None that the renderer's other users draw from."""
FRESH: Final = 10_000
"""Pairs from this number on were never looked at before the limits were set."""

MOVED: Final = ("another paper", "another paper", "a texture")
"""In turn, where the ground does not stay."""


@dataclass(frozen=True)
class Pair:
    """A source (H, W, 3) and a picture; `change` is one of `SWAPS` or `SAME`, `ground` one of `GROUNDS`."""

    source: Pixels
    picture: Pixels
    change: str
    ground: str
    disturbance: str

    @property
    def same(self) -> bool:
        """The truth: whether both show the same product."""
        return self.change in SAME


def pair(number: int) -> Pair:
    """Pair `number`: of four, two on the same ground and two on another, one of each with a swapped product."""
    seed, rng = FIRST_SEED + number, random.Random(f"identity {number}")
    turn, stays = number // 4, number % 4 < 2
    if stays:
        change = SWAPS[turn % len(SWAPS)] if number % 2 else SAME[turn % len(SAME)]
    else:
        change = PRODUCT_CHANGES[turn % len(PRODUCT_CHANGES)] if number % 2 else SAME[0]
    ground = GROUNDS[0] if stays else MOVED[turn % len(MOVED)]
    if change == "part" and not stays:
        ground = "another paper"
    lettered = change in ("lettered", "logo")
    allowed = [each for each in DISTURBANCES if not (lettered and each in NOT_OF_LETTERS)]
    how = rng.choice(allowed)
    source, picture = _lettered(seed, change, rng) if lettered else _bare(seed, change, ground)
    return Pair(source, disturbed(picture, how, rng), change, ground, how)


def _bare(seed: int, change: str, ground: str) -> tuple[Pixels, Pixels]:
    onto = ONTO[ground]
    if change == "nothing":
        scene = random_scene(seed)
        source = render(scene, SIZE_PX).picture
        return source, source if onto is None else elsewhere(scene, onto, seed, SIZE_PX)
    made = swapped(seed, SIZE_PX, change, onto)
    return made.render.picture, made.picture


def _lettered(seed: int, change: str, rng: random.Random) -> tuple[Pixels, Pixels]:
    made = with_text(seed, LETTERED_PX, on_product=True)
    picture = made.picture if change == "lettered" else other_mark(made, rng)
    return made.picture, picture


def other_mark(made: Hard[Text], rng: random.Random) -> Pixels:
    """Another word in the place, size and ink of the first, or none."""
    x, y, width, _height = made.truth.box
    font = ImageFont.load_default(size=made.truth.font_px)
    fitting = [
        word
        for word in WORDS
        if word != made.truth.text and font.getbbox(word)[2] <= width + 2 and font.getbbox(word)[2] > width / 2
    ]
    bare = made.render.picture
    if not fitting or rng.random() < 0.25:
        return bare
    changed = np.abs(made.picture.astype(int) - bare).sum(2)
    ink = np.median(made.picture[changed > 0.8 * changed.max()], axis=0)
    word = rng.choice(fitting)
    left, top, _right, _bottom = font.getbbox(word)
    image = Image.fromarray(bare)
    place = (x - left, y - top)
    ImageDraw.Draw(image).text(place, word, fill=tuple(int(part) for part in ink), font=font)
    return np.asarray(image)

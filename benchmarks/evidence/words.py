"""Pictures with a word stuck on, of known cap height and contrast. Knows nothing about who reads them."""

from __future__ import annotations

import random

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.evidence.case import Case
from packshot.result import Pixels
from training.render import BACKGROUND_COLOURS, KINDS, Render, random_scene, render
from training.render.lettering import WORDS, contrast, places

READABLE = tuple(word for word in WORDS if sum(letter.isalnum() for letter in word) >= 3)
AT_PX = 512
"""The size that cap heights are given for."""


def plain(seed: int, size: int) -> Case:
    """No word; products with their own marks - a dial, keys, seams - among them."""
    made = render(random_scene(seed, spread=4), size)
    return Case(made.picture, _prompt(made), {"text": ""})


def written(seed: int, size: int, caps: tuple[float, float], ratios: tuple[float, float]) -> Case:
    """A word on the product or beside it, its cap height (pixels at 512) and contrast ratio within the ranges."""
    rng = random.Random(f"written {seed}")
    while True:
        made = render(random_scene(rng.randrange(2**40), spread=4), size)
        on_product = rng.random() < 0.5
        cap_px = rng.uniform(*caps)
        done = _write(made, made.mask if on_product else ~made.mask, rng, cap_px * size / AT_PX, ratios)
        if done is not None:
            picture, text, ratio = done
            truth: dict[str, float | str] = {"text": text, "cap_px": cap_px, "contrast": ratio}
            return Case(picture, _prompt(made), {**truth, "on": "product" if on_product else "ground"})


def _prompt(made: Render) -> str:
    return f"photo of {KINDS[made.scene.kind].name} on a {made.scene.background_colour} background"


def _write(
    made: Render, allowed: np.ndarray, rng: random.Random, cap_px: float, ratios: tuple[float, float]
) -> tuple[Pixels, str, float] | None:
    text, font = rng.choice(READABLE), _font(cap_px)
    left, top, right, bottom = (int(edge) for edge in font.getbbox(text))
    free = places(allowed, right - left + 4, bottom - top + 4)
    if not len(free):
        return None
    y, x = (int(place) + 2 for place in free[rng.randrange(len(free))])
    ground = made.picture[y : y + bottom - top, x : x + right - left].reshape(-1, 3)
    mean = ground.mean(0) / 255.0
    inks = [ink for ink in _inks(rng) if ratios[0] <= contrast(ink, mean) <= ratios[1]]
    if not inks or float(ground.std(0).max()) > 40.0:
        return None
    ink = rng.choice(inks)
    image = Image.fromarray(made.picture)
    red, green, blue = (round(255 * part) for part in ink)
    ImageDraw.Draw(image).text((x - left, y - top), text, fill=(red, green, blue), font=font)
    return np.asarray(image), text, contrast(ink, mean)


def _font(cap_px: float) -> ImageFont.FreeTypeFont:
    """The default font at the size whose capital H is so high."""
    whole = ImageFont.load_default(size=200)
    assert isinstance(whole, ImageFont.FreeTypeFont)
    _, top, _, bottom = whole.getbbox("H")
    return whole.font_variant(size=200 * cap_px / (bottom - top))


def _inks(rng: random.Random) -> list[tuple[float, float, float]]:
    """Black, white, greys, and the papers' colours."""
    greys = [(level, level, level) for level in (0.05, 1.0, *(rng.random() for _ in range(12)))]
    return [*greys, *BACKGROUND_COLOURS.values()]

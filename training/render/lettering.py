"""Words written into a picture where they fit and can be read. Knows pixels and inks; knows no product and no scene."""

import random
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from training.render import studio
from training.render.colours import PRODUCT_COLOURS, Colour
from training.render.layers import Mask, Pixels
from training.render.textures import Plane

WORDS = ("SALE", "NEW", "BEST", "SHOP", "OFFER", "-50%", "Sample", "Free", "hello", "No. 1", "2 for 1", "Original")
INKS: dict[str, Colour] = {"black": (0.05, 0.05, 0.05), "white": (1.0, 1.0, 1.0), **PRODUCT_COLOURS}


@dataclass(frozen=True)
class Written:
    """A picture with a word in it."""

    picture: Pixels
    """(H, W, 3) sRGB."""
    text: str
    box: tuple[int, int, int, int]
    """x, y, width, height in pixels of the smallest box around all that changed."""
    font_px: int


def places(allowed: Mask, width: int, height: int) -> NDArray[np.int64]:
    """Upper left corners (N, 2) as row, column of all boxes that lie wholly in `allowed`."""
    if width > allowed.shape[1] or height > allowed.shape[0]:
        return np.empty((0, 2), np.int64)
    total = np.pad((~allowed).cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    forbidden = total[height:, width:] - total[:-height, width:] - total[height:, :-width] + total[:-height, :-width]
    return np.argwhere(forbidden == 0)


def contrast(first: Colour | Plane, second: Colour | Plane) -> float:
    """Contrast ratio of two sRGB colours, 1 to 21 (WCAG 2.2)."""
    dim, bright = sorted(float(studio.to_linear(np.array(c)) @ (0.2126, 0.7152, 0.0722)) for c in (first, second))
    return (bright + 0.05) / (dim + 0.05)


def write(picture: Pixels, allowed: Mask, rng: random.Random, smallest: int) -> Written | None:
    """A random word in the largest of a few random sizes that fits into `allowed`, in an ink that stands out."""
    text = rng.choice(WORDS)
    for font_px in sorted({smallest, *(rng.randint(smallest, 2 * smallest) for _ in range(2))}, reverse=True):
        font = ImageFont.load_default(size=font_px)
        left, top, right, bottom = (int(edge) for edge in font.getbbox(text))
        free = places(allowed, right - left + 2, bottom - top + 2)
        if not len(free):
            continue
        tried = [free[rng.randrange(len(free))] + 1 for _ in range(12)]
        windows = [picture[y : y + bottom - top, x : x + right - left].reshape(-1, 3) for y, x in tried]
        calmest = min(range(len(tried)), key=lambda k: float(windows[k].std(0).sum()))
        y, x = (int(k) for k in tried[calmest])
        inks = [ink for ink in INKS if contrast(INKS[ink], windows[calmest].mean(0) / 255.0) > 3.0]
        image = Image.fromarray(picture)
        red, green, blue = (round(255 * part) for part in INKS[rng.choice(inks)])
        ImageDraw.Draw(image).text((x - left, y - top), text, fill=(red, green, blue), font=font)
        written = np.asarray(image)
        rows, columns = np.nonzero((written != picture).any(2))
        x, y = int(columns.min()), int(rows.min())
        box = (x, y, int(columns.max()) - x + 1, int(rows.max()) - y + 1)
        return Written(written, text, box, font_px)
    return None

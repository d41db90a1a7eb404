"""Gives a source the size that the model takes, by a named rule. Pure: pixels in, pixels out."""

from __future__ import annotations

import numpy as np
from PIL import Image

from packshot.errors import SourceError
from packshot.result import Pixels
from packshot.spec import Fit

ENLARGE_MAX = 2.0
"""Beyond this there is nothing in the picture that the model could keep: a 200×192 source at 512 gave garbage."""


def scale_for(rule: Fit, size: tuple[int, int], target: tuple[int, int]) -> float:
    """How much the source is enlarged (above 1) or reduced; for `stretch` the larger of both sides."""
    ratios = (target[0] / size[0], target[1] / size[1])
    return min(ratios) if rule is Fit.PAD else max(ratios)


def check_not_too_small(rule: Fit, size: tuple[int, int], target: tuple[int, int]) -> None:
    """Raise SourceError where the source would have to be enlarged beyond `ENLARGE_MAX`."""
    scale = scale_for(rule, size, target)
    if scale > ENLARGE_MAX:
        needed = [max(1, round(side * scale / ENLARGE_MAX)) for side in size]
        raise SourceError(
            "source.too_small",
            f"the source would be enlarged {scale:.1f} times",
            expected=f"at least {needed[0]}×{needed[1]} px for {target[0]}×{target[1]} ({rule})",
            got=f"{size[0]}×{size[1]} px",
            hint="take a larger photo, or make a smaller picture (--size)",
        )


def fit_source(pixels: Pixels, target: tuple[int, int], rule: Fit) -> Pixels:
    """The source at `target` (width, height) by the rule. (H, W, 3) → (height, width, 3), Lanczos."""
    size = (pixels.shape[1], pixels.shape[0])
    if size == target:
        return pixels
    picture = Image.fromarray(pixels)
    if rule is Fit.STRETCH:
        return np.asarray(picture.resize(target, Image.Resampling.LANCZOS))
    scale = scale_for(rule, size, target)
    inner = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    resized = picture.resize(inner, Image.Resampling.LANCZOS)
    left, top = (target[0] - inner[0]) // 2, (target[1] - inner[1]) // 2
    if rule is Fit.CROP:
        return np.asarray(resized.crop((-left, -top, target[0] - left, target[1] - top)))
    canvas = Image.new("RGB", target, border_colour(pixels))
    canvas.paste(resized, (left, top))
    return np.asarray(canvas)


def border_colour(pixels: Pixels) -> tuple[int, int, int]:
    """The median colour of the outermost pixels: what a pad is filled with."""
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    red, green, blue = (int(value) for value in np.median(border, axis=0))
    return red, green, blue

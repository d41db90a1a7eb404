"""Contact sheets: pictures of one size side by side. Knows no model."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

GAP = 6
CAPTION = 18


def sheet(pictures: NDArray[np.uint8], columns: int, captions: list[str] | None = None, side: int = 256) -> Image.Image:
    """(N, H, W, 3) pictures row after row on white, each with a line of text under it where there are captions."""
    below = CAPTION if captions else 0
    rows = -(-len(pictures) // columns)
    canvas = Image.new("RGB", (columns * (side + GAP) - GAP, rows * (side + below + GAP) - GAP), "white")
    pen, font = ImageDraw.Draw(canvas), ImageFont.load_default(size=12)
    for number, pixels in enumerate(pictures):
        x, y = number % columns * (side + GAP), number // columns * (side + below + GAP)
        picture = Image.fromarray(pixels)
        canvas.paste(
            picture if picture.width == side else picture.resize((side, side), Image.Resampling.LANCZOS), (x, y)
        )
        if captions:
            pen.text((x + side / 2, y + side + 2), captions[number], fill=(60, 60, 60), font=font, anchor="ma")
    return canvas

"""One ladder as a picture: its steps in a row, and under them how near each measure is to the gate's limit."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.identity.climbing import MEASURES, Climb, used
from benchmarks.identity.morphs import STEPS, SWAP, morph
from packshot.review import IdentityGate

CELL_PX, GAP_PX, CURVE_PX, LEFT_PX = 128, 6, 210, 40
MOST: Final = 2.5
"""Times the limit: what is beyond is drawn at the top."""
INKS: Final = ("#1f6fb4", "#d1495b", "#e08e1b", "#3c8c4a")
DARK, PALE, SHUT = "#30343a", "#c9ced6", "#b3261e"


def draw_ladder(file: Path, number: int, climb: Climb, gate: IdentityGate) -> None:
    """Writes ladder `number`, whose evidence is `climb`, as a PNG of 256 colours."""
    made = morph(number)
    width = LEFT_PX + len(STEPS) * (CELL_PX + GAP_PX) + GAP_PX
    top = 2 * GAP_PX + CELL_PX + 22
    image = Image.new("RGB", (width, top + CURVE_PX + 50), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(size=14)
    middles = [LEFT_PX + GAP_PX + place * (CELL_PX + GAP_PX) + CELL_PX // 2 for place in range(len(STEPS))]
    verdicts = climb.verdicts(gate)
    for middle, step, picture, verdict in zip(middles, STEPS, made.pictures, verdicts, strict=True):
        small = Image.fromarray(picture).resize((CELL_PX, CELL_PX), Image.Resampling.LANCZOS)
        image.paste(small, (middle - CELL_PX // 2, GAP_PX))
        words, ink = (f"{step:.0%} passes", DARK) if verdict == "pass" else (f"{step:.0%} closed", SHUT)
        draw.text((middle, GAP_PX + CELL_PX + 12), words, fill=ink, font=font, anchor="mm")
    _curves(draw, font, top, middles, [used(found, gate) for found in climb.evidence])
    file.parent.mkdir(parents=True, exist_ok=True)
    image.quantize(256).save(file, optimize=True)


def _curves(
    draw: ImageDraw.ImageDraw,
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    top: int,
    middles: list[int],
    gone: list[dict[str, float]],
) -> None:
    def height(share: float) -> float:
        return top + CURVE_PX * (1.0 - min(share, MOST) / MOST)

    right = middles[-1] + CELL_PX // 2
    for share in np.arange(0.0, MOST + 0.1, 0.5):
        draw.line((LEFT_PX, height(share), right, height(share)), fill=SHUT if share == 1.0 else PALE)
        draw.text((LEFT_PX - 6, height(share)), f"{share:g}", fill=DARK, font=font, anchor="rm")
    swap = middles[STEPS.index(SWAP)]
    draw.line((swap, top, swap, top + CURVE_PX), fill=PALE, width=2)
    draw.text((swap + 4, top + 8), "half the other product", fill=DARK, font=font, anchor="lm")
    for measure, ink in zip(MEASURES, INKS, strict=True):
        points = [(x, height(each[measure])) for x, each in zip(middles, gone, strict=True) if measure in each]
        if len(points) > 1:
            draw.line(points, fill=ink, width=3)
    across = LEFT_PX
    for measure, ink in zip(MEASURES, INKS, strict=True):
        words = measure.removeprefix("identity_")
        draw.text((across, top + CURVE_PX + 28), words, fill=ink, font=font, anchor="lm")
        across += 90
    draw.text(
        (right, top + CURVE_PX + 28),
        "distance, of what the limit allows: above 1 it is closed",
        fill=SHUT,
        font=font,
        anchor="rm",
    )

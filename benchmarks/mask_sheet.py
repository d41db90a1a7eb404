"""How masks of real photos look: `python -m benchmarks.mask_sheet FOLDER --out PNG [--matting MODEL]`.

One row per photo: the photo, the mask over it, the product on white, then method, confidence and doubts. For eyes.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from packshot.product import Cutout, find_cutout, open_matting
from packshot.resolve.source import open_source
from packshot.result import Pixels

ENDINGS: Final = (".jpg", ".jpeg", ".png", ".webp")
SIDE_PX: Final = 220
LINE_PX: Final = 30
ACROSS: Final = 3
"""Photos side by side."""
GREEN: Final = np.array([0.0, 220.0, 60.0])


def main() -> None:
    """Draws the sheet and prints one line per photo."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mask_sheet", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--matting", help="an ONNX matting model: folder, file or hub id")
    arguments = parser.parse_args()
    matting = open_matting(arguments.matting, offline=True) if arguments.matting else None
    tiles = []
    for path in sorted(path for path in arguments.folder.iterdir() if path.suffix.lower() in ENDINGS):
        photo = open_source(path)
        found = find_cutout(photo.pixels, alpha=photo.alpha, matting=matting)
        print(
            f"{path.stem}: {found.method}, {found.confidence:.2f}, {'; '.join(found.doubts) or 'no doubt'}", flush=True
        )
        tiles.append(tile(path.stem, photo.pixels, found))
    sheet(tiles).save(arguments.out)


def tile(name: str, pixels: Pixels, found: Cutout) -> Image.Image:
    """Photo, overlay and white cut-out side by side, with a line of text above."""
    share = found.alpha[..., None] / 255.0
    overlay = pixels * (0.35 + 0.65 * share) + 0.65 * (1.0 - share) * GREEN
    white = pixels * share + 255.0 * (1.0 - share)
    made = Image.new("RGB", (3 * SIDE_PX, SIDE_PX + LINE_PX), "white")
    for place, picture in enumerate((pixels, overlay, white)):
        made.paste(_fitted(np.asarray(picture, dtype=np.uint8)), (place * SIDE_PX, LINE_PX))
    draw = ImageDraw.Draw(made)
    flag = "A PERSON HAS TO LOOK" if found.is_doubtful else "trusted"
    draw.text((2, 2), f"{name}: {found.method} {found.confidence:.2f} {flag}", fill="black")
    draw.text((2, 15), "; ".join(found.doubts)[:100], fill="firebrick")
    return made


def sheet(tiles: list[Image.Image]) -> Image.Image:
    """All tiles, `ACROSS` in a row."""
    width, height = 3 * SIDE_PX + 10, SIDE_PX + LINE_PX + 4
    made = Image.new("RGB", (ACROSS * width, -(-len(tiles) // ACROSS) * height), "white")
    for number, one in enumerate(tiles):
        made.paste(one, (number % ACROSS * width, number // ACROSS * height))
    return made


def _fitted(picture: NDArray[np.uint8]) -> Image.Image:
    scale = (SIDE_PX - 4) / max(picture.shape[:2])
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    return Image.fromarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))


if __name__ == "__main__":
    main()

"""How good masks are, on renders whose truth is known: `python -m benchmarks.masks [--count 40] [--size 512]`.

Prints a Markdown table per ground. Pictures are drawn once and kept in `--folder`, which is safe to delete.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import scipy
from numpy.typing import NDArray
from PIL import Image

from packshot.product import Mask, find_cutout
from packshot.result import Pixels
from training.render import on_clutter, on_texture, random_scene, render

FIRST_SEED: Final = 68_000_000
"""None that the renderer's other users draw from."""
GOOD: Final = 0.9
"""Overlap below which the doubt flag should be up."""

Drawn = tuple[Pixels, Mask]


def _plain(seed: int, size: int) -> Drawn:
    made = render(random_scene(seed, spread=4), size)
    return made.picture, made.mask


def _textured(seed: int, size: int) -> Drawn:
    made = on_texture(seed, size)
    return made.picture, made.mask


def _cluttered(seed: int, size: int) -> Drawn:
    made = on_clutter(seed, size)
    return made.picture, made.mask


GROUNDS: Final[dict[str, tuple[Callable[[int, int], Drawn], float]]] = {
    "plain": (_plain, 0.97),
    "textured": (_textured, 0.90),
    "cluttered": (_cluttered, 0.90),
}
"""How each sort is drawn, and its target of the mean overlap."""


@dataclass(frozen=True)
class Measured:
    """One mask against its truth: overlap 0..1, distance of the outlines in pixels (0 where either is missing)."""

    overlap: float
    edge_px: float
    doubtful: bool
    seconds: float


def measure(picture: Pixels, truth: Mask) -> Measured:
    """Find the product and compare."""
    begun = time.process_time()
    found = find_cutout(picture)
    seconds = time.process_time() - begun
    union = (found.mask | truth).sum()
    overlap = float((found.mask & truth).sum() / max(1, union))
    return Measured(overlap, edge_error_px(found.mask, truth), found.is_doubtful, seconds)


def edge_error_px(mask: Mask, truth: Mask) -> float:
    """Mean distance between the outlines, in both directions."""
    one, other = _outline(mask), _outline(truth)
    if not one.any() or not other.any():
        return float(max(mask.shape))
    there, back = (scipy.ndimage.distance_transform_edt(~outline) for outline in (other, one))
    return float((there[one].mean() + back[other].mean()) / 2)


def _outline(mask: Mask) -> Mask:
    return np.asarray(mask & ~scipy.ndimage.binary_erosion(mask, border_value=1))


def row(name: str, target: float, found: list[Measured]) -> str:
    """One line of the table."""
    overlaps = np.array([one.overlap for one in found])
    bad, doubted = overlaps < GOOD, np.array([one.doubtful for one in found])
    right = int((bad & doubted).sum())
    edges: NDArray[np.float64] = np.array([one.edge_px for one in found])
    cells = [
        name,
        str(len(found)),
        f"{overlaps.mean():.3f}",
        f"{target:.2f}",
        f"{np.median(overlaps):.3f}",
        f"{np.percentile(overlaps, 10):.3f}",
        f"{(overlaps >= target).mean():.2f}",
        f"{np.median(edges):.1f} / {edges.mean():.1f}",
        f"{right} of {bad.sum()}",
        f"{right} of {doubted.sum()}",
        f"{overlaps[~doubted].mean():.3f}" if (~doubted).any() else "–",
        f"{np.median([one.seconds for one in found]):.2f}",
    ]
    return "| " + " | ".join(cells) + " |"


HEAD: Final = (
    "| ground | pictures | mean IoU | target | median | 10th percentile | share ≥ target |"
    " outline off, px: median / mean | IoU < 0.9 that are doubted | doubts that are right |"
    " mean IoU of what is trusted | CPU s, median |"
)


def main() -> None:
    """Draw, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.masks", description=__doc__)
    parser.add_argument("--count", type=int, default=40, help="pictures of each ground")
    parser.add_argument("--size", type=int, default=512, help="pixels a side")
    parser.add_argument("--folder", type=Path, default=Path("build/masks"))
    parser.add_argument("--grounds", nargs="+", choices=list(GROUNDS), default=list(GROUNDS))
    arguments = parser.parse_args()
    print(HEAD)
    print("|" + " --- |" * (HEAD.count("|") - 1), flush=True)
    for name in arguments.grounds:
        draw, target = GROUNDS[name]
        cases = (kept(arguments.folder, name, draw, number, arguments.size) for number in range(arguments.count))
        print(row(name, target, [measure(*case) for case in cases]), flush=True)


def kept(folder: Path, name: str, draw: Callable[[int, int], Drawn], number: int, size: int) -> Drawn:
    """A picture that was drawn before, or is drawn now and kept: colours and truth as one RGBA file."""
    path = folder / f"{name}-{size}-{number:04d}.png"
    if not path.exists():
        picture, mask = draw(FIRST_SEED + number, size)
        path.parent.mkdir(parents=True, exist_ok=True)
        written = path.with_suffix(".writing")
        Image.fromarray(np.dstack([picture, mask.astype(np.uint8) * 255])).save(written, format="PNG")
        written.replace(path)
    both = np.asarray(Image.open(path))
    return np.ascontiguousarray(both[..., :3]), both[..., 3] > 0


if __name__ == "__main__":
    main()

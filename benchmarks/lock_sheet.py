"""How locked products look: `python -m benchmarks.lock_sheet FOLDER --out PNG [--prompt WORDS] [--ground COLOUR]`.

One row per photo: the photo, its product on white, and in a scene of the model. Doubtful masks are accepted and named.
For eyes.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from packshot import wiring
from packshot.errors import PackshotError
from packshot.result import Pixels
from packshot.spec import Background, Lock, Spec
from packshot.workflow import Workbench, make_picture

ENDINGS: Final = (".jpg", ".jpeg", ".png", ".webp")


def main() -> None:
    """Locks each photo twice, draws the sheet, and prints a line per photo."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lock_sheet", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--prompt", default="on a blue background, soft light")
    parser.add_argument("--ground", default="#548fdb")
    parser.add_argument("--side", type=int, default=200, help="pixels of a picture in the sheet")
    arguments = parser.parse_args()
    white = Lock(background=Background.WHITE, accept_doubt=True)
    scene = Lock(ground=arguments.ground, accept_doubt=True)
    rows: list[Pixels] = []
    with tempfile.TemporaryDirectory() as scratch:
        settings = wiring.read(workspace=Path(scratch) / "workspace")
        with wiring.open_workbench(settings) as bench:
            for path in sorted(path for path in arguments.folder.iterdir() if path.suffix.lower() in ENDINGS):
                shown = [np.asarray(Image.open(path).convert("RGB"))]
                for prompt, lock in (("", white), (arguments.prompt, scene)):
                    shown.append(_locked(bench, path, prompt, lock, Path(scratch)))
                rows.append(np.concatenate([_fitted(pixels, arguments.side) for pixels in shown], axis=1))
    Image.fromarray(np.concatenate(rows)).save(arguments.out, optimize=True)


def _locked(bench: Workbench, path: Path, prompt: str, lock: Lock, scratch: Path) -> Pixels:
    """A locked picture; black where there is none, with the reason said."""
    try:
        out = scratch / f"{path.stem}-{lock.background}.png"
        made = make_picture(bench, Spec(prompt=prompt, lock=lock, source=str(path)), out=out)
    except PackshotError as error:
        print(f"{path.name}: {error}", flush=True)
        return np.zeros((64, 64, 3), np.uint8)
    measured = made.run.result.provenance.lock if made.run.result is not None else None
    found = made.run.resolved.origin.lock
    print(f"{path.name}: {lock.background}, {found}, {measured}", flush=True)
    return np.asarray(Image.open(out)) if made.path is not None else np.zeros((64, 64, 3), np.uint8)


def _fitted(pixels: Pixels, side: int) -> Pixels:
    picture = Image.fromarray(pixels)
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    made = Image.new("RGB", (side, side), "white")
    made.paste(picture, ((side - picture.width) // 2, (side - picture.height) // 2))
    return np.asarray(made)


if __name__ == "__main__":
    main()

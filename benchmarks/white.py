"""How fast products are put on white, stage by stage: `python -m benchmarks.white [--count 20] [--size 1024]`.

Renders on plain grounds. Prints a Markdown table of the median CPU milliseconds of one thread by stage, then pictures a
second of the stages alone, and of whole runs (store, evidence and files included), on one thread and on two, and the
CPU seconds that each picture took: on a machine that others use too, those are what can be compared. Those whose mask
the plain ground gave (found by threshold, no cut) are told apart from all.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, TypeVar

import cv2
import numpy as np
from PIL import Image

from packshot import wiring
from packshot.product import contact_shadow, deviation_of, find_cutout, on_white, place, product_box
from packshot.product.finding import FRONT, ON_PLAIN
from packshot.resolve import default_placement, open_source
from packshot.result import Pixels
from packshot.spec import Background, Lock, Spec, defaults
from packshot.store.pictures import FilePictureStore
from packshot.workflow import lock_folder
from training.render import random_scene, render

FIRST_SEED: Final = 67_000_000
"""None that the renderer's other users draw from."""
STAGES: Final = ("read", "mask", "place", "shadow", "put back", "measure", "keep photo", "keep mask", "keep picture")

Value = TypeVar("Value")


class Watch:
    """CPU milliseconds by stage."""

    def __init__(self) -> None:
        self.taken: dict[str, list[float]] = {stage: [] for stage in STAGES}

    def of(self, stage: str, work: Callable[[], Value]) -> Value:
        """What the work gives, with its time noted."""
        begun = time.thread_time()
        value = work()
        self.taken[stage].append(1000 * (time.thread_time() - begun))
        return value


def white(path: Path, watch: Watch, pictures: FilePictureStore) -> Pixels:
    """A photo's product on white, as the command makes it; photo, mask and picture are kept."""
    photo = watch.of("read", lambda: open_source(path))
    cutout = watch.of("mask", lambda: find_cutout(photo.pixels, alpha=photo.alpha))
    box = product_box(cutout.alpha)
    assert box is not None
    placement = default_placement(box, photo.size, photo.size)
    product = watch.of(
        "place", lambda: place(photo.pixels, cutout.alpha, placement, photo.size, defaults.LOCK_EROSION_PX)
    )
    shadow = watch.of("shadow", lambda: contact_shadow(product))
    pixels = watch.of("put back", lambda: on_white(product, shadow))
    assert watch.of("measure", lambda: deviation_of(pixels, product)).core_difference == 0
    watch.of("keep photo", lambda: pictures.put(photo.pixels))
    watch.of("keep mask", lambda: pictures.put(np.repeat(cutout.alpha[..., None], 3, axis=2)))
    watch.of("keep picture", lambda: pictures.put(pixels))
    return pixels


def drawn(folder: Path, count: int, size: int) -> list[Path]:
    """Renders on plain grounds, kept as JPEG as cameras do."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"plain-{size}-{number:04d}.jpg" for number in range(count)]
    for number, path in enumerate(paths):
        if not path.exists():
            small = render(random_scene(FIRST_SEED + number), 512).picture
            Image.fromarray(small).resize((size, size), Image.Resampling.LANCZOS).save(path, quality=95)
    return paths


@dataclass(frozen=True)
class Speed:
    """Of some pictures, by the clock and by the processor."""

    pictures: int
    seconds: float
    cpu_s: float

    def __str__(self) -> str:
        return f"{self.pictures / self.seconds:.1f} ({self.cpu_s / self.pictures:.2f} s)"


def by_threshold(path: Path) -> bool:
    """Whether no graph was cut for the mask."""
    method = find_cutout(open_source(path).pixels).method
    return method.startswith(ON_PLAIN) and FRONT not in method


def stages(paths: Sequence[Path], workers: int) -> Speed:
    """The stages alone."""
    begun, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(workers) as pool, tempfile.TemporaryDirectory() as kept:
        pictures = FilePictureStore(Path(kept))
        list(pool.map(lambda path: white(path, Watch(), pictures), paths))
    return Speed(len(paths), time.perf_counter() - begun, time.process_time() - cpu)


def runs(paths: Sequence[Path], workers: int) -> Speed:
    """Whole runs in a new workspace."""
    with tempfile.TemporaryDirectory() as scratch:
        photos = Path(scratch) / "photos"
        photos.mkdir()
        for path in paths:
            shutil.copy(path, photos)
        settings = replace(wiring.read(workspace=Path(scratch) / "workspace"), threads=workers)
        spec = Spec(prompt="", lock=Lock(background=Background.WHITE, accept_doubt=True))
        with wiring.open_workbench(settings) as bench:
            lock_folder(bench, _first(photos, Path(scratch)), spec, Path(scratch) / "first")
            begun, cpu = time.perf_counter(), time.process_time()
            files = lock_folder(bench, photos, spec, Path(scratch) / "out")
            speed = Speed(len(paths), time.perf_counter() - begun, time.process_time() - cpu)
    assert all(file.error is None for file in files), [file.error for file in files if file.error]
    return speed


def _first(photos: Path, scratch: Path) -> Path:
    """A folder with another picture, for what is paid once: imports, the database."""
    folder = scratch / "warm"
    folder.mkdir()
    with Image.open(min(photos.iterdir())) as picture:
        picture.resize((512, 512)).save(folder / "first.png")
    return folder


def main() -> None:
    """Draw, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.white", description=__doc__)
    parser.add_argument("--count", type=int, default=20, help="pictures")
    parser.add_argument("--size", type=int, default=1024, help="pixels a side")
    parser.add_argument("--folder", type=Path, default=Path("build/white"))
    arguments = parser.parse_args()
    paths = drawn(arguments.folder, arguments.count, arguments.size)
    cv2.setNumThreads(1)
    watch = Watch()
    with tempfile.TemporaryDirectory() as kept:
        white(paths[0], Watch(), FilePictureStore(Path(kept)))
    with tempfile.TemporaryDirectory() as kept:
        for path in paths:
            white(path, watch, FilePictureStore(Path(kept)))
    print("| stage | CPU ms, median | longest |\n| --- | --- | --- |")
    for stage, taken in watch.taken.items():
        print(f"| {stage} | {statistics.median(taken):.0f} | {max(taken):.0f} |")
    print(f"| together | {sum(statistics.median(taken) for taken in watch.taken.values()):.0f} | |\n")
    print("| pictures a second (CPU of each) | one thread | two threads |\n| --- | --- | --- |")
    plain = [path for path in paths if by_threshold(path)]
    for masks, some in ((f"{len(plain)} by threshold", plain), (f"all {len(paths)}", paths)):
        for name, measure in (("the stages alone", stages), ("whole runs", runs)):
            print(f"| {name}, {masks} | {measure(some, 1)} | {measure(some, 2)} |", flush=True)


if __name__ == "__main__":
    main()

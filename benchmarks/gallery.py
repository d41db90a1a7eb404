"""How long the gallery takes with many pictures in the workspace: `python -m benchmarks.gallery [10000 50000]`.

Milliseconds, the best of several; thumbnails are made one after the other in one thread. Prints; asserts nothing.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.many_runs import fill
from packshot import wiring
from packshot.result import RunQuery, RunState
from packshot.settings import Settings
from packshot.workflow import GalleryPage, Workbench, gallery_page, thumbnail

LENGTHS: Final = (10_000, 50_000)
SIZE: Final = 60
REPEATS: Final = 5

QUERIES: Final[dict[str, RunQuery]] = {
    "everything": RunQuery(),
    "text": RunQuery(text="RED café"),
    "text that nothing has": RunQuery(text="submarine"),
    "state": RunQuery(state=RunState.FAILED),
    "model": RunQuery(model="sd15"),
    "experiment": RunQuery(experiment="experiment-0007"),
    "product": RunQuery(product="SKU-003"),
    "proposed points": RunQuery(least_points=1),
    "rated by people": RunQuery(rated=True),
    "total by people": RunQuery(least_total=7),
    "several": RunQuery(text="mug white", model="sd15", state=RunState.SUCCEEDED, product="SKU-003"),
}


def milliseconds(call: Callable[[], object], repeats: int = REPEATS) -> float:
    """The best of several calls."""
    took = []
    for _ in range(repeats):
        begun = time.perf_counter()
        call()
        took.append(time.perf_counter() - begun)
    return 1000 * min(took)


def run(folder: Path, length: int) -> None:
    """Fills a workspace and looks at it."""
    begun = time.perf_counter()
    fill(folder / "ws", length, np.random.default_rng(0))
    print(f"{length:>6} runs, made in {time.perf_counter() - begun:.0f} s")
    settings = Settings(workspace=folder / "ws", device="cpu", threads=1, offline=True, output=folder / "out")
    with wiring.open_workbench(settings, engine="fake") as bench:
        for name, query in QUERIES.items():
            page, count, total = _query(bench, query)
            print(f"{length:>6} runs, {name}: page of {SIZE} {page:.1f} ms, count {count:.1f} ms ({total:,} fit)")
        last = milliseconds(lambda: gallery_page(bench, RunQuery(), length, SIZE))
        print(f"{length:>6} runs, last page with its count: {last:.1f} ms")
        print(f"{length:>6} runs, facets: {milliseconds(bench.store.facets):.1f} ms")
        _thumbnails(bench, gallery_page(bench, RunQuery(), 1, SIZE))


def _query(bench: Workbench, query: RunQuery) -> tuple[float, float, int]:
    page = milliseconds(lambda: bench.store.search(query, limit=SIZE))
    return page, milliseconds(lambda: bench.store.count(query)), bench.store.count(query)


def _thumbnails(bench: Workbench, page: GalleryPage) -> None:
    digests = [found.picture_digest for found in page.found if found.picture_digest is not None]
    cache = bench.settings.cache

    def all_of_them() -> list[Path]:
        return [thumbnail(bench.store.pictures, cache, digest) for digest in digests]

    shutil.rmtree(cache / "thumbnails", ignore_errors=True)
    cold = milliseconds(all_of_them, 1)
    made = sorted(set(all_of_them()))
    size = sum(path.stat().st_size for path in made) / len(made) / 1024
    print(f"        a thumbnail that is not there: {cold / len(made):.1f} ms, {size:.0f} KiB ({len(made)} made)")
    print(f"        thumbnails that are there: {milliseconds(all_of_them):.1f} ms for {len(digests)}")


def main() -> None:
    """Every length in a folder of its own."""
    for length in map(int, sys.argv[1:]) if sys.argv[1:] else LENGTHS:
        with tempfile.TemporaryDirectory() as folder:
            run(Path(folder), length)


if __name__ == "__main__":
    main()

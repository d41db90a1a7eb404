"""What a catalogue of many products takes, and whether its memory grows: `python -m benchmarks.long_catalogue`.

Photos are small drawings, each another, and the fake engine stands where a model would: everything measured is
Packshot's own. One photo in 250 is missing, and no other row should fail. Each length runs in a process of its own.
Prints; asserts nothing.
"""

from __future__ import annotations

import time
from pathlib import Path

from PIL import Image

from benchmarks.drawn_photos import draw_photo
from benchmarks.lengths import at_each_length, memory_mib
from packshot import wiring
from packshot.settings import Settings
from packshot.workflow import CatalogueAsked, CatalogueProgress, read_table, run_catalogue, write_catalogue

LENGTHS = (1_000, 10_000)
BAD_EVERY = 250
"""One photo in so many is missing."""


class Watch:
    """Notes how much memory the process had at 500 rows and at the end, and the first estimate of the time left."""

    def __init__(self, total: int) -> None:
        self.begun = time.perf_counter()
        self.memory: dict[int, float] = {}
        self.foreseen: float | None = None
        self._total = total

    def __call__(self, progress: CatalogueProgress) -> None:
        """One row ended."""
        if progress.done == self._total // 10 and progress.left_s is not None:
            self.foreseen = time.perf_counter() - self.begun + progress.left_s
        if progress.done in (500, self._total):
            self.memory[progress.done] = memory_mib()


def draw(folder: Path, length: int) -> Path:
    """A table and its photos."""
    lines = ["sku,photo"]
    for number in range(length):
        if number % BAD_EVERY:
            Image.fromarray(draw_photo(number)).save(folder / f"{number}.png")
        lines.append(f"SKU-{number:05d},{number}.png")
    table = folder / "products.csv"
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return table


def run(folder: Path, length: int) -> None:
    """Makes the catalogue, and calls it again."""
    table = read_table(draw(folder, length))
    settings = Settings(workspace=folder / "ws", device="cpu", threads=2, offline=True, output=folder / "out")
    asked = CatalogueAsked("long", ("shopify",), "benchmark", {"background": "white"})
    with wiring.open_workbench(settings, engine="fake") as bench:
        for called in ("first call", "again"):
            watch, cpu = Watch(length), time.process_time()
            done = run_catalogue(bench, table, asked, on_row=watch)
            cpu = time.process_time() - cpu
            memory = ", ".join(f"{mib:.0f} MiB at {rows}" for rows, mib in watch.memory.items())
            states = ", ".join(f"{count} {state}" for state, count in done.states.items())
            foreseen = f"; foreseen after a tenth: {watch.foreseen:.0f} s" if watch.foreseen is not None else ""
            print(
                f"{length:>6} products, {called}: {done.seconds:.1f} s ({1000 * done.seconds / length:.1f} ms each), "
                f"{cpu:.1f} s of CPU{foreseen}; {states}; {memory}",
                flush=True,
            )
        before = time.perf_counter()
        path = write_catalogue(bench, "long", table, folder / "catalogue.csv")
        print(
            f"{length:>6} products, table of {path.stat().st_size} bytes: {time.perf_counter() - before:.2f} s",
            flush=True,
        )


if __name__ == "__main__":
    at_each_length(run, LENGTHS)

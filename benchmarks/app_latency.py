"""What the studio adds to one picture: from a job's start to its end in the app, beside the same work in a plain loop.

    python benchmarks/app_latency.py [--rounds 7] [--steps 30]

Both are on studio-tiny in this process, one after the other in each round, in changing order. The app's job is watched
as a page watches it: its view and an enlarged preview, encoded, every 0.3 s. What is timed is all of the work: claim,
denoising, keeping, measuring, export left out on both sides.
"""

from __future__ import annotations

import argparse
import io
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PIL import Image

from packshot import wiring
from packshot.app.parts.progress import EVERY_S
from packshot.app.parts.tiles import LARGE_PX, enlarged
from packshot.resolve import resolve
from packshot.service import Service
from packshot.spec import Spec
from packshot.workflow import KnownSources, Workbench, run_order

PROMPT = "product photo of a red mug on a white background"


def plain(bench: Workbench, spec: Spec) -> float:
    """Seconds of the work without the app."""
    begun = time.perf_counter()
    run_order(bench, resolve(spec, bench.catalogue, bench.settings, KnownSources(bench)))
    return time.perf_counter() - begun


def through_app(service: Service, spec: Spec) -> float:
    """Seconds from the job's start to its end, as the database has them, while a page looks on."""
    job = service.make([spec])
    while (view := service.look(job.id)).job.is_open:
        for picture in view.pictures:
            if picture.preview is not None:
                Image.fromarray(enlarged(picture.preview, LARGE_PX)).save(io.BytesIO(), "JPEG")
        time.sleep(EVERY_S)
    done = view.job
    if done.started_at is None or done.finished_at is None or view.pictures[0].state != "done":
        raise AssertionError(f"the job ended otherwise: {done}")
    return (done.finished_at - done.started_at).total_seconds()


def compare(rounds: int, steps: int) -> list[tuple[float, float]]:
    """(plain, app) seconds of each round, after a first picture of each that loads everything."""
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(wiring.read(), workspace=Path(folder) / "ws")
        with wiring.open_service(settings) as service:
            engine = service.bench.engine()
            loop = replace(service.bench, engine=lambda: engine)
            ways: list[Callable[[Spec], float]] = [
                lambda spec: plain(loop, spec),
                lambda spec: through_app(service, spec),
            ]
            seeds = iter(range(10_000))
            pairs: list[tuple[float, float]] = []
            for number in range(rounds + 1):
                taken = [0.0, 0.0]
                for way in (0, 1) if number % 2 else (1, 0):
                    taken[way] = ways[way](Spec(prompt=PROMPT, steps=steps, seed=next(seeds)))
                print(f"round {number}: plain {taken[0]:.2f} s, app {taken[1]:.2f} s", flush=True)
                pairs.append((taken[0], taken[1]))
            return pairs[1:]


def main() -> None:
    """Prints each round, then the median of the rounds' ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--steps", type=int, default=30)
    asked = parser.parse_args()
    pairs = compare(asked.rounds, asked.steps)
    ratios = sorted(app / alone for alone, app in pairs)
    print(f"app / plain: median {statistics.median(ratios):.3f}, from {ratios[0]:.3f} to {ratios[-1]:.3f}")


if __name__ == "__main__":
    main()

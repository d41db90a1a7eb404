"""A shard: cells of an experiment that one job makes, as they were resolved where the experiment was called.

A job resolves nothing anew: whatever else is done meanwhile, its pictures are those of a run on one machine.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from packshot.resolve import denoiser_calls, group_of
from packshot.result import Run
from packshot.workflow.cell_runner import CellRunner
from packshot.workflow.completion import Completion
from packshot.workflow.portions import Portion
from packshot.workflow.sources import KnownSources
from packshot.workflow.sweep import Sweep
from packshot.workflow.timekeeping import Timekeeper
from packshot.workflow.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Shard:
    """What is to be made of `portion`, for the experiment of that name with `total` cells; files go to `folder`."""

    experiment: str
    folder: Path
    total: int
    portion: Portion
    fresh: bool


def cut(portion: Portion, count: int) -> list[Portion]:
    """What is to be made, in at most `count` parts of about equally many denoiser calls.

    Orders that can share a call stay together, and cells of one hash do. No part is empty.
    """
    to_do = portion.to_do
    groups = {group_of(order): None for order in to_do.values()}
    place = {group: number for number, group in enumerate(groups)}
    ordered = sorted(to_do, key=lambda key: place[group_of(to_do[key])])
    all_calls = sum(denoiser_calls(order) for order in to_do.values())
    parts: list[list[str]] = [[] for _ in range(count)]
    passed = 0
    for key in ordered:
        parts[min(count - 1, passed * count // max(1, all_calls))].append(key)
        passed += denoiser_calls(to_do[key])
    return [part_of(portion, keys) for keys in parts if keys]


def part_of(portion: Portion, keys: list[str]) -> Portion:
    """The portion with these spec hashes to make, and nothing else in it."""
    wanted = set(keys)
    cells = tuple(cell for cell in portion.cells if portion.hashes[cell.name] in wanted)
    to_do = {key: portion.to_do[key] for key in keys}
    return replace(
        portion,
        cells=cells,
        hashes={cell.name: portion.hashes[cell.name] for cell in cells},
        orders=to_do,
        to_do=to_do,
        done={},
        given_up={},
        turns={key: portion.turns[key] for key in keys},
        sources={key: portion.sources[key] for key in keys if key in portion.sources},
        notes={},
    )


def run_shard(bench: Workbench, shard: Shard, on_ended: Callable[[str], None] = lambda _spec_hash: None) -> int:
    """Make a shard's runs, link and export its cells, and say how many pictures are new.

    `on_ended` hears each spec hash whose run has ended. Raises StoreError, and Interrupted on Ctrl-C.
    """
    portion = shard.portion
    time_of = Timekeeper({}, time.perf_counter)
    runner = CellRunner(bench, shard.experiment, shard.folder, shard.total, time_of, lambda _progress: None)
    runner.keeps = False
    runner.begin(portion, 0)

    def ended(spec_hash: str, run: Run, already: bool) -> None:
        runner.ended(spec_hash, run, already)
        on_ended(spec_hash)

    Sweep(
        bench,
        portion.to_do,
        fresh=shard.fresh,
        turns=portion.turns,
        complete=Completion(portion.sources, KnownSources(bench)),
        on_event=runner.observe,
        on_ended=ended,
    ).run()
    return runner.made

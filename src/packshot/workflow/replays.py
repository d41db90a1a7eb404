"""Makes pictures of an experiment again, so that reproducibility is measured and not asserted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from packshot.result import Cell, RunState, Sameness
from packshot.workflow.replay import Replay, replay
from packshot.workflow.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Replaying:
    """A cell that was made again (`replay`), or whose replay is known already (None): `done` of `total`."""

    cell: str
    done: int
    total: int
    replay: Replay | None


@dataclass(frozen=True, slots=True)
class Replayed:
    """How many pictures were made again, and how many of those were identical, close, different or failed."""

    made: int
    already: int
    sameness: dict[Sameness, int]
    failed: int


OnReplaying = Callable[[Replaying], None]


def replay_arms(bench: Workbench, experiment: str, on_replaying: OnReplaying = lambda _replaying: None) -> Replayed:
    """Make one picture of every arm again, alone, under its recorded circumstances; a verdict that is there counts.

    Within an arm only seed and product differ, which no circumstance depends on. Raises RecordError where there is no
    such experiment; Interrupted on Ctrl-C, after which the next call goes on with what is missing.
    """
    chosen = _first_of_arms(bench, bench.store.experiment(experiment).cells)
    sameness = dict.fromkeys(Sameness, 0)
    made = already = failed = 0
    for cell, run_id in chosen.items():
        known = next((each.verdict for each in bench.store.replays_of(run_id) if each.verdict is not None), None)
        done = None if known is not None else replay(bench, run_id)
        verdict = known if done is None else done.verdict
        made, already = made + (done is not None), already + (done is None)
        if verdict is None:
            failed += 1
        else:
            sameness[verdict.sameness] += 1
        on_replaying(Replaying(cell, made + already, len(chosen), done))
    return Replayed(made, already, sameness, failed)


def _first_of_arms(bench: Workbench, cells: Iterable[Cell]) -> dict[str, str]:
    """The first cell of each arm that has a picture, with its run; a run that two arms share is taken once."""
    arms: set[str] = set()
    chosen: dict[str, str] = {}
    for cell in cells:
        if cell.run_id is None or cell.arm in arms or cell.run_id in chosen.values():
            continue
        if bench.store.run(cell.run_id).state is RunState.SUCCEEDED:
            arms.add(cell.arm)
            chosen[cell.name] = cell.run_id
    return chosen

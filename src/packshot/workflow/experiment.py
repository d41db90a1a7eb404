"""An experiment: every cell of a plan, many at a time, what is done already left alone, then grids and report."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from packshot.experiment import Plan, PlannedCells, cells, plan_notes
from packshot.metadata import sweep_temporaries
from packshot.report import Language, ReportFiles, open_language, write_report
from packshot.resolve import Order
from packshot.result import Cell, Run, RunState
from packshot.spec import defaults
from packshot.workflow.cell_runner import CellRunner, OnProgress
from packshot.workflow.elsewhere import Elsewhere, left_over
from packshot.workflow.export import check_ours, check_target
from packshot.workflow.portions import PORTION, Asked, Notes, Portion, Preparation, portions
from packshot.workflow.replays import OnReplaying, replay_arms
from packshot.workflow.retrying import Retry
from packshot.workflow.shards import Shard, cut
from packshot.workflow.stored_cells import StoredCells
from packshot.workflow.sweep import Sweep
from packshot.workflow.timekeeping import Timekeeper
from packshot.workflow.workbench import Workbench


@dataclass(frozen=True, slots=True)
class ExperimentDone:
    """What an experiment left: a run for each cell, the files, and what failed.

    Of a long experiment `runs` and `pictures` are looked up in the store when they are asked for. `states` says how
    many cells have a run in which state.
    """

    name: str
    folder: Path
    runs: Mapping[str, Run]
    pictures: Mapping[str, Path]
    failed: Mapping[str, Run]
    """Cells without a picture."""
    report: ReportFiles
    made: int
    states: dict[str, int]
    notes: dict[str, tuple[str, ...]]
    """What was noted when the cells were resolved, each note once, with the cells (at most 500) that it speaks of."""


OnNotes = Callable[[Notes], None]


def experiment_name(plan: Plan, model: str | None, digest: str) -> str:
    """The plan's name, with the model's where it is not the default; a path's with 6 digits of its digest."""
    asked = model or plan.baseline.model or defaults.MODEL
    if asked == defaults.MODEL:
        return plan.name
    is_path = Path(asked).expanduser().exists()
    text = f"{Path(asked).stem}-{digest.removeprefix('sha256:')[:6]}" if is_path else asked
    return f"{plan.name}-{re.sub(r'[^A-Za-z0-9._-]+', '-', text).strip('-.')}"[:100]


def run_experiment(
    bench: Workbench,
    plan: Plan,
    *,
    model: str | None = None,
    source: str | None = None,
    slots: int | None = None,
    memory: str | None = None,
    fresh: bool = False,
    strict: bool = False,
    retry: Retry | None = None,
    language: str = "en",
    replay: bool = False,
    photos: Mapping[str, str] | None = None,
    elsewhere: Elsewhere | None = None,
    on_notes: OnNotes = lambda _notes: None,
    on_progress: OnProgress = lambda _progress: None,
    on_replaying: OnReplaying = lambda _replaying: None,
    clock: Callable[[], float] = time.perf_counter,
) -> ExperimentDone:
    """Run a plan into `<output>/<experiment>/`. Everything is resolved before anything runs.

    Of a plan with more than 500 cells a first portion is, with a cell of every arm; then one portion after the other.
    Runs of one model and size share denoiser calls: of `slots`, or of as many as make the sweep fastest, up to the
    limit in the settings and that of the `memory` mode. A cell that fails does not stop the others; called again,
    what failed is tried once more, unless it fails by what it asks for (`retry` says what is tried all the same).
    A picture of an earlier call that a cell would write over (an edited arm, another source) is moved aside. `strict`
    refuses prompts that the model does not know; without it `on_notes` is told of them, and of every other note,
    before the work that they speak of begins. `replay` makes one picture of every arm again before the report is
    written in `language` (en, fr). With `elsewhere`, jobs make what is missing, each a shard of a portion, as it was
    resolved here. `photos` are digests of the workspace for paths of the plan. Raises what `resolve` refuses, with the
    cell named; UsageError; OutputError; EngineError where jobs left cells without a run; and Interrupted on Ctrl-C,
    after which the next call goes on with what is missing.
    """
    said = open_language(language)
    planned = cells(plan, model=model, source=source)
    preparation = Preparation(bench, plan, planned, Asked(slots, memory, fresh, strict, retry or Retry(), photos or {}))
    places = list(portions(planned))
    first = preparation.portion(places[0])
    told = _Told(on_notes)
    told.tell({**plan_notes(plan), **first.notes})
    digest = first.orders[first.hashes[planned.baseline.name]].model.pin.digest
    name = experiment_name(plan, model, digest)
    folder = bench.settings.output / name
    _check_files(folder, first)
    sweep_temporaries(folder)
    bench.store.save_experiment(name, plan.as_json(), _stored(planned, first))
    runner = CellRunner(bench, name, folder, len(planned), Timekeeper({}, clock), on_progress)
    runner.keeps = len(places) == 1 and elsewhere is None
    for place in places:
        portion = first
        if place.start:
            portion = preparation.portion(place)
            told.tell(portion.notes)
            _check_files(folder, portion)
            bench.store.resolve_cells(name, portion.hashes)
        runner.begin(portion, len(planned) - place.stop)
        to_do = portion.to_do
        if elsewhere is not None:
            _give(elsewhere, Shard(name, folder.absolute(), len(planned), portion, fresh))
            to_do = {}
        _make(bench, preparation, portion, to_do, runner, fresh=fresh)
    lost = elsewhere.wait(runner.waited) if elsewhere is not None else None
    if replay:
        replay_arms(bench, name, on_replaying)
    done = _finished(bench, name, folder, planned, runner, told.notes, said)
    if lost is not None and done.states.get("missing"):
        raise left_over(lost, name, done.states["missing"])
    return done


def _give(elsewhere: Elsewhere, all_of_it: Shard) -> None:
    """Everything that is to be made of a portion, as shards."""
    shards = [replace(all_of_it, portion=part) for part in cut(all_of_it.portion, elsewhere.jobs)]
    if shards:
        elsewhere.give(shards)


def _make(
    bench: Workbench,
    preparation: Preparation,
    portion: Portion,
    to_do: Mapping[str, Order],
    runner: CellRunner,
    *,
    fresh: bool,
) -> None:
    """What is there is looked at first, in a small experiment whole; then what is missing is made."""
    runner.give_up(portion)
    passed = set() if runner.keeps else runner.pass_over(portion)
    orders = {key: portion.orders[key] for key in portion.done if key not in passed} | dict(to_do)
    Sweep(
        bench,
        orders,
        fresh=fresh,
        turns=portion.turns,
        complete=preparation.completion(portion),
        on_event=runner.observe,
        on_ended=runner.ended,
    ).run()


def _finished(
    bench: Workbench,
    name: str,
    folder: Path,
    planned: PlannedCells,
    runner: CellRunner,
    notes: dict[str, tuple[str, ...]],
    language: Language,
) -> ExperimentDone:
    runs: Mapping[str, Run]
    pictures: Mapping[str, Path]
    failed: Mapping[str, Run]
    exports: Mapping[str, str]
    if runner.keeps:
        names = [cell.name for cell in planned]
        runs = {cell: runner.runs[cell] for cell in names}
        pictures = {cell: runner.pictures[cell] for cell in names if cell in runner.pictures}
        failed = {cell: run for cell, run in runs.items() if run.state is not RunState.SUCCEEDED}
        exports = {cell: path.name for cell, path in pictures.items()}
    else:
        made = RunState.SUCCEEDED
        runs = StoredCells(bench.store, name, lambda _cell, run: run)
        pictures = StoredCells(bench.store, name, lambda cell, _run: folder / f"{cell}.png", made)
        failed = StoredCells(bench.store, name, lambda _cell, run: run, RunState.FAILED)
        exports = StoredCells(bench.store, name, lambda cell, _run: f"{cell}.png", made)
    report = write_report(bench.store, name, folder, exports, language=language)
    states = bench.store.summary(name).states
    return ExperimentDone(name, folder, runs, pictures, failed, report, runner.made, states, notes)


def _check_files(folder: Path, portion: Portion) -> None:
    for cell in portion.cells:
        check_target(folder / f"{cell.name}.png")
        check_ours(folder / f"{cell.name}.png")


def _stored(planned: PlannedCells, first: Portion) -> Iterator[Cell]:
    """All cells as they are stored, one after the other."""
    for cell in planned:
        yield Cell(
            name=cell.name,
            position=cell.position,
            group=cell.group,
            spec_hash=first.hashes.get(cell.name, ""),
            change=cell.change,
            arm=cell.arm,
            seed=cell.seed,
            product=cell.product,
            against=cell.against,
        )


class _Told:
    """Tells every note once, and remembers them with at most `PORTION` cells each."""

    def __init__(self, on_notes: OnNotes) -> None:
        self._on_notes = on_notes
        self.notes: dict[str, tuple[str, ...]] = {}

    def tell(self, notes: Notes) -> None:
        new = {note: names for note, names in notes.items() if note not in self.notes}
        if new or not self.notes:
            self._on_notes(new)
        for note, names in notes.items():
            self.notes[note] = (*self.notes.get(note, ()), *names)[:PORTION]

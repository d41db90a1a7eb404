"""An experiment: every cell of a plan, many at a time, what is done already left alone, then grids and report."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from packshot.engine import Advanced, Event, Lowered, Started
from packshot.errors import PackshotError
from packshot.experiment import Plan, PlannedCell, cells
from packshot.metadata import sweep_temporaries
from packshot.report import ReportFiles, open_language, write_report
from packshot.resolve import Order, denoiser_calls, overhead_rows, resolve, rows_with_room, share
from packshot.result import Cell, Run, RunState
from packshot.spec import defaults
from packshot.workflow.export import check_ours, check_target, export_picture
from packshot.workflow.sources import KnownSources
from packshot.workflow.sweep import Sweep
from packshot.workflow.timekeeping import Timekeeper
from packshot.workflow.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Progress:
    """What happened to a cell, and where the experiment stands: `done` of `total` cells, `running` runs at once.

    `state` is denoising, lowered (fewer slots, `note` says why), done, already or failed; the last three come with
    the run. `left_s` is None until something was measured.
    """

    cell: str
    state: str
    done: int
    total: int
    running: int = 0
    step: int = 0
    steps: int = 0
    left_s: float | None = None
    run: Run | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ExperimentDone:
    """What an experiment left: a run for each cell, the files, and what failed."""

    name: str
    folder: Path
    runs: dict[str, Run]
    pictures: dict[str, Path]
    report: ReportFiles
    made: int
    notes: dict[str, tuple[str, ...]]
    """What was noted when the cells were resolved, each note once, with the cells that it speaks of."""

    @property
    def failed(self) -> dict[str, Run]:
        """Cells without a picture."""
        return {name: run for name, run in self.runs.items() if run.state is not RunState.SUCCEEDED}


OnProgress = Callable[[Progress], None]
OnNotes = Callable[[Mapping[str, tuple[str, ...]]], None]


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
    language: str = "en",
    on_notes: OnNotes = lambda _notes: None,
    on_progress: OnProgress = lambda _progress: None,
    clock: Callable[[], float] = time.perf_counter,
) -> ExperimentDone:
    """Run a plan into `<output>/<experiment>/`. Everything is resolved before anything runs.

    Runs of one model and size share denoiser calls: of `slots`, or of as many as make the sweep fastest, up to the
    limit in the settings and that of the `memory` mode. A cell that fails does not stop the others. A picture of an
    earlier call that a cell would write over (an edited arm, another source) is moved aside. `strict` refuses prompts
    that the model does not know; without it `on_notes` is told of them, and of every other note, before the work
    begins. `language` is the report's (en, fr). Raises what `resolve` refuses, with the cell named; UsageError;
    OutputError; and Interrupted on Ctrl-C, after which the next call goes on with what is missing.
    """
    said = open_language(language)
    planned = cells(plan, model=model, source=source)
    orders = {cell.name: _resolved(bench, cell, strict, memory) for cell in planned}
    by_hash: dict[str, Order] = {}
    for order in orders.values():
        by_hash.setdefault(order.resolved.hash, order)
    to_do = {key: order for key, order in by_hash.items() if fresh or bench.store.done(key) is None}
    to_do = share(
        to_do,
        limit=bench.settings.slots,
        slots=slots,
        overhead=partial(overhead_rows, settings=bench.settings),
        room=partial(rows_with_room, settings=bench.settings),
    )
    notes = _notes({name: to_do.get(order.resolved.hash, order) for name, order in orders.items()})
    on_notes(notes)
    name = experiment_name(plan, model, orders[plan.baseline.name].model.pin.digest)
    folder = bench.settings.output / name
    for cell in planned:
        check_target(folder / f"{cell.name}.png")
        check_ours(folder / f"{cell.name}.png")
    sweep_temporaries(folder)
    bench.store.save_experiment(name, plan.as_json(), _stored(planned, orders))
    runner = _Runner(bench, name, folder, planned, orders, Timekeeper(_calls(to_do), clock), on_progress)
    done_before = {key: order for key, order in by_hash.items() if key not in to_do}
    sweep = Sweep(bench, done_before | to_do, fresh=fresh, on_event=runner.observe, on_ended=runner.ended)
    sweep.run()
    names = [cell.name for cell in planned]
    pictures = {cell: runner.pictures[cell] for cell in names if cell in runner.pictures}
    exports = {cell: path.name for cell, path in pictures.items()}
    report = write_report(bench.store, name, folder, exports, language=said)
    return ExperimentDone(
        name, folder, {cell: runner.runs[cell] for cell in names}, pictures, report, runner.made, notes
    )


def _calls(orders: dict[str, Order]) -> dict[str, int]:
    return {key: denoiser_calls(order) for key, order in orders.items()}


def _notes(orders: Mapping[str, Order]) -> dict[str, tuple[str, ...]]:
    cells_of: dict[str, list[str]] = {}
    for name, order in orders.items():
        for note in order.resolved.origin.notes:
            cells_of.setdefault(note, []).append(name)
    return {note: tuple(names) for note, names in cells_of.items()}


def _resolved(bench: Workbench, cell: PlannedCell, strict: bool, memory: str | None) -> Order:
    spec = cell.spec.model_copy(update={"strict": strict, "memory": memory})
    try:
        return resolve(spec, bench.catalogue, bench.settings, KnownSources(bench))
    except PackshotError as error:
        error.message = f"cell {cell.name}: {error.message}"
        raise


def _stored(planned: list[PlannedCell], orders: dict[str, Order]) -> list[Cell]:
    return [
        Cell(
            name=cell.name,
            position=position,
            group=cell.group,
            spec_hash=orders[cell.name].resolved.hash,
            change=cell.change,
            arm=cell.name,
        )
        for position, cell in enumerate(planned)
    ]


class _Runner:
    """Links and exports each run as it ends, for all cells that share it, and tells how far it is."""

    def __init__(
        self,
        bench: Workbench,
        name: str,
        folder: Path,
        planned: list[PlannedCell],
        orders: dict[str, Order],
        time: Timekeeper,
        on_progress: OnProgress,
    ) -> None:
        self._bench, self._name, self._folder = bench, name, folder
        self._time, self._on_progress = time, on_progress
        self._cells: dict[str, list[str]] = {}
        for cell in planned:
            self._cells.setdefault(orders[cell.name].resolved.hash, []).append(cell.name)
        self._total = len(planned)
        self._running: set[str] = set()
        self.runs: dict[str, Run] = {}
        self.pictures: dict[str, Path] = {}
        self.made = 0

    def observe(self, spec_hash: str, event: Event) -> None:
        self._time.observe(spec_hash, event)
        self._running.add(spec_hash)
        cell = self._cells[spec_hash][0]
        if isinstance(event, Started):
            self._tell(cell, "denoising", steps=event.steps)
        elif isinstance(event, Advanced):
            self._tell(cell, "denoising", step=event.step, steps=event.steps)
        elif isinstance(event, Lowered):
            self._tell(cell, "lowered", note=event.resolved.origin.notes[-1])

    def ended(self, spec_hash: str, run: Run, already: bool) -> None:
        self._time.ended(spec_hash, run)
        self._running.discard(spec_hash)
        self.made += not already and run.state is RunState.SUCCEEDED
        for cell in self._cells[spec_hash]:
            self.runs[cell] = run
            self._bench.store.link_cell(self._name, cell, run.id)
            if run.state is RunState.SUCCEEDED:
                self.pictures[cell] = export_picture(self._bench, run, self._folder / f"{cell}.png", displace=True)
            state = "failed" if run.state is not RunState.SUCCEEDED else "already" if already else "done"
            self._tell(cell, state, run=run)
            already = True

    def _tell(
        self, cell: str, state: str, *, step: int = 0, steps: int = 0, run: Run | None = None, note: str | None = None
    ) -> None:
        done, running, left_s = len(self.runs), len(self._running), self._time.left_s
        self._on_progress(Progress(cell, state, done, self._total, running, step, steps, left_s, run, note))

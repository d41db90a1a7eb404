"""An experiment: every cell of a plan, what is done already left alone, then grids and report."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from packshot.engine import Advanced, Event, Started
from packshot.errors import PackshotError
from packshot.experiment import Pace, Plan, PlannedCell, Work, cells
from packshot.metadata import sweep_temporaries
from packshot.report import ReportFiles, write_report
from packshot.resolve import Order, resolve
from packshot.result import Cell, Run, RunState
from packshot.spec import defaults
from packshot.workflow.export import check_ours, check_target, export_picture
from packshot.workflow.make import run_order
from packshot.workflow.sources import KnownSources
from packshot.workflow.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Progress:
    """Where an experiment stands. `state` is resolving, loading, denoising, done, already or failed.

    `left_s` is None until something was measured.
    """

    cell: str
    position: int
    total: int
    state: str
    step: int = 0
    steps: int = 0
    left_s: float | None = None
    run: Run | None = None


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
    fresh: bool = False,
    strict: bool = False,
    on_notes: OnNotes = lambda _notes: None,
    on_progress: OnProgress = lambda _progress: None,
    clock: Callable[[], float] = time.perf_counter,
) -> ExperimentDone:
    """Run a plan into `<output>/<experiment>/`. Everything is resolved before anything runs.

    A cell that fails does not stop the others. A picture of an earlier call that a cell would write over (an edited
    arm, another source) is moved aside. `strict` refuses prompts that the model does not know; without it `on_notes` is
    told of them, and of every other note, before the work begins. Raises what `resolve` refuses, with the cell named;
    OutputError; and Interrupted on Ctrl-C, after which the next call goes on with what is missing.
    """
    planned = cells(plan, model=model, source=source)
    orders = {cell.name: _resolved(bench, cell, strict) for cell in planned}
    notes = _notes(orders)
    on_notes(notes)
    name = experiment_name(plan, model, orders[plan.baseline.name].model.pin.digest)
    folder = bench.settings.output / name
    for cell in planned:
        check_target(folder / f"{cell.name}.png")
        check_ours(folder / f"{cell.name}.png")
    sweep_temporaries(folder)
    bench.store.save_experiment(name, plan.as_json(), _stored(planned, orders))
    runner = _Runner(bench, name, folder, planned, orders, on_progress, clock)
    runner.run_all(fresh)
    report = write_report(bench.store, name, folder, {cell: path.name for cell, path in runner.pictures.items()})
    return ExperimentDone(name, folder, runner.runs, runner.pictures, report, runner.made, notes)


def _notes(orders: Mapping[str, Order]) -> dict[str, tuple[str, ...]]:
    cells_of: dict[str, list[str]] = {}
    for name, order in orders.items():
        for note in order.resolved.origin.notes:
            cells_of.setdefault(note, []).append(name)
    return {note: tuple(names) for note, names in cells_of.items()}


def _resolved(bench: Workbench, cell: PlannedCell, strict: bool) -> Order:
    spec = cell.spec.model_copy(update={"strict": strict})
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
        )
        for position, cell in enumerate(planned)
    ]


class _Runner:
    """Runs the cells in order and keeps the time."""

    def __init__(
        self,
        bench: Workbench,
        name: str,
        folder: Path,
        planned: list[PlannedCell],
        orders: dict[str, Order],
        on_progress: OnProgress,
        clock: Callable[[], float],
    ) -> None:
        self._bench, self._name, self._folder = bench, name, folder
        self._planned, self._orders = planned, orders
        self._on_progress, self._clock = on_progress, clock
        self._pace = Pace()
        self._done: set[str] = set()
        self.runs: dict[str, Run] = {}
        self.pictures: dict[str, Path] = {}
        self.made = 0

    def run_all(self, fresh: bool) -> None:
        hashes = {order.resolved.hash for order in self._orders.values()}
        self._done = set() if fresh else {key for key in hashes if self._bench.store.done(key) is not None}
        seen: dict[str, Run] = {}
        for position, cell in enumerate(self._planned):
            order = self._orders[cell.name]
            key = order.resolved.hash
            if key in seen:
                run, already = seen[key], True
            else:
                run, already = self._run(position, cell, order, fresh)
            seen[key] = self.runs[cell.name] = run
            self._bench.store.link_cell(self._name, cell.name, run.id)
            if run.state is RunState.SUCCEEDED:
                path = self._folder / f"{cell.name}.png"
                self.pictures[cell.name] = export_picture(self._bench, run, path, displace=True)
            state = "failed" if run.state is not RunState.SUCCEEDED else "already" if already else "done"
            self._tell(position, cell, state, run=run)

    def _run(self, position: int, cell: PlannedCell, order: Order, fresh: bool) -> tuple[Run, bool]:
        began = self._clock()
        denoising = 0.0
        last = began
        self._tell(position, cell, "loading")

        def on_event(event: Event) -> None:
            nonlocal denoising, last
            now = self._clock()
            if isinstance(event, Started):
                last = now
                self._tell(position, cell, "denoising", 0, event.steps)
            elif isinstance(event, Advanced):
                self._pace.observe_calls(1, now - last)
                denoising += now - last
                last = now
                self._tell(position, cell, "denoising", event.step, event.steps)

        run, already = run_order(self._bench, order, fresh=fresh, on_event=on_event)
        if not already and run.result is not None:
            self.made += 1
            load_s = run.result.timings.load_s
            self._pace.observe_picture(max(0.0, self._clock() - began - denoising - load_s))
        return run, already

    def _tell(
        self, position: int, cell: PlannedCell, state: str, step: int = 0, steps: int = 0, run: Run | None = None
    ) -> None:
        left = self._pace.left_s(self._work_left(position, step, ended=run is not None))
        self._on_progress(Progress(cell.name, position, len(self._planned), state, step, steps, left, run))

    def _work_left(self, position: int, step: int, *, ended: bool) -> Work:
        """Counts each spec once, and none that was done before this call."""
        seen = {self._orders[cell.name].resolved.hash for cell in self._planned[:position]}
        calls = pictures = 0
        for index, cell in enumerate(self._planned[position:]):
            resolved = self._orders[cell.name].resolved
            if resolved.hash in seen or (index == 0 and ended):
                seen.add(resolved.hash)
                continue
            seen.add(resolved.hash)
            if resolved.hash in self._done:
                continue
            calls += resolved.intent.steps_taken - (step if index == 0 else 0)
            pictures += 1
        return Work(pictures, max(calls, 0))

"""Links and exports each run of an experiment as it ends, for all cells that share it, and tells how far it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from packshot.engine import Advanced, Event, Lowered, Started
from packshot.errors import PackshotError
from packshot.metadata import peek_record
from packshot.resolve import denoiser_calls
from packshot.result import Run, RunState
from packshot.workflow.export import export_picture
from packshot.workflow.portions import Portion
from packshot.workflow.timekeeping import Timekeeper
from packshot.workflow.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Progress:
    """What happened to a cell, and where the experiment stands: `done` of `total` cells, `running` runs at once.

    `state` is elsewhere (jobs are at it, `cell` is the experiment's name), denoising, lowered (fewer slots, `note` says
    why), done, already, failed, or failed before (and not tried again); the last four come with the run, unless many
    were there already and are passed over at once. `left_s` is None until something was measured.
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


OnProgress = Callable[[Progress], None]


class CellRunner:
    """One experiment's bookkeeping. `keeps` says whether it holds every run: a long experiment's are in the store."""

    def __init__(
        self, bench: Workbench, name: str, folder: Path, total: int, time: Timekeeper, on_progress: OnProgress
    ) -> None:
        self._bench, self._name, self._folder, self._total = bench, name, folder, total
        self._time, self._on_progress = time, on_progress
        self._cells: dict[str, list[str]] = {}
        self._running: set[str] = set()
        self._done = 0
        self.keeps = True
        self.runs: dict[str, Run] = {}
        self.pictures: dict[str, Path] = {}
        self.made = 0

    def begin(self, portion: Portion, later: int) -> None:
        """Goes on with a portion's cells; `later` cells are not resolved yet."""
        self._cells = {}
        for cell in portion.cells:
            self._cells.setdefault(portion.hashes[cell.name], []).append(cell.name)
        self._time.expect({key: denoiser_calls(order) for key, order in portion.to_do.items()}, later)

    def give_up(self, portion: Portion) -> None:
        """Failed runs that are not tried again stay the runs of their cells."""
        for spec_hash, run in portion.given_up.items():
            self._ended(spec_hash, run, "failed before")

    def pass_over(self, portion: Portion) -> set[str]:
        """Cells of a long experiment that are done, measured and exported already: their hashes, nothing read again.

        A file counts by the record that it carries; `packshot verify` looks at the pixels.
        """
        measured = self._bench.store.measured_among(portion.done.values())
        whole = {
            key: run_id
            for key, run_id in portion.done.items()
            if run_id in measured and all(self._is_export(cell, run_id) for cell in self._cells[key])
        }
        links = {cell: run_id for key, run_id in whole.items() for cell in self._cells[key]}
        if links:
            self._bench.store.link_cells(self._name, links)
            self._done += len(links)
            self._tell(next(reversed(links)), "already")
        return set(whole)

    def observe(self, spec_hash: str, event: Event) -> None:
        """Something happened to a run."""
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
        """A run has its picture, was there before (`already`), or failed."""
        self._time.ended(spec_hash, run)
        self._running.discard(spec_hash)
        self.made += not already and run.state is RunState.SUCCEEDED
        state = "failed" if run.state is not RunState.SUCCEEDED else "already" if already else "done"
        self._ended(spec_hash, run, state)

    def waited(self, running: int, made: int, note: str | None = None) -> None:
        """Jobs elsewhere link the cells: `running` of them go on, and `made` runs were told of by those that ended."""
        self.made += made
        states = self._bench.store.summary(self._name).states
        self._done = states.get(RunState.SUCCEEDED, 0) + states.get(RunState.FAILED, 0)
        left_s = self._time.left_s
        self._on_progress(Progress(self._name, "elsewhere", self._done, self._total, running, left_s=left_s, note=note))

    def _ended(self, spec_hash: str, run: Run, state: str) -> None:
        names = self._cells[spec_hash]
        self._bench.store.link_cells(self._name, dict.fromkeys(names, run.id))
        for cell in names:
            path = self._folder / f"{cell}.png"
            if run.state is RunState.SUCCEEDED:
                path = export_picture(self._bench, run, path, displace=True)
            if self.keeps:
                self.runs[cell] = run
                if run.state is RunState.SUCCEEDED:
                    self.pictures[cell] = path
            self._done += 1
            self._tell(cell, state, run=run)
            state = "already" if state == "done" else state

    def _is_export(self, cell: str, run_id: str) -> bool:
        try:
            return peek_record(self._folder / f"{cell}.png").run_id == run_id
        except PackshotError:
            return False

    def _tell(
        self, cell: str, state: str, *, step: int = 0, steps: int = 0, run: Run | None = None, note: str | None = None
    ) -> None:
        left_s = self._time.left_s
        self._on_progress(
            Progress(cell, state, self._done, self._total, len(self._running), step, steps, left_s, run, note)
        )

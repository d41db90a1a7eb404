"""Derives the evidence of runs again and keeps it, and shows it like that of any folder."""

from __future__ import annotations

from packshot.errors import PackshotError, RecordError
from packshot.evaluation import asked_by, find_faults, propose
from packshot.report.embed import small_address
from packshot.report.evaluated import EvaluatedPicture, Evaluation, Unreadable
from packshot.result import Run, RunState
from packshot.workflow.evaluate_folder import OnPicture, silent
from packshot.workflow.export import picture_of
from packshot.workflow.measuring import fitted_source, measure_run
from packshot.workflow.workbench import Workbench


def evaluate_experiment(bench: Workbench, name: str, on_picture: OnPicture = silent) -> Evaluation:
    """Every picture of an experiment, once, under the names of its cells. Raises RecordError where there is none."""
    cells: dict[str, list[str]] = {}
    for cell in bench.store.experiment(name).cells:
        if cell.run_id is not None:
            cells.setdefault(cell.run_id, []).append(cell.name)
    runs = [(bench.store.run(run_id), " = ".join(names)) for run_id, names in cells.items()]
    return _evaluate(bench, name, [(run, label) for run, label in runs if run.state is RunState.SUCCEEDED], on_picture)


def evaluate_run(bench: Workbench, run: Run) -> Evaluation:
    """One run's picture. Raises RecordError where it has none."""
    return _evaluate(bench, run.id, [(run, run.id)], silent)


def _evaluate(bench: Workbench, title: str, runs: list[tuple[Run, str]], on_picture: OnPicture) -> Evaluation:
    if not any(run.result is not None for run, _ in runs):
        raise RecordError("record.unfinished", f"{title} has no picture to evaluate", expected="a run that succeeded")
    pictures: list[EvaluatedPicture] = []
    unreadable: list[Unreadable] = []
    for count, (run, label) in enumerate(runs):
        on_picture(label, count, len(runs))
        try:
            pictures.append(_evaluate_run(bench, run, label))
        except PackshotError as error:
            unreadable.append(Unreadable(label, error.code, error.message))
    return Evaluation(title, tuple(pictures), tuple(unreadable), ())


def _evaluate_run(bench: Workbench, run: Run, label: str) -> EvaluatedPicture:
    intent = run.resolved.intent
    _record, pixels = picture_of(bench, run)
    source = fitted_source(bench, intent)
    evidence = measure_run(bench, run, pixels)
    verdicts = [entry.verdict.sameness for entry in bench.store.replays_of(run.id) if entry.verdict is not None]
    return EvaluatedPicture(
        name=label,
        address=small_address(pixels),
        width=pixels.shape[1],
        height=pixels.shape[0],
        asked=asked_by(intent),
        asked_from="its own record",
        source=None if intent.source is None else intent.source.digest[:12],
        source_address=None if source is None else small_address(source),
        evidence=tuple(evidence),
        faults=find_faults(evidence),
        proposal=propose(evidence, verdicts),
        notes=("its source is not at hand",) if intent.source is not None and source is None else (),
    )

"""Evaluates what a person names (a folder, a picture, an experiment, a run) and writes the page and the numbers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from packshot.errors import EvaluationError, RecordError
from packshot.metadata import write_atomically
from packshot.report.evaluated import Evaluation, as_json
from packshot.report.evaluation_page import render_evaluation
from packshot.workflow.evaluate_folder import OnPicture, Told, evaluate_folder, silent
from packshot.workflow.evaluate_runs import evaluate_experiment, evaluate_run
from packshot.workflow.workbench import Workbench

SCHEMA = "packshot.evaluation/1"
PAGE, NUMBERS = "evaluation.html", "evidence.json"


@dataclass(frozen=True, slots=True)
class EvaluationFiles:
    """The page and the numbers."""

    html: Path
    json: Path


def evaluate_target(bench: Workbench, target: str, told: Told, on_picture: OnPicture = silent) -> Evaluation:
    """A folder or picture file where there is one of that name, else an experiment, else a run.

    Evidence of experiments and runs is derived again and kept. Raises EvaluationError where something is told about
    recorded runs, and RecordError where there is nothing of that name.
    """
    path = Path(target).expanduser()
    if path.exists():
        return evaluate_folder(bench, path, told, on_picture)
    if told != Told():
        raise EvaluationError(
            "evaluation.recorded",
            f"there is no folder {target}, and of a run it is recorded what was asked",
            expected="a folder, or neither prompt nor source",
        )
    if target in {entry.name for entry in bench.store.experiments()}:
        return evaluate_experiment(bench, target, on_picture)
    try:
        run = bench.store.run(target)
    except RecordError as error:
        if error.code != "record.not_found":
            raise
        raise RecordError(
            "record.not_found",
            "nothing of that name",
            expected="a folder, a picture file, an experiment or a run",
            got=target,
        ) from error
    return evaluate_run(bench, run)


def write_evaluation(evaluation: Evaluation, folder: Path) -> EvaluationFiles:
    """`evaluation.html` with every picture inside, and `evidence.json`. Raises OutputError."""
    files = EvaluationFiles(folder / PAGE, folder / NUMBERS)
    numbers = json.dumps({"schema": SCHEMA, "data": as_json(evaluation)}, ensure_ascii=False, indent=2)
    write_atomically(files.html, render_evaluation(evaluation).encode())
    write_atomically(files.json, (numbers + "\n").encode())
    return files

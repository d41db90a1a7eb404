"""People's ratings with the proposed scores beside them, as rows; and how far both agree."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from packshot.errors import OutputError
from packshot.evaluation import agreement
from packshot.metadata import write_atomically
from packshot.result import Agreement, Cell, Proposal, Rating
from packshot.workflow.rating_sheet import as_csv, harmless
from packshot.workflow.scoring import proposal_of
from packshot.workflow.workbench import Workbench

COLUMNS = (
    "experiment",
    "cells",
    "arm",
    "seed",
    "product",
    "run",
    "rater",
    "blind",
    "rated_at",
    "newest",
    "criterion",
    "score",
    "reason",
    "proposed",
    "proposed_reason",
)
SCHEMA = "packshot.ratings/1"


def rating_rows(bench: Workbench, experiment: str) -> list[dict[str, Any]]:
    """One row per rater, picture and criterion, oldest first. Raises RecordError where there is no experiment.

    A picture that is rated again has rows of both; `newest` tells which counts for the agreement.
    """
    ratings = bench.store.experiment_ratings(experiment)
    cells: dict[str, list[Cell]] = {}
    for cell in bench.store.experiment(experiment).cells:
        cells.setdefault(cell.run_id or "", []).append(cell)
    newest = {(rating.rater, rating.run_id): rating.id for rating in ratings}
    proposals = _proposals(bench, ratings)
    return [
        {
            "experiment": experiment,
            "cells": " ".join(cell.name for cell in cells[rating.run_id]),
            "arm": cells[rating.run_id][0].arm,
            "seed": cells[rating.run_id][0].seed,
            "product": cells[rating.run_id][0].product,
            "run": rating.run_id,
            "rater": rating.rater,
            "blind": rating.blind,
            "rated_at": rating.created_at.isoformat(),
            "newest": newest[rating.rater, rating.run_id] == rating.id,
            "criterion": criterion.value,
            "score": entry.score,
            "reason": entry.reason,
            "proposed": proposals[rating.run_id].scores[criterion].score,
            "proposed_reason": proposals[rating.run_id].scores[criterion].reason,
        }
        for rating in ratings
        for criterion, entry in rating.scores.items()
    ]


def export_ratings(bench: Workbench, experiment: str, path: Path) -> int:
    """Write the rows to a `.csv` or `.json` file; returns how many. Raises RecordError and OutputError."""
    kind = path.suffix.lower()
    if kind not in {".csv", ".json"}:
        raise OutputError("output.name", "ratings are written as CSV or JSON", expected=".csv or .json", got=path.name)
    rows = rating_rows(bench, experiment)
    if kind == ".json":
        content = json.dumps({"schema": SCHEMA, "data": rows}, ensure_ascii=False, indent=2) + "\n"
        write_atomically(path, content.encode())
    else:
        safe = [{name: harmless(v) if isinstance(v, str) else v for name, v in row.items()} for row in rows]
        write_atomically(path, as_csv(COLUMNS, safe).encode("utf-8-sig"))
    return len(rows)


def rating_agreement(
    bench: Workbench, experiment: str, rng: np.random.Generator, *, blind_only: bool = False
) -> tuple[Agreement, ...]:
    """How far an experiment's raters agree with each other and with the proposal. Raises RecordError."""
    ratings = [entry for entry in bench.store.experiment_ratings(experiment) if entry.blind or not blind_only]
    return agreement(ratings, _proposals(bench, ratings), rng)


def _proposals(bench: Workbench, ratings: Iterable[Rating]) -> dict[str, Proposal]:
    return {run_id: proposal_of(bench, run_id) for run_id in {rating.run_id for rating in ratings}}

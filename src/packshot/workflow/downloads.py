"""An experiment's numbers and pictures as bytes, for a face that hands files on instead of writing them."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path

from packshot.result import RunState
from packshot.workflow.details import picture_file
from packshot.workflow.effects import experiment_effects
from packshot.workflow.effects_csv import write_effects
from packshot.workflow.rating_export import export_ratings
from packshot.workflow.workbench import Workbench

PORTION = 200


def effects_file(bench: Workbench, experiment: str) -> bytes:
    """CSV, one row for each comparison. Raises RecordError."""
    with tempfile.TemporaryDirectory() as folder:
        return write_effects(Path(folder) / "effects.csv", experiment_effects(bench, experiment).effects).read_bytes()


def ratings_file(bench: Workbench, experiment: str) -> bytes:
    """CSV, one row for each rater, picture and criterion. Raises RecordError."""
    with tempfile.TemporaryDirectory() as folder:
        export_ratings(bench, experiment, path := Path(folder) / "ratings.csv")
        return path.read_bytes()


def pictures_file(bench: Workbench, experiment: str) -> bytes:
    """ZIP of the pictures by their cells' names, each PNG with its whole record. Raises RecordError."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_STORED) as archive:
        offset = 0
        while cells := bench.store.cells(experiment, limit=PORTION, offset=offset, state=RunState.SUCCEEDED):
            for cell, run in cells:
                if run is not None:
                    archive.writestr(f"{cell.name}.png", picture_file(bench, run.id))
            offset += PORTION
    return kept.getvalue()

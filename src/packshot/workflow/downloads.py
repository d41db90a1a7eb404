"""An experiment's numbers and pictures as bytes, for a face that hands files on instead of writing them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from packshot.result import Cell, Run, RunState
from packshot.workflow.details import picture_file
from packshot.workflow.effects import experiment_effects
from packshot.workflow.effects_csv import write_effects
from packshot.workflow.rating_export import export_ratings
from packshot.workflow.workbench import Workbench
from packshot.workflow.zipping import zipped

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


def pictures_zip(bench: Workbench, experiment: str) -> Iterator[bytes]:
    """The parts of a ZIP of the pictures by their cells' names, each a PNG with its whole record.

    A picture is read when its part is. Raises RecordError at once where there is no such experiment; later where a
    picture is gone.
    """
    first = bench.store.cells(experiment, limit=PORTION, state=RunState.SUCCEEDED)
    return zipped(_pictures(bench, experiment, first))


def _pictures(bench: Workbench, experiment: str, cells: list[tuple[Cell, Run | None]]) -> Iterator[tuple[str, bytes]]:
    offset = 0
    while cells:
        for cell, run in cells:
            if run is not None:
                yield f"{cell.name}.png", picture_file(bench, run.id)
        offset += PORTION
        cells = bench.store.cells(experiment, limit=PORTION, offset=offset, state=RunState.SUCCEEDED)

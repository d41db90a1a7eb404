"""Finds a run by what a person has at hand: its id (or the start of it), or a picture file that it made."""

from __future__ import annotations

from pathlib import Path

from packshot.metadata import read_record
from packshot.result import Run
from packshot.workflow.workbench import Workbench


def find_run(bench: Workbench, reference: str) -> Run:
    """The run of an id, a unique prefix of one, or of a picture file. Raises RecordError."""
    path = Path(reference).expanduser()
    if path.is_file() or path.suffix.lower() == ".png":
        record, _pixels = read_record(path)
        return bench.store.run(record.run_id)
    return bench.store.run(reference)

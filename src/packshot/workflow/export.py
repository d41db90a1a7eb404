"""Writes a run's picture to a file that carries its whole record."""

from __future__ import annotations

import os
import re
from pathlib import Path

from packshot.errors import OutputError, RecordError
from packshot.metadata import PictureRecord, write_png
from packshot.result import Pixels, Run
from packshot.workflow.workbench import Workbench

_SAFE = re.compile(r"[A-Za-z0-9._-]{1,100}")


def export_picture(bench: Workbench, run: Run, path: Path) -> Path:
    """The run's picture at `path`. Raises OutputError where other pixels are there, or it cannot be written."""
    record, pixels = picture_of(bench, run)
    check_name(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            "output.unwritable", f"{path.parent} cannot be made: {error.strerror}", hint="name another folder by --out"
        ) from error
    write_png(path, pixels, record)
    return path


def check_name(path: Path) -> None:
    """Raise OutputError on a name that other systems would stumble over."""
    if not _SAFE.fullmatch(path.name):
        raise OutputError(
            "output.name",
            f"not a safe file name: {path.name!r}",
            expected="1 to 100 letters, digits, '.', '_' or '-'",
            got=path.name,
        )


def check_target(path: Path) -> None:
    """Raise OutputError now, before minutes of work, where the result could not be written later."""
    check_name(path)
    if path.suffix.lower() != ".png":
        raise OutputError("output.name", "pictures are written as PNG", expected="a name ending in .png", got=path.name)
    if path.is_dir():
        raise OutputError("output.unwritable", f"{path} is a folder", expected="a file name")
    folder = path.parent
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise OutputError("output.unwritable", f"{folder} cannot be written to", hint="name another folder by --out")


def picture_of(bench: Workbench, run: Run) -> tuple[PictureRecord, Pixels]:
    """A finished run's record and pixels. Raises RecordError for a run without a picture."""
    if run.result is None:
        why = f"{run.state}: {run.failure.message}" if run.failure else str(run.state)
        raise RecordError("record.unfinished", f"run {run.id} has no picture", expected="a run that succeeded", got=why)
    record = PictureRecord(
        resolved=run.resolved,
        spec_hash=run.spec_hash,
        picture_digest=run.result.picture_digest,
        run_id=run.id,
        provenance=run.result.provenance,
        timings=run.result.timings,
        created_at=run.created_at,
    )
    return record, bench.store.pictures.get(run.result.picture_digest)

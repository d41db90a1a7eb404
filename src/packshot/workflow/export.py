"""Writes a run's picture to a file that carries its whole record."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path

from packshot.errors import OutputError, RecordError, SourceError
from packshot.metadata import PictureRecord, encode_png, peek_record, read_record, with_record, write_encoded
from packshot.result import Pixels, Run, picture_digest
from packshot.workflow.workbench import Workbench

NAME_PROMPT_CHARS = 40
_SAFE = re.compile(r"[A-Za-z0-9._-]{1,100}")


def export_picture(bench: Workbench, run: Run, path: Path, *, displace: bool = False) -> Path:
    """The run's picture at `path`. With `displace`, another picture of ours that is there is moved aside.

    Raises OutputError where other pixels are there, or it cannot be written.
    """
    record = record_of(run)
    check_name(path)
    if displace:
        move_aside(path, record.picture_digest)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            "output.unwritable", f"{path.parent} cannot be made: {error.strerror}", hint="name another folder by --out"
        ) from error
    content = _stored_with(bench, record)

    def pixels() -> Pixels:
        return bench.store.pictures.get(record.picture_digest)

    write_encoded(path, encode_png(pixels(), record) if content is None else content, pixels, has_record=True)
    return path


def _stored_with(bench: Workbench, record: PictureRecord) -> bytes | None:
    """The store's own file with the record in it; None where there is no whole plain file of that picture."""
    try:
        return with_record(bench.store.pictures.path(record.picture_digest).read_bytes(), record)
    except OSError:
        return None


def check_free(path: Path, spec_hash: str) -> None:
    """Raise OutputError now where `path` holds something else than the picture of that hash."""
    if not path.exists():
        return
    found = _record_at(path)
    if found is None or found[0].spec_hash != spec_hash:
        what = f"the picture of run {found[0].run_id}" if found else "a file that Packshot did not make"
        raise OutputError(
            "output.exists",
            f"{path} is already there",
            expected="a free name: nothing is overwritten",
            got=what,
            hint="name another file by --out, or move that one away",
        )


def check_ours(path: Path) -> None:
    """Raise OutputError now where `path` holds a file that Packshot did not make: it is never touched."""
    if path.exists() and not _carries_record(path):
        raise OutputError(
            "output.exists",
            f"{path} is already there, and Packshot did not make it",
            expected="a free name, or a picture of an earlier call",
            got=path.name,
            hint="move it away",
        )


def move_aside(path: Path, digest: str) -> Path | None:
    """Give another picture of ours that is at `path` the name `<stem>.<its digest>.png`; returns that name.

    A plan whose cell was edited, or whose source is another, writes the same names again: what was there stays.
    """
    found = _record_at(path) if path.exists() else None
    if found is None:
        return None
    old = picture_digest(found[1])
    if old == digest:
        return None
    aside = path.with_name(f"{path.stem}.{old[:8]}{path.suffix}")
    path.replace(aside)
    return aside


def _carries_record(path: Path) -> bool:
    try:
        peek_record(path)
    except (RecordError, SourceError):
        return False
    return True


def _record_at(path: Path) -> tuple[PictureRecord, Pixels] | None:
    try:
        return read_record(path)
    except (RecordError, SourceError):
        return None


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


def export_name(run: Run) -> str:
    """A file's name that a person recognises: words of the prompt, seed, and the end of the run's id."""
    words = re.findall(r"[a-z0-9]+", unicodedata.normalize("NFKD", run.resolved.intent.prompt.lower()))
    told = "-".join(words)[:NAME_PROMPT_CHARS].rstrip("-")
    return "-".join([*([told] if told else []), f"seed{run.resolved.intent.seed}", run.id[-6:].lower()]) + ".png"


def picture_of(bench: Workbench, run: Run) -> tuple[PictureRecord, Pixels]:
    """A finished run's record and pixels. Raises RecordError for a run without a picture, and StoreError."""
    record = record_of(run)
    return record, bench.store.pictures.get(record.picture_digest)


def record_of(run: Run) -> PictureRecord:
    """A finished run's record. Raises RecordError for a run without a picture."""
    if run.result is None:
        why = f"{run.state}: {run.failure.message}" if run.failure else str(run.state)
        raise RecordError("record.unfinished", f"run {run.id} has no picture", expected="a run that succeeded", got=why)
    return PictureRecord(
        resolved=run.resolved,
        spec_hash=run.spec_hash,
        picture_digest=run.result.picture_digest,
        run_id=run.id,
        provenance=run.result.provenance,
        timings=run.result.timings,
        created_at=run.created_at,
    )

"""Does the workspace still hold what it says? Every digest and hash is derived again; nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

from pydantic import ValidationError
from sqlalchemy import Connection, RowMapping, func, select, text

from packshot.errors import StoreError
from packshot.result import RunState, picture_digest
from packshot.spec import Frozen, spec_hash
from packshot.store.claims import is_lapsed
from packshot.store.kept import Originals, PictureStore
from packshot.store.rows import run_of
from packshot.store.tables import CELL, EVIDENCE, EXPERIMENT, PICTURE, RATING, RUN, SOURCE


class Finding(Frozen):
    """One thing found. An *error* means that the record does not hold; a *note* is harmless."""

    severity: Literal["error", "note"]
    code: str
    what: str
    remedy: str


class Verification(Frozen):
    """How much was looked at, and what was found."""

    pictures: int
    runs: int
    experiments: int
    ratings: int
    evidence: int
    findings: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        """Whether the record holds; notes do not spoil it."""
        return not any(finding.severity == "error" for finding in self.findings)


MAKE_AGAIN = "restore the file from a backup, or make the picture again with --fresh"
RESTORE = "restore packshot.db from a backup; the pictures are not affected"


def verify(connection: Connection, pictures: PictureStore, originals: Originals, now: datetime) -> Verification:
    """Checks one snapshot of the database against the files. `now` decides which leases still live."""
    findings = (
        *_database(connection),
        *_pictures(connection, pictures),
        *_sources(connection, originals),
        *_runs(connection, now),
        *_cells(connection),
    )

    def count(table: object) -> int:
        return connection.execute(select(func.count()).select_from(table)).scalar_one()  # type: ignore[arg-type]

    return Verification(
        pictures=count(PICTURE),
        runs=count(RUN),
        experiments=count(EXPERIMENT),
        ratings=count(RATING),
        evidence=count(EVIDENCE),
        findings=findings,
    )


def _error(code: str, what: str, remedy: str) -> Finding:
    return Finding(severity="error", code=code, what=what, remedy=remedy)


def _note(code: str, what: str, remedy: str) -> Finding:
    return Finding(severity="note", code=code, what=what, remedy=remedy)


def _database(connection: Connection) -> Iterator[Finding]:
    if connection.dialect.name != "sqlite":  # PostgreSQL lets no reference break, and looks after its own pages
        return
    for (line,) in connection.execute(text("PRAGMA integrity_check")):
        if line != "ok":
            yield _error("database.damaged", f"the database file is damaged: {line}", RESTORE)
    for table, row, parent, _ in connection.execute(text("PRAGMA foreign_key_check")):
        yield _error("database.reference", f"row {row} of {table} points to a {parent} that is not there", RESTORE)


def _pictures(connection: Connection, pictures: PictureStore) -> Iterator[Finding]:
    """Rows first, then files: what another process adds meanwhile has its file before its row."""
    known = {row["digest"]: row for row in connection.execute(select(PICTURE)).mappings()}
    for digest, row in known.items():
        yield from _picture(pictures, digest, (row["height"], row["width"]))
    for digest in pictures.digests():
        if digest not in known:
            yield from _picture(pictures, digest, None)
            yield _note(
                "picture.orphan",
                f"picture {digest[:12]} belongs to no run: it was kept just before its process was stopped",
                "none needed; it is used when the same picture is made again",
            )


def _picture(pictures: PictureStore, digest: str, shape: tuple[int, int] | None) -> Iterator[Finding]:
    if not pictures.has(digest):
        yield _error("picture.missing", f"picture {digest[:12]} has no file", MAKE_AGAIN)
        return
    try:
        pixels = pictures.stored(digest)
    except StoreError as error:
        yield _error("picture.damaged", f"picture {digest[:12]} cannot be decoded: {error.got}", MAKE_AGAIN)
        return
    if (found := picture_digest(pixels)) != digest:
        yield _error("picture.changed", f"the file of picture {digest[:12]} holds picture {found[:12]}", MAKE_AGAIN)
    elif shape is not None and pixels.shape[:2] != shape:
        yield _error("picture.size", f"picture {digest[:12]} has not the size in its row", RESTORE)


def _sources(connection: Connection, originals: Originals) -> Iterator[Finding]:
    for digest, file in connection.execute(select(SOURCE.c.digest, SOURCE.c.original)):
        if file is not None and not originals.is_intact(file):
            what = f"the file of source {digest[:12]}, kept for its C2PA manifest, is missing or was changed"
            yield _error("source.file", what, "restore it from a backup, or bring the same file in again")


def _runs(connection: Connection, now: datetime) -> Iterator[Finding]:
    for row in connection.execute(select(RUN).order_by(RUN.c.id)).mappings():
        try:
            yield from _run(row, now)
        except (KeyError, TypeError, ValueError, ValidationError) as error:
            yield _error("run.unreadable", f"run {row['id']} cannot be read: {error}", RESTORE)


def _run(row: RowMapping, now: datetime) -> Iterator[Finding]:
    run = run_of(row)
    derived = spec_hash(row["resolved"]["intent"])
    if not derived == run.spec_hash == run.resolved.hash:
        yield _error("run.hash", f"run {run.id}: the spec was changed, its hash is now {derived}", RESTORE)
    if run.state is RunState.SUCCEEDED and (run.result is None or run.result.picture_digest != row["picture_digest"]):
        yield _error("run.picture", f"run {run.id} succeeded without the picture that its result names", RESTORE)
    if run.state is RunState.RUNNING and is_lapsed(row, now):
        yield _note("run.unfinished", f"run {run.id} was stopped in the middle", "none needed; it will be taken over")


def _cells(connection: Connection) -> Iterator[Finding]:
    wanted = select(CELL.c.experiment, CELL.c.name).join(RUN, RUN.c.id == CELL.c.run_id)
    for experiment, name in connection.execute(wanted.where(RUN.c.spec_hash != CELL.c.spec_hash)):
        what = f"cell {experiment}/{name} points to a run of another spec"
        yield _error("cell.hash", what, f"run `packshot experiment run {experiment}` again")

"""The folder that released files lie in: what is there already, and how a file gets there, or does not.

A file is written under a hidden name, recorded in the audit trail, and only then named. A process that is killed in
between leaves the hidden file: the next one names it where the trail has it, and removes it where not.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import psutil

from packshot.errors import OutputError, ReleaseError
from packshot.metadata import put_in_place, sweep_temporaries, write_error
from packshot.result import Release
from packshot.workflow.recorded_file import file_digest, head_after, plain_bytes, release_of, row_of, still_approved
from packshot.workflow.release_manifest import read_manifest, write_manifest
from packshot.workflow.release_names import Names
from packshot.workflow.release_request import ReleasedPicture
from packshot.workflow.workbench import Workbench

ENDINGS: Final = frozenset({".jpg", ".jpeg", ".png", ".webp"})
_HIDDEN: Final = re.compile(r"\.(?P<name>[A-Za-z0-9._-]{1,100})\.(?P<pid>\d{1,10})\.[0-9a-f]{8}\.releasing")


def real_folder(bench: Workbench, out: Path) -> Path:
    """The folder itself, where `out` is a link to it. Raises OutputError where nothing may be released into it."""
    folder = out.expanduser().resolve()
    if folder.exists() and not folder.is_dir():
        raise OutputError("output.unwritable", f"{folder} is not a folder", expected="a folder", got="a file")
    workspace = bench.settings.workspace.resolve()
    if folder == workspace or workspace in folder.parents:
        raise OutputError(
            "output.unwritable",
            f"{folder} belongs to the workspace",
            expected="a folder of its own",
            got=f"inside {workspace}",
            hint="name another folder by --out",
        )
    return folder


class ReleaseFolder:
    """A folder as it was looked at. `names` are those that are free, `notes` what was found in it and mended."""

    def __init__(self, bench: Workbench, folder: Path) -> None:
        """Looks, and changes nothing. Raises OutputError where its manifest cannot be read."""
        self._bench = bench
        self.folder = folder
        self.notes: list[str] = []
        self._rows = {row.file: row for row in read_manifest(folder)}
        self._changed = False
        self.names = self._free_names()

    def mend(self, *, alone: bool) -> None:
        """Finish what a killed release left: hidden files get their name or go, named ones get into the manifest.

        Without being sure to be `alone`, hidden files of living processes are let be. Raises StoreError.
        """
        sweep_temporaries(self.folder)
        for path in sorted(self.folder.iterdir()):
            found = _HIDDEN.fullmatch(path.name)
            if found is not None and (alone or not psutil.pid_exists(int(found["pid"]))):
                self.settle(path)
        for path in self._unlisted():
            content = plain_bytes(path)
            release = None if content is None else release_of(self._bench, content, path.name)
            if release is not None and content is not None:
                why = "a call was stopped, or it was copied here"
                self.notes.append(
                    f"{path.name} is a recorded release that the manifest lacked ({why}): now it is listed"
                )
                self.add(row_of(path.name, content, release, head_after(self._bench, release)))
        self.names = self._free_names()

    def strangers(self) -> tuple[str, ...]:
        """Picture files that no release of this workspace put there."""
        return tuple(path.name for path in self._unlisted())

    def already(self, releases: Sequence[Release]) -> ReleasedPicture | None:
        """The row of a picture of which one of these releases lies here as it went out; None where none does.

        Raises ReleaseError where this folder's file of one of them was changed since.
        """
        for release in reversed(releases):
            content = plain_bytes(self.folder / release.file_name)
            if content is not None and file_digest(content) == release.file_digest:
                row = self._rows.get(release.file_name)
                if row is not None and row.file_digest == release.file_digest:
                    return row
                return row_of(release.file_name, content, release, head_after(self._bench, release))
        for release in releases:
            row = self._rows.get(release.file_name)
            if row is not None and row.run == release.run_id and _is_there(self.folder / row.file):
                raise ReleaseError(
                    "release.refused",
                    f"{row.file} in {self.folder} is not the file any more that was released",
                    expected=row.file_digest,
                    got="other bytes",
                    hint="move it away; then the picture is released anew",
                )
        return None

    def hidden(self, name: str) -> Path:
        """A new hidden path for a file that shall get this name."""
        return self.folder / f".{name}.{os.getpid()}.{self._bench.random_bytes(4).hex()}.releasing"

    def place(self, hidden: Path, name: str, release: Release, head: str) -> ReleasedPicture:
        """Give a recorded file its name, and look whether it is that file. Raises OutputError and ReleaseError."""
        path = self.folder / name
        try:
            put_in_place(hidden, path)
        except FileExistsError:
            raise OutputError(
                "output.exists",
                f"{path} appeared while it was released",
                expected="a free name: a released file is never overwritten",
                hint="call again: another name is taken",
            ) from None
        content = plain_bytes(path)
        if content is None or file_digest(content) != release.file_digest:
            path.unlink(missing_ok=True)
            what = f"{name} was changed by another program while it was released, and was removed"
            raise ReleaseError("release.refused", what, expected=release.file_digest, got="other bytes")
        return row_of(name, content, release, head)

    def settle(self, hidden: Path) -> None:
        """Name a hidden file where the trail has its release and the approval stands; else remove it.

        It is not left, whatever happens. Raises StoreError and OutputError.
        """
        found = _HIDDEN.fullmatch(hidden.name)
        content = plain_bytes(hidden)
        try:
            release = None if content is None or found is None else release_of(self._bench, content, found["name"])
            if release is not None and still_approved(self._bench, release):
                with suppress(FileExistsError):
                    put_in_place(hidden, self.folder / release.file_name)
        finally:
            hidden.unlink(missing_ok=True)

    def add(self, row: ReleasedPicture) -> None:
        """A row of the manifest, in place of that of an earlier file of the same name."""
        self._changed |= self._rows.get(row.file) != row
        self._rows[row.file] = row

    def close(self) -> None:
        """Write the manifest where there is anything new in it. Raises OutputError and StoreError."""
        if self._changed:
            write_manifest(self.folder, self._rows.values())
            self._changed = False

    def _free_names(self) -> Names:
        try:
            there = {path.name for path in self.folder.iterdir()} if self.folder.is_dir() else set[str]()
        except OSError as error:
            raise write_error(error, self.folder) from error
        return Names(there, [(row.file, row.sku) for row in self._rows.values() if row.file in there])

    def _unlisted(self) -> list[Path]:
        there = self.folder.iterdir() if self.folder.is_dir() else ()
        pictures = (path for path in there if path.suffix.lower() in ENDINGS and not path.name.startswith("."))
        return sorted(path for path in pictures if path.name not in self._rows)


def _is_there(path: Path) -> bool:
    """A link that leads nowhere is there too."""
    return path.exists() or path.is_symlink()

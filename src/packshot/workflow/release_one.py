"""One picture goes out, or is held back: the gate, then the file, then the gate with the file, then its name."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packshot.errors import PackshotError, ReleaseError
from packshot.metadata import write_atomically
from packshot.result import Release
from packshot.review import may_go_out
from packshot.workflow.recorded_file import file_digest, row_of
from packshot.workflow.release import may_release, record_release, rehearse_release
from packshot.workflow.release_choice import Chosen
from packshot.workflow.release_file import SUFFIX, FilePlan, make_file
from packshot.workflow.release_folder import ReleaseFolder
from packshot.workflow.release_request import HeldBack, ReleasedPicture, ReleaseRequest
from packshot.workflow.workbench import Workbench

OF_ONE: Final = frozenset({"release.refused", "record.review", "record.unfinished", "output.metadata", "output.exists"})
"""Errors that hold one picture back, and those of reading the file again. Others, a bad certificate, end the call."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A picture that lies in the folder; `was_there` before this call."""

    row: ReleasedPicture
    was_there: bool


Become = Placed | HeldBack


@dataclass(frozen=True, slots=True)
class Sender:
    """Does the same with one picture after the other. May raise what ends the whole call."""

    bench: Workbench
    request: ReleaseRequest
    plan: FilePlan

    def rehearse(self, each: Chosen, folder: ReleaseFolder) -> Become:
        """All but the record and the folder: the file is made, and the gate asked about it."""
        return self._become(each, folder, rehearsal=True)

    def send(self, each: Chosen, folder: ReleaseFolder) -> Become:
        """Make, record, name. Whatever happens, no file is left that the trail does not have."""
        return self._become(each, folder, rehearsal=False)

    def _become(self, each: Chosen, folder: ReleaseFolder, *, rehearsal: bool) -> Become:
        sku = each.sku
        try:
            permission = may_release(self.bench, each.reference, self.request.channel)
            releases = self._releases(each.run_id)
            if not permission.allowed:
                reasons = (*permission.reasons, *_still_there(folder, releases))
                return HeldBack(each.run_id, reasons, approved=permission.approval is not None)
            if (there := folder.already(releases)) is not None:
                folder.add(there)
                return Placed(there, was_there=True)
            if sku is None:
                return HeldBack(each.run_id, (f"{each.unclear}: give it a SKU",), approved=True)
            stem = folder.names.free(sku)
            name = f"{stem}{SUFFIX[self.plan.format]}"
            row = self._rehearsed(each, sku, name) if rehearsal else self._sent(each, sku, name, folder)
        except PackshotError as error:
            if error.code not in OF_ONE and not error.code.startswith("source."):
                raise
            return HeldBack(each.run_id, (error.message,), approved=self._is_approved(each.run_id))
        folder.names.take(stem, sku)
        return Placed(row, was_there=False)

    def _rehearsed(self, each: Chosen, sku: str, name: str) -> ReleasedPicture:
        bench, request = self.bench, self.request
        content, edit = make_file(bench, bench.store.run(each.run_id), self.plan, sku=sku, name=name)
        with tempfile.TemporaryDirectory() as elsewhere:
            file = Path(elsewhere) / name
            file.write_bytes(content)
            release = rehearse_release(bench, each.reference, request.channel, request.by, file, edit)
        return row_of(name, content, release, None)

    def _sent(self, each: Chosen, sku: str, name: str, folder: ReleaseFolder) -> ReleasedPicture:
        bench, request = self.bench, self.request
        content, edit = make_file(bench, bench.store.run(each.run_id), self.plan, sku=sku, name=name)
        hidden = folder.hidden(name)
        try:
            write_atomically(hidden, content, keep_existing=True)
            done = record_release(bench, each.reference, request.channel, request.by, hidden, edit, name=name)
            if done.release.file_digest != file_digest(content):
                hidden.unlink(missing_ok=True)  # it was recorded, and is not what was made here
                what = f"{name} was changed by another program while it was released"
                raise ReleaseError("release.refused", what, expected=file_digest(content), got=done.release.file_digest)
            row = folder.place(hidden, name, done.release, done.head)
        except BaseException:
            folder.settle(hidden)
            raise
        folder.add(row)
        return row

    def _releases(self, run_id: str) -> list[Release]:
        entries = self.bench.store.entries(run_id)
        return [each for each in entries if isinstance(each, Release) and each.channel == self.request.channel]

    def _is_approved(self, run_id: str) -> bool:
        result = self.bench.store.run(run_id).result
        entries = self.bench.store.entries(run_id)
        return result is not None and may_go_out(entries, result.picture_digest, self.request.channel).allowed


def _still_there(folder: ReleaseFolder, releases: Sequence[Release]) -> tuple[str, ...]:
    """What went out while it was approved may have to be taken down."""
    with suppress(ReleaseError):
        if (row := folder.already(releases)) is not None:
            return (f"its file {row.file} is still in the folder, released on {row.released_at:%Y-%m-%d}",)
    return ()

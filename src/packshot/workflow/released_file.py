"""A file that was released, given again: exactly those bytes, and only while they are approved."""

from __future__ import annotations

from pathlib import Path

from packshot.errors import RecordError, ReleaseError
from packshot.result import Release
from packshot.workflow.recorded_file import file_digest, still_approved
from packshot.workflow.workbench import Workbench


def released_file(bench: Workbench, run: str, release_id: str, folder: Path) -> tuple[Release, bytes]:
    """The file of a release that stands in the audit trail, out of the folder that it was released into.

    Raises RecordError where there is no such release or its file is not there, ReleaseError where the file is another
    one by now, or its approval was taken back.
    """
    found = bench.store.run(run)
    release = next(
        (each for each in bench.store.entries(found.id) if isinstance(each, Release) and each.id == release_id), None
    )
    if release is None:
        raise RecordError("record.not_found", "no such release of this run", got=release_id[:40])
    try:
        content = (folder / release.file_name).read_bytes()
    except OSError as error:
        raise RecordError(
            "record.not_found", f"{release.file_name} is not there any more", got=type(error).__name__
        ) from error
    if file_digest(content) != release.file_digest:
        raise _refused(f"{release.file_name} is not the file that was released", release.file_digest)
    if not still_approved(bench, release):
        raise _refused(f"the approval of {release.file_name} was taken back", release.approval)
    return release, content


def _refused(message: str, expected: str) -> ReleaseError:
    return ReleaseError("release.refused", message, expected=expected, hint="release the picture again")

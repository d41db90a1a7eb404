"""Which release of the audit trail a file is: by its bytes and its name, whatever it says of itself."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

from packshot.errors import PackshotError, RecordError
from packshot.metadata import FILE_MAX_BYTES, released_in
from packshot.result import Release, entry_text
from packshot.review import may_go_out
from packshot.workflow.release_request import ReleasedPicture
from packshot.workflow.workbench import Workbench


def plain_bytes(path: Path) -> bytes | None:
    """The content of a plain file; None of what is none: a link is not followed, a folder or a pipe not read."""
    try:
        status = path.lstat()
        readable = stat.S_ISREG(status.st_mode) and status.st_size <= FILE_MAX_BYTES
        return path.read_bytes() if readable else None
    except OSError:
        return None


def file_digest(content: bytes) -> str:
    """SHA-256 (hex), as a release has it."""
    return hashlib.sha256(content).hexdigest()


def release_of(bench: Workbench, content: bytes, name: str) -> Release | None:
    """The newest release of exactly this file under this name. The file may be hostile. Raises StoreError."""
    try:
        fields = released_in(content, Path(name)).fields
        entries = bench.store.entries(fields.run_id) if fields is not None and fields.run_id else []
    except PackshotError as error:
        if isinstance(error, RecordError) or error.code.startswith("source."):
            return None
        raise
    wanted = (name, file_digest(content))
    fitting = [each for each in entries if isinstance(each, Release) and (each.file_name, each.file_digest) == wanted]
    return fitting[-1] if fitting else None


def still_approved(bench: Workbench, release: Release) -> bool:
    """Whether nobody took back the approval since."""
    entries = bench.store.entries(release.run_id)
    return may_go_out(entries, release.picture_digest, release.channel).approval is not None


def head_after(bench: Workbench, release: Release) -> str | None:
    """The trail's newest digest when the release was added: that of its own row."""
    text = entry_text(release)
    return next((link.digest for link in bench.store.links() if link.entry == text), None)


def row_of(name: str, content: bytes, release: Release, head: str | None) -> ReleasedPicture:
    """A file as the manifest lists it: what is in it, read back, and what the trail says. Raises SourceError."""
    seen = released_in(content, Path(name))
    return ReleasedPicture(
        file=name,
        sku="" if seen.fields is None else seen.fields.sku,
        run=release.run_id,
        channel=release.channel,
        format=seen.format,
        width=seen.width,
        height=seen.height,
        bytes=len(content),
        picture_digest=release.picture_digest,
        file_digest=release.file_digest,
        source_type=seen.source_type or "",
        edit=release.edit,
        signed=seen.c2pa,
        by=release.by,
        approval=release.approval,
        released_at=release.created_at,
        head=head,
    )

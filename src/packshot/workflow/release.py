"""Whether a picture may be released, and the record that it was. Files are made elsewhere; the gate is asked here."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from packshot.errors import RecordError, ReleaseError, SourceError
from packshot.resolve import open_source
from packshot.result import Check, EditKind, Entry, Pixels, Release, Run, new_ulid
from packshot.review import Permission, may_go_out
from packshot.workflow.against import objections, stands_against
from packshot.workflow.check import check_file
from packshot.workflow.lookup import find_run
from packshot.workflow.review import digest_shown
from packshot.workflow.same_pixels import require_same_pixels
from packshot.workflow.workbench import Workbench


@dataclass(frozen=True, slots=True)
class Released:
    """A release as it was recorded. `head` is the trail's newest digest then, for a manifest outside the workspace."""

    release: Release
    head: str


def may_release(bench: Workbench, reference: str, channel: str) -> Permission:
    """Whether the run's picture may go out to a channel, before there is a file.

    Raises RecordError (record.unfinished, record.review where `reference` is a file with other pixels, …) and
    ChannelError.
    """
    run = find_run(bench, reference)
    digest = digest_shown(bench, run, reference)
    against = stands_against(bench, run, channel)
    return may_go_out(bench.store.entries(run.id), digest, channel, against.checks, against.blocked)


def record_release(
    bench: Workbench, reference: str, channel: str, by: str, file: Path, edit: EditKind, *, name: str | None = None
) -> Released:
    """Record that a finished file goes out, where the gate lets it; `name` is the name that it goes by.

    The file has to show the approved pixels: a PNG exactly, a JPEG or WebP as near as those come, in the same size.
    The channel's rules are asked of it as it is. The gate is asked while nobody else can write, so a rejection that
    came in between is heard. Raises ReleaseError (release.refused); RecordError, ChannelError and SourceError.
    """
    run = find_run(bench, reference)
    digest = digest_shown(bench, run, reference)
    content, checks = _judged(bench, file, channel, bench.store.pictures.get(digest))
    blocked = objections(bench, run, channel)

    def decide(entries: Sequence[Entry]) -> list[Entry]:
        permission = may_go_out(entries, digest, channel, checks, blocked)
        if permission.approval is None or not permission.allowed:
            raise ReleaseError(
                "release.refused",
                f"run {run.id} may not be released for {channel}: {'; '.join(permission.reasons)}",
                expected="an approval for exactly these pixels and this channel, and no rule broken",
                got="; ".join(permission.reasons),
                hint="`packshot reviews` shows what was decided",
            )
        return [_release(bench, run, digest, channel, by, permission.approval.id, name or file.name, content, edit)]

    link = bench.store.append(run.id, decide)[-1]
    return Released(Release.model_validate_json(link.entry), link.digest)


def _judged(bench: Workbench, file: Path, channel: str, master: Pixels) -> tuple[bytes, tuple[Check, ...]]:
    """The file's bytes, and the channel's rules on them. All is asked of one copy that nobody else can change."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise SourceError("source.missing", f"{file} cannot be read: {error.strerror}", got=str(file)) from error
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / file.name
        copy.write_bytes(content)
        checked = check_file(bench, copy, channel)
        require_same_pixels(open_source(copy), master, lossy=checked.file_format != "PNG")
    return content, checked.checks


def _release(
    bench: Workbench,
    run: Run,
    digest: str,
    channel: str,
    by: str,
    approval: str,
    name: str,
    content: bytes,
    edit: EditKind,
) -> Release:
    now = bench.now()
    try:
        return Release(
            id=new_ulid(now, bench.random_bytes),
            run_id=run.id,
            picture_digest=digest,
            channel=channel,
            by=by,
            approval=approval,
            file_name=name,
            file_digest=hashlib.sha256(content).hexdigest(),
            edit=edit,
            created_at=now,
        )
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise RecordError(
            "record.review",
            f"not a release: {'.'.join(str(part) for part in first['loc'])}: {first['msg']}",
            expected="a name of 1 to 100 characters, and a file's name of letters, digits, dot, dash and underline",
            got=repr(first["input"])[:100],
        ) from error

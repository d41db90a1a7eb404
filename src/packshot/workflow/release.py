"""Whether a picture may be released, and the record that it was. Files are made elsewhere; the gate is asked here."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from packshot.channels import find_channel
from packshot.errors import RecordError, ReleaseError, SourceError
from packshot.metadata import released_in, source_type_of
from packshot.resolve import open_source
from packshot.result import Check, EditKind, Entry, Pixels, Release, Run, edit_of, new_ulid
from packshot.result.review import Name
from packshot.review import Blocked, Permission, may_go_out
from packshot.workflow.against import objections, stands_against
from packshot.workflow.check import check_file
from packshot.workflow.edit import labels_behind
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

    What nobody approved is not measured. Raises RecordError (record.unfinished, record.review where `reference` is a
    file with other pixels, …) and ChannelError.
    """
    find_channel(channel, bench.channels)
    run = find_run(bench, reference)
    digest = digest_shown(bench, run, reference)
    entries = bench.store.entries(run.id)
    approved = may_go_out(entries, digest, channel)
    if not approved.allowed:
        return approved
    against = stands_against(bench, run, channel)
    return may_go_out(entries, digest, channel, against.checks, against.blocked)


def rehearse_release(
    bench: Workbench, reference: str, channel: str, by: str, file: Path, edit: EditKind, *, name: str | None = None
) -> Release:
    """What `record_release` would record now. Records nothing, and raises as that does."""
    judged = _judged(bench, reference, channel, file, edit)
    return _decided(bench, judged, bench.store.entries(judged.run.id), by, name or file.name, edit)


def record_release(
    bench: Workbench, reference: str, channel: str, by: str, file: Path, edit: EditKind, *, name: str | None = None
) -> Released:
    """Record that a finished file goes out, where the gate lets it; `name` is the name that it goes by.

    The file has to show the approved pixels: a PNG exactly, a JPEG or WebP as near as those come, in the same size. It
    has to carry the label of its kind of edit. The channel's rules are asked of it as it is. The gate is asked while
    nobody else can write, so a rejection that came in between is heard. Raises ReleaseError (release.refused);
    RecordError, ChannelError and SourceError.
    """
    judged = _judged(bench, reference, channel, file, edit)

    def decide(entries: Sequence[Entry]) -> list[Entry]:
        return [_decided(bench, judged, entries, by, name or file.name, edit)]

    link = bench.store.append(judged.run.id, decide)[-1]
    return Released(Release.model_validate_json(link.entry), link.digest)


def check_person(by: str) -> None:
    """Raise RecordError (record.review) now on a name that no release could have."""
    try:
        TypeAdapter[str](Name).validate_python(by)
    except ValidationError as error:
        raise _invalid("by", error) from error


@dataclass(frozen=True, slots=True)
class _Judged:
    """What was found out about a file: all of it from one copy that nobody else can change."""

    run: Run
    digest: str
    channel: str
    content: bytes
    checks: tuple[Check, ...]
    blocked: tuple[Blocked, ...]


def _judged(bench: Workbench, reference: str, channel: str, file: Path, edit: EditKind) -> _Judged:
    run = find_run(bench, reference)
    digest = digest_shown(bench, run, reference)
    try:
        content = file.read_bytes()
    except OSError as error:
        raise SourceError("source.missing", f"{file} cannot be read: {error.strerror}", got=str(file)) from error
    checks = _checks(bench, content, file.name, channel, bench.store.pictures.get(digest))
    _require_label(bench, run, content, file, edit)
    return _Judged(run, digest, channel, content, checks, objections(bench, run, channel))


def _checks(bench: Workbench, content: bytes, name: str, channel: str, master: Pixels) -> tuple[Check, ...]:
    """The channel's rules on the file. Raises ReleaseError where it shows other pixels than the master's (H, W, 3)."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / name
        copy.write_bytes(content)
        checked = check_file(bench, copy, channel)
        require_same_pixels(open_source(copy), master, lossy=checked.file_format != "PNG")
    return checked.checks


def _require_label(bench: Workbench, run: Run, content: bytes, file: Path, edit: EditKind) -> None:
    """A released file says what it is: by its kind of edit, and never less than its source."""
    made = edit_of(run)
    expected, got = source_type_of(made, labels_behind(bench, run).ai), released_in(content, file).source_type
    if edit is not made or got != expected:
        raise ReleaseError(
            "release.refused",
            f"{file.name} does not say how its picture was made",
            expected=f"{made}: {expected}",
            got=f"{edit}, labelled {got}" if got else f"{edit}, no label",
            hint="`packshot release` makes files with their label",
        )


def _decided(
    bench: Workbench, judged: _Judged, entries: Sequence[Entry], by: str, name: str, edit: EditKind
) -> Release:
    """The entry, where the gate lets the file out. Raises ReleaseError and RecordError."""
    permission = may_go_out(entries, judged.digest, judged.channel, judged.checks, judged.blocked)
    if permission.approval is None or not permission.allowed:
        raise ReleaseError(
            "release.refused",
            f"run {judged.run.id} may not be released for {judged.channel}: {'; '.join(permission.reasons)}",
            expected="an approval for exactly these pixels and this channel, and no rule broken",
            got="; ".join(permission.reasons),
            hint="`packshot reviews` shows what was decided",
        )
    now = bench.now()
    try:
        return Release(
            id=new_ulid(now, bench.random_bytes),
            run_id=judged.run.id,
            picture_digest=judged.digest,
            channel=judged.channel,
            by=by,
            approval=permission.approval.id,
            file_name=name,
            file_digest=hashlib.sha256(judged.content).hexdigest(),
            edit=edit,
            created_at=now,
        )
    except ValidationError as error:
        raise _invalid(".".join(str(part) for part in error.errors()[0]["loc"]), error) from error


def _invalid(where: str, error: ValidationError) -> RecordError:
    first = error.errors(include_url=False)[0]
    return RecordError(
        "record.review",
        f"not a release: {where}: {first['msg']}",
        expected="a name of 1 to 100 characters, and a file's name of letters, digits, dot, dash and underline",
        got=repr(first["input"])[:100],
    )

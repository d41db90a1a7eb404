"""Makes a released file's bytes anew from the approved pixels. Nothing here goes into a folder: the gate comes first.

The only module outside `packshot.metadata` that encodes and signs such files; a test reads the imports.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import packshot
from packshot.channels import Channel, allowed_formats, most_bytes
from packshot.errors import ReleaseError, StoreError, UsageError
from packshot.metadata import (
    Claim,
    FileForm,
    ParentPhoto,
    ReleasedFields,
    TeamKey,
    a1111_text,
    encode_png,
    prompt_hash,
    within_bytes,
)
from packshot.metadata.released import encode_released
from packshot.metadata.signing import sign
from packshot.result import EditKind, Run, edit_of
from packshot.workflow.edit import labels_behind
from packshot.workflow.export import picture_of
from packshot.workflow.release_request import FormatName, ReleaseRequest
from packshot.workflow.workbench import Workbench

PROGRAM: Final = "Packshot"
PHOTO: Final = "source photo"
"""What the parent ingredient is called: a file's own name may name a person, a customer or a place."""

FORMS: Final[dict[FormatName, FileForm]] = {
    "JPEG": FileForm("JPEG"),
    "PNG": FileForm("PNG"),
    "WEBP": FileForm("WEBP", lossless=True),
}
"""In the order in which a channel's formats are tried. A lossy WebP may leave white anywhere."""

SUFFIX: Final[dict[FormatName, str]] = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}


@dataclass(frozen=True, slots=True)
class FilePlan:
    """What is the same for all files of a release."""

    channel: Channel
    format: FormatName
    most_bytes: int | None
    include_prompt: bool
    include_a1111: bool
    team: TeamKey | None


def plan_files(bench: Workbench, request: ReleaseRequest, channel: Channel) -> FilePlan:
    """Settled before any picture is looked at. Raises ReleaseError and UsageError."""
    today = bench.now().date()
    taken = allowed_formats(channel, today)
    chosen = request.file_format or next((name for name in FORMS if taken is None or name in taken), None)
    if chosen is None or (taken is not None and chosen not in taken):
        raise ReleaseError(
            "release.refused",
            f"{channel.name} does not take {chosen or 'any format that Packshot writes'}",
            expected=" or ".join(taken or FORMS),
            got=chosen or ", ".join(FORMS),
        )
    return FilePlan(
        channel=channel,
        format=chosen,
        most_bytes=most_bytes(channel, today),
        include_prompt=request.include_prompt,
        include_a1111=request.include_a1111,
        team=_team(bench, request),
    )


def make_file(bench: Workbench, run: Run, plan: FilePlan, *, sku: str, name: str) -> tuple[bytes, EditKind]:
    """The file's bytes, and the kind of edit that they tell.

    Raises ReleaseError where it is too large or its source photo is not at hand, OutputError (output.metadata,
    output.signing), RecordError and StoreError.
    """
    record, pixels = picture_of(bench, run)
    edit, prompt = edit_of(run), run.resolved.intent.prompt
    fields = ReleasedFields(
        edit=edit,
        sku=sku,
        channel=plan.channel.name,
        picture_digest=record.picture_digest,
        creator_tool=f"{PROGRAM} {packshot.__version__}",
        run_id=run.id,
        spec_hash=run.spec_hash,
        prompt_hash=prompt_hash(prompt) if prompt else None,
        prompt=prompt if plan.include_prompt and prompt else None,
        source=labels_behind(bench, run),
    )
    a1111 = a1111_text(record) if plan.include_a1111 else None
    team = plan.team
    claim = None
    if team is not None:
        parent = _parent(bench, run)
        claim = Claim(name, PROGRAM, packshot.__version__, edit, fields.source_type, parent)

    def encode(form: FileForm) -> bytes:
        content = encode_released(pixels, fields, form, a1111=a1111)
        return content if claim is None or team is None else sign(content, claim, team)

    content, _form = within_bytes(encode, FORMS[plan.format], plan.most_bytes)
    return content, edit


def _parent(bench: Workbench, run: Run) -> ParentPhoto | None:
    """The source photo as it came, where that was kept; else its pixels."""
    pin = run.resolved.intent.source
    if pin is None:
        return None
    try:
        file = bench.store.source_file(pin.digest)
    except StoreError as error:
        raise _no_photo(run, error.message) from error
    if file is not None:
        return ParentPhoto(PHOTO, file)
    if not bench.store.pictures.is_intact(pin.digest):
        raise _no_photo(run, f"the picture with digest {pin.digest} is missing or was changed")
    return ParentPhoto(PHOTO, encode_png(bench.store.pictures.get(pin.digest)))


def _no_photo(run: Run, why: str) -> ReleaseError:
    return ReleaseError(
        "release.refused",
        f"the source photo of run {run.id} is not at hand, and a signed file has to name it: {why}",
        expected="the photo, as it came",
        got=why,
        hint="`packshot verify` says more",
    )


def _team(bench: Workbench, request: ReleaseRequest) -> TeamKey | None:
    if not request.sign:
        return None
    certificate = request.certificate or bench.settings.certificate
    key = request.key or bench.settings.certificate_key
    if certificate is None and key is None:
        return None
    if certificate is None or key is None:
        raise UsageError(
            "settings.invalid",
            "files are signed with a certificate and its key, and one of both is missing",
            expected="both: --certificate and --key, or `certificate` and `certificate_key` in the settings",
            got="the certificate alone" if key is None else "the key alone",
        )
    return TeamKey(certificate, key)

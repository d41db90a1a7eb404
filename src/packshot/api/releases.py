"""`/v1/packshot/releases`: approved pictures as files for a place to sell, through the one gate that there is.

Files go into a folder of the server's, one for each channel; a client names no folder. They are read back by the
release's id, and only as they were released and while they are approved.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Response
from fastapi import Path as PathParameter
from pydantic import BaseModel, ConfigDict, Field

from packshot.api.documented import ERRORS
from packshot.api.names import who_signs
from packshot.api.people import Reader, Releaser
from packshot.api.runs import RunId
from packshot.api.serving import Now, Serving
from packshot.channels import find_channel
from packshot.workflow import FormatName, ReleasedPicture, ReleaseRequest, release_pictures, released_file
from packshot.workflow.workbench import Workbench

FOLDER: Final = "released"
RUNS_MAX: Final = 500
MEDIA: Final = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}
FORMATS: Final[dict[str, FormatName]] = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP"}

RELEASE: Final[dict[str, Any]] = {"channel": "shopify", "experiment": "autumn", "dry_run": True}
"""An example for the schema."""

RunReference = Annotated[str, Field(pattern="^[0-9A-Za-z]{4,26}$")]

router = APIRouter(prefix="/v1/packshot", tags=["releases"])


class ReleaseAsked(BaseModel):
    """Exactly one of `runs`, `experiment` and `all_approved` says which pictures. `skus` gives runs their SKU."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [RELEASE]})

    channel: Annotated[str, Field(max_length=100)]
    runs: Annotated[list[RunReference], Field(max_length=RUNS_MAX)] = Field(default_factory=list)
    experiment: Annotated[str | None, Field(max_length=100)] = None
    all_approved: bool = False
    skus: dict[RunReference, Annotated[str, Field(max_length=100)]] = Field(default_factory=dict)
    format: Literal["png", "jpeg", "webp"] | None = None
    include_prompt: bool = False
    dry_run: bool = False
    by: Annotated[str | None, Field(max_length=100, description="Only where no token says who it is.")] = None


class Held(BaseModel):
    """A picture that does not go out, and why."""

    run: str
    reasons: list[str]
    approved: bool


class ReleaseTold(BaseModel):
    """What went out, what was out already, and what was held back. `complete` is false where that is approved."""

    channel: str
    complete: bool
    released: list[ReleasedPicture]
    already: list[ReleasedPicture]
    held_back: list[Held]
    notes: list[str]


@router.post("/releases", response_model=ReleaseTold, responses=ERRORS)
def release(asked: ReleaseAsked, serving: Now, who: Releaser) -> ReleaseTold:
    """Release what is approved for a channel, in the name of the token. Of runs that are named, all or none."""
    bench = serving.service.bench
    request = ReleaseRequest(
        channel=asked.channel,
        out=_folder(bench, asked.channel),
        by=who_signs(who, asked.by),
        runs=tuple(bench.store.run(run).id for run in asked.runs),
        experiment=asked.experiment,
        all_approved=asked.all_approved,
        skus={bench.store.run(run).id: sku for run, sku in asked.skus.items()},
        file_format=None if asked.format is None else FORMATS[asked.format],
        include_prompt=asked.include_prompt,
        dry_run=asked.dry_run,
    )
    done = release_pictures(bench, request)
    held = [Held(run=each.run, reasons=list(each.reasons), approved=each.approved) for each in done.held_back]
    return ReleaseTold(
        channel=done.channel,
        complete=done.complete,
        released=list(done.released),
        already=list(done.already),
        held_back=held,
        notes=list(done.notes),
    )


@router.get(
    "/runs/{run}/releases/{release}/file",
    response_class=Response,
    responses={**ERRORS, 200: {"content": {media: {} for media in dict.fromkeys(MEDIA.values())}}},
)
def file(
    run: RunId,
    release: Annotated[str, PathParameter(pattern="^[0-9A-Z]{26}$", description="The release's id.")],
    serving: Now,
    _who: Reader,
) -> Response:
    """Read a released file: exactly as it was released, and while its approval holds."""
    found, content = _find(serving, run, release)
    media = MEDIA.get(Path(found).suffix.lower(), "application/octet-stream")
    return Response(content, media_type=media, headers={"Content-Disposition": f'attachment; filename="{found}"'})


def _find(serving: Serving, run: str, release_id: str) -> tuple[str, bytes]:
    bench = serving.service.bench
    entries = [each for each in bench.store.entries(bench.store.run(run).id) if each.id == release_id]
    channel = entries[0].channel if entries else None
    folder = bench.settings.output / FOLDER if channel is None else _folder(bench, channel)
    found, content = released_file(bench, run, release_id, folder)
    return found.file_name, content


def _folder(bench: Workbench, channel: str) -> Path:
    """The channel's own, by the name that its file has: nothing that a client made up. Raises ChannelError."""
    return bench.settings.output / FOLDER / find_channel(channel, bench.channels).name

"""The answer of the images API: the pictures, with their runs and seeds beside them."""

from __future__ import annotations

import base64
from typing import Any, Final

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from packshot.api.errors import of_failure
from packshot.api.serving import Serving
from packshot.errors import EngineError, RecordError
from packshot.metadata import FileForm
from packshot.result import Run
from packshot.service import PictureView, View
from packshot.workflow import draft_file

ENDINGS: Final = {"PNG": "png", "JPEG": "jpeg", "WEBP": "webp"}


class PictureData(BaseModel):
    """One picture: itself in base64, or its address."""

    b64_json: str | None = None
    url: str | None = None


class PictureOrigin(BaseModel):
    """Where a picture comes from. `already` where it was made before; `notes` are what a person should know."""

    run: str
    seed: int
    digest: str
    size: str
    already: bool
    notes: list[str]


class Making(BaseModel):
    """Packshot's own part of the answer."""

    job: str
    pictures: list[PictureOrigin]


class ImagesAnswer(BaseModel):
    """As OpenAI answers; `packshot` is ours."""

    created: int = Field(description="Seconds since 1970.")
    data: list[PictureData]
    background: str = "opaque"
    output_format: str
    size: str
    packshot: Making


async def images_answer(
    serving: Serving, request: Request, view: View, form: FileForm, *, as_url: bool
) -> dict[str, Any]:
    """The pictures of a job that is over. Raises EngineError where one of them could not be made."""
    runs = await run_in_threadpool(_runs, serving, view)
    for run in runs:
        serving.metrics.made(run)
    data = [await _data(serving, request, run, form, as_url=as_url) for run in runs]
    already = [picture.already for picture in view.pictures]
    origins = [_origin(run, known) for run, known in zip(runs, already, strict=True)]
    answer = ImagesAnswer(
        created=int((view.job.finished_at or view.job.created_at).timestamp()),
        data=data,
        output_format=ENDINGS[form.format],
        size=origins[0].size,
        packshot=Making(job=view.job.id, pictures=origins),
    )
    return answer.model_dump(exclude_none=True)


def _runs(serving: Serving, view: View) -> list[Run]:
    _check_made(view)
    runs = [serving.service.bench.store.run(picture.run_id or "") for picture in view.pictures]
    for run in runs:
        if run.failure is not None:
            raise of_failure(run.failure)
    return runs


def _check_made(view: View) -> None:
    failures = [view.job.failure, *(picture.failure for picture in view.pictures)]
    failure = next((each for each in failures if each is not None), None)
    if failure is not None:
        raise of_failure(failure)
    if not view.pictures or any(not _is_made(picture) for picture in view.pictures):
        raise EngineError("interrupted", f"job {view.job.id} was stopped", hint="ask again")


def _is_made(picture: PictureView) -> bool:
    return picture.state == "done" and picture.run_id is not None


def _origin(run: Run, already: bool) -> PictureOrigin:
    if run.result is None:
        raise RecordError("record.unfinished", f"run {run.id} has no picture", got=str(run.state))
    return PictureOrigin(
        run=run.id,
        seed=run.resolved.intent.seed,
        digest=run.result.picture_digest,
        size=f"{run.result.width}x{run.result.height}",
        already=already,
        notes=list(run.resolved.origin.notes),
    )


async def _data(serving: Serving, request: Request, run: Run, form: FileForm, *, as_url: bool) -> PictureData:
    if as_url:
        path = serving.links.address(run.id, ENDINGS[form.format], form.quality, serving.clock())
        return PictureData(url=str(request.base_url).rstrip("/") + path)
    content = await run_in_threadpool(draft_file, serving.service.bench, run.id, form)
    return PictureData(b64_json=base64.b64encode(content).decode("ascii"))

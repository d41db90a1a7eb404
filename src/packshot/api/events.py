"""`GET /v1/packshot/jobs/{id}/events`: server-sent events: steps, previews, and the end.

Every event tells how things stand, so that who comes late, or again, misses nothing but old previews.
"""

from __future__ import annotations

import asyncio
import base64
import io
from collections.abc import AsyncIterator
from typing import Final

import numpy as np
from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from PIL import Image
from sse_starlette import EventSourceResponse, ServerSentEvent

from packshot.api.documented import ERRORS
from packshot.api.job_states import told_picture, told_view
from packshot.api.jobs import JobId
from packshot.api.people import Reader
from packshot.api.serving import Now, Serving
from packshot.result import Pixels
from packshot.service import PictureView, View

EVERY_S: Final = 0.1
ELSEWHERE_S: Final = 0.5
PING_S: Final = 15
STREAM: Final = "text/event-stream"

router = APIRouter(prefix="/v1/packshot/jobs", tags=["jobs"])


@router.get(
    "/{job}/events",
    response_class=EventSourceResponse,
    responses={**ERRORS, 200: {"description": "job, picture, preview and end events.", "content": {STREAM: {}}}},
)
async def events(job: JobId, request: Request, serving: Now, _who: Reader) -> EventSourceResponse:
    """Follow a job until it is over.

    `job` and `end` hold what `GET /v1/packshot/jobs/{id}` gives, `picture` one of its pictures, `preview`
    `{"number", "png"}`: a small picture in base64 of what it is becoming.
    """
    view = await run_in_threadpool(serving.service.look, job)
    return EventSourceResponse(_events(serving, request, view), ping=PING_S)


async def _events(serving: Serving, request: Request, view: View) -> AsyncIterator[ServerSentEvent]:
    told = ""
    pictures: dict[int, str] = {}
    previews: dict[int, int] = {}
    while view.job.is_open and not serving.draining.is_set():
        now = told_view(view).model_dump_json(exclude={"pictures", "left_s"})
        if now != told:
            told = now
            yield ServerSentEvent(event="job", data=told_view(view).model_dump_json())
        for picture in view.pictures:
            for event in _of_picture(picture, pictures, previews):
                yield event
        if await request.is_disconnected():
            return
        await asyncio.sleep(EVERY_S if serving.service.is_here(view.job.id) else ELSEWHERE_S)
        view = await run_in_threadpool(serving.service.look, view.job.id)
    yield ServerSentEvent(event="end", data=told_view(view).model_dump_json())


def _of_picture(picture: PictureView, told: dict[int, str], previews: dict[int, int]) -> list[ServerSentEvent]:
    """What is new about a picture."""
    found: list[ServerSentEvent] = []
    now = told_picture(picture).model_dump_json()
    if told.get(picture.number) != now:
        told[picture.number] = now
        found.append(ServerSentEvent(event="picture", data=now))
    if picture.preview is not None and previews.get(picture.number) != picture.step:
        previews[picture.number] = picture.step
        data = f'{{"number": {picture.number}, "png": "{_small(picture.preview)}"}}'
        found.append(ServerSentEvent(event="preview", data=data))
    return found


def _small(preview: Pixels) -> str:
    """(h, w, 3), an eighth of the picture a side, as PNG in base64."""
    file = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(preview)).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode("ascii")

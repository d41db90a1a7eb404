"""`POST /v1/images/edits`: a photo changed by words, or with a mask, its product kept and the rest made anew."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool

from packshot.api.answers import ImagesAnswer, images_answer
from packshot.api.asked import EditAsked
from packshot.api.documented import ERRORS
from packshot.api.forms import EditForm, form_schema, read_edit_form
from packshot.api.model_names import check_model
from packshot.api.once import Key, once_of
from packshot.api.people import Creator
from packshot.api.serving import Now, Serving
from packshot.api.waiting import until_over
from packshot.result import Job, Once
from packshot.spec import Lock, Mode, Spec
from packshot.workflow import keep_edit_mask, keep_upload

router = APIRouter(tags=["images"])


@router.post(
    "/v1/images/edits",
    response_model=ImagesAnswer,
    response_model_exclude_none=True,
    responses=ERRORS,
    openapi_extra=form_schema(EditAsked),
)
async def edit(request: Request, serving: Now, who: Creator, key: Key = None) -> dict[str, Any]:
    """Change a photo by words, and wait for the pictures. With a mask, what it covers stays as it is, to the pixel."""
    form = await read_edit_form(request)
    asked = EditAsked.of_form(form.fields)
    written = asked.form
    files = {
        name: hashlib.sha256(data).hexdigest() for name, data in (("image", form.image), ("mask", form.mask or b""))
    }
    once = once_of(who, key, "edits", {"fields": asked.said(), "files": files})
    job = await run_in_threadpool(_start, serving, asked, form, who.name, once)
    return await images_answer(serving, request, await until_over(serving, job.id), written, as_url=asked.as_url)


def _start(serving: Serving, asked: EditAsked, form: EditForm, person: str | None, once: Once | None) -> Job:
    check_model(serving, asked.model)
    return serving.service.make(_specs(serving, asked, form), person=person, once=once)


def _specs(serving: Serving, asked: EditAsked, form: EditForm) -> Sequence[Spec]:
    """The photo and the mask are kept first: a spec names them by their digests."""
    bench = serving.service.bench
    asked.specs()
    photo = keep_upload(bench, form.image, "image")
    if form.mask is None:
        return asked.specs(mode=Mode.IMAGE_TO_IMAGE, source=photo.digest)
    mask = keep_edit_mask(bench, photo, form.mask, "mask")
    return asked.specs(mode=Mode.LOCK, source=photo.digest, lock=Lock(mask=mask.digest, accept_doubt=True))

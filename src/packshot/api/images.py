"""`POST /v1/images/generations`: pictures from words."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool

from packshot.api.answers import ImagesAnswer, images_answer
from packshot.api.asked import GenerationAsked
from packshot.api.documented import ERRORS
from packshot.api.model_names import check_model
from packshot.api.once import Key, once_of
from packshot.api.people import Creator
from packshot.api.serving import Now
from packshot.api.waiting import until_over

router = APIRouter(tags=["images"])


@router.post("/v1/images/generations", response_model=ImagesAnswer, response_model_exclude_none=True, responses=ERRORS)
async def generate(
    asked: GenerationAsked, request: Request, serving: Now, who: Creator, key: Key = None
) -> dict[str, Any]:
    """Make pictures from words, and wait for them."""
    form = asked.form
    once = once_of(who, key, "generations", asked.said())
    await run_in_threadpool(check_model, serving, asked.model)
    job = await run_in_threadpool(serving.service.make, asked.specs(), person=who.name, once=once)
    return await images_answer(serving, request, await until_over(serving, job.id), form, as_url=asked.as_url)

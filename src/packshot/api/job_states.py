"""A job as it is told by HTTP: how far it is, and how far each of its pictures."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from packshot.result import Failure, Job, JobKind, JobState, Priority, Verdict
from packshot.service import PictureView, View


class Wrong(BaseModel):
    """Why something has no picture: one of Packshot's dotted codes, and words."""

    code: str
    message: str
    hint: str | None = None


class PictureProgress(BaseModel):
    """One picture of a job: its number from 1, and denoiser call `step` of `steps`."""

    number: int
    state: str = Field(examples=["denoising"])
    step: int
    steps: int
    run: str | None
    already: bool
    notes: list[str]
    failure: Wrong | None


class JobTold(BaseModel):
    """A job. `ahead` pictures of others, or jobs while it waits, come first; `left_s` is None until it was measured.

    `deaths` is how often the process that was at it died; from the second on it is tried with nothing else at work.
    """

    id: str
    kind: JobKind
    state: JobState
    title: str
    priority: Priority
    person: str | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    runs: list[str | None]
    experiment: str | None
    failure: Wrong | None
    deaths: int = 0
    ahead: int = 0
    left_s: float | None = None
    cells_done: int | None = None
    cells: int | None = None
    pictures: list[PictureProgress] = Field(default_factory=list)
    verdict: Verdict | None = None


class JobList(BaseModel):
    """Jobs, newest first."""

    data: list[JobTold]


def told_job(job: Job) -> JobTold:
    """What the database says of it."""
    return JobTold(
        id=job.id,
        kind=job.kind,
        state=job.state,
        title=job.title,
        priority=job.priority,
        person=job.person,
        created_at=job.created_at,
        started_at=job.started_at,
        finished_at=job.finished_at,
        runs=list(job.run_ids),
        experiment=job.experiment,
        failure=told_failure(job.failure),
        deaths=job.deaths,
    )


def told_view(view: View) -> JobTold:
    """The same with how far it is."""
    progress = view.progress
    more = {
        "ahead": view.ahead,
        "left_s": view.left_s,
        "cells_done": None if progress is None else progress.done,
        "cells": None if progress is None else progress.total,
        "pictures": [told_picture(picture) for picture in view.pictures],
        "verdict": view.verdict,
    }
    return told_job(view.job).model_copy(update=more)


def told_picture(picture: PictureView) -> PictureProgress:
    """One of its pictures."""
    return PictureProgress(
        number=picture.number,
        state=picture.state,
        step=picture.step,
        steps=picture.steps,
        run=picture.run_id,
        already=picture.already,
        notes=list(picture.notes),
        failure=told_failure(picture.failure),
    )


def told_failure(failure: Failure | None) -> Wrong | None:
    """Without the trace, which speaks of this machine."""
    return None if failure is None else Wrong(code=failure.code, message=failure.message, hint=failure.hint)

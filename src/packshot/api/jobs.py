"""`/v1/packshot/jobs`: pictures without waiting for them, what is being done, and stopping it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.concurrency import run_in_threadpool

from packshot.api.asked import GenerationAsked
from packshot.api.documented import ERRORS
from packshot.api.job_states import JobList, JobTold, told_job, told_view
from packshot.api.model_names import check_model
from packshot.api.once import Key, once_of
from packshot.api.people import Creator, Person, Reader
from packshot.api.serving import Now
from packshot.errors import RequestError
from packshot.result import Job, Priority, Role

JobId = Annotated[str, Path(pattern="^[0-9A-Za-z]{26}$", description="A job's id.")]

router = APIRouter(prefix="/v1/packshot/jobs", tags=["jobs"])


@router.post("", status_code=202, response_model=JobTold, responses=ERRORS)
def start(
    asked: GenerationAsked,
    serving: Now,
    who: Creator,
    key: Key = None,
    priority: Annotated[
        Priority,
        Query(description="`batch`: nobody waits for it, and for a minute others come first."),
    ] = Priority.INTERACTIVE,
) -> JobTold:
    """Make pictures from words without waiting; the body is that of `/v1/images/generations`."""
    once = once_of(who, key, "jobs", asked.said())
    check_model(serving, asked.model)
    return told_job(serving.service.make(asked.specs(), person=who.name, once=once, priority=priority))


@router.get("", response_model=JobList, responses=ERRORS)
def jobs(
    serving: Now,
    _who: Reader,
    open_only: Annotated[bool, Query(alias="open", description="Only those that wait or run.")] = False,
    limit: Annotated[int, Query(ge=1, le=500)] = 20,
) -> JobList:
    """List jobs, newest first."""
    return JobList(data=[told_job(job) for job in serving.service.jobs(open_only=open_only, limit=limit)])


@router.get("/{job}", response_model=JobTold, responses=ERRORS)
def job_state(job: JobId, serving: Now, _who: Reader) -> JobTold:
    """How far a job is. Never waits."""
    return told_view(serving.service.look(job))


@router.post("/{job}/cancel", status_code=202, response_model=JobTold, responses=ERRORS)
async def cancel(job: JobId, serving: Now, who: Creator) -> JobTold:
    """Stop a job, whichever process is at it; what is finished stays. Somebody else's needs the role admin."""
    found = (await run_in_threadpool(serving.service.look, job)).job
    _check_own(found, who)
    await run_in_threadpool(serving.service.stop, found.id)
    return told_view(await run_in_threadpool(serving.service.look, job))


@router.post("/{job}/resume", status_code=202, response_model=JobTold, responses=ERRORS)
def resume(job: JobId, serving: Now, who: Creator) -> JobTold:
    """Go on with a stopped or failed job: what is done stays done. Somebody else's needs the role admin."""
    _check_own(serving.service.look(job).job, who)
    return told_job(serving.service.go_on(job))


def _check_own(job: Job, who: Person) -> None:
    if job.person == who.name or who.may(Role.ADMIN):
        return
    raise RequestError("access.role", "this job is somebody else's", expected="a token with the role admin")

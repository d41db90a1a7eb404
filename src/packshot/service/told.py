"""How far a job is, as seen from this process: live where it is at it, else as the database knows it."""

from __future__ import annotations

from typing import Final

from packshot.errors import RecordError
from packshot.result import Job, JobKind, JobState, Run, RunState, Verdict
from packshot.service.at_work import Worker
from packshot.service.requests import PicturesAsked
from packshot.service.view import PictureState, PictureView, View
from packshot.service.work import made_before
from packshot.workflow import Progress, Workbench

STATES: Final[dict[RunState, PictureState]] = {
    RunState.SUCCEEDED: "done",
    RunState.FAILED: "failed",
    RunState.CANCELLED: "stopped",
    RunState.RUNNING: "denoising",
    RunState.QUEUED: "waiting",
}


def told(bench: Workbench, job: Job, worker: Worker | None, owner: str) -> View:
    """The job's view; `worker` was last at it here, in the name of `owner`. Raises RecordError where a run is gone."""
    verdict = _verdict(bench, job)
    if worker is not None and _is_live(job, worker, owner):
        seen = worker.live.seen(worker.caller.ahead)
        return View(job, verdict=verdict, **seen | {"pictures": seen["pictures"] or _stored(bench, job)})
    return View(
        job,
        ahead=bench.store.jobs_ahead(job.id) if job.state is JobState.QUEUED else 0,
        pictures=_stored(bench, job),
        progress=_progress(bench, job),
        verdict=verdict,
    )


def _is_live(job: Job, worker: Worker, owner: str) -> bool:
    """Whether what the worker saw is how the job stands: another process may have gone on with it since."""
    if job.state is JobState.RUNNING:
        return job.owner == owner and worker.thread.is_alive()
    return not job.is_open and worker.live.over_at == job.finished_at


def _stored(bench: Workbench, job: Job) -> tuple[PictureView, ...]:
    """The pictures as the database knows them."""
    run_ids = job.run_ids
    if job.kind is JobKind.PICTURES and not run_ids:
        run_ids = (None,) * len(PicturesAsked.read(job.request).specs)
    return tuple(_picture(bench, job, number, run_id) for number, run_id in enumerate(run_ids, 1))


def _picture(bench: Workbench, job: Job, number: int, run_id: str | None) -> PictureView:
    if run_id is None:
        return PictureView(number, "waiting" if job.is_open else "stopped")
    run = bench.store.run(run_id)
    return PictureView(
        number,
        _state(run, job),
        steps=run.resolved.intent.steps_taken,
        run_id=run.id,
        failure=run.failure,
        notes=run.resolved.origin.notes,
        already=made_before(run, job),
    )


def _state(run: Run, job: Job) -> PictureState:
    """A run that nobody is at any more is not being made."""
    state = STATES[run.state]
    if state == "denoising" and job.state is not JobState.RUNNING:
        return "waiting" if job.is_open else "stopped"
    return state


def _progress(bench: Workbench, job: Job) -> Progress | None:
    """Where an experiment that another process is at stands: how many of its cells are done."""
    if job.kind is not JobKind.EXPERIMENT or job.experiment is None or job.state is not JobState.RUNNING:
        return None
    try:
        states = bench.store.summary(job.experiment).states
    except RecordError:  # it has only just begun
        return None
    over = states.get(RunState.SUCCEEDED, 0) + states.get(RunState.FAILED, 0)
    return Progress(cell=job.experiment, state="elsewhere", done=over, total=sum(states.values()))


def _verdict(bench: Workbench, job: Job) -> Verdict | None:
    """What a replay measured, once it is over."""
    if job.kind is not JobKind.REPLAY or not job.run_ids or job.run_ids[0] is None:
        return None
    return bench.store.run(job.run_ids[0]).verdict

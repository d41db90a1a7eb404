"""`packshot queue`: what waits and runs in a workspace, whoever asked for it; and a process that works at it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from packshot.cli.app import Flags, app, settings_of, workbench
from packshot.cli.output import print_failure, print_json, say, table
from packshot.cli.parameters import AsJson
from packshot.cli.progress import queue_progress
from packshot.errors import Interrupted

if TYPE_CHECKING:
    from packshot.result import Job
    from packshot.service import Service, View

LOOK_EVERY_S: Final = 0.2

group = typer.Typer(
    no_args_is_help=True,
    help="The queue of a workspace, which the studio, the API and this command share.",
)
app.add_typer(group, name="queue")

JobId = Annotated[str, typer.Argument(help="A job's id, as `packshot queue list` shows it.")]


@group.command(
    "list",
    epilog="""Examples:\n
    packshot queue list\n
    packshot queue list --all --json""",
)
def list_jobs(
    context: typer.Context,
    all_: Annotated[bool, typer.Option("--all", help="Also what is over.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Jobs at most.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show what waits and what is being made, newest first."""
    with _asking(context) as service:
        jobs = service.jobs(open_only=not all_, limit=limit)
    if as_json:
        print_json("jobs", [_as_json(job) for job in jobs])
        return
    if not jobs:
        say("The queue is empty." if not all_ else "There never was a job.")
        return
    rows = [
        [job.id, str(job.kind), _state(job), f"{job.created_at:%Y-%m-%d %H:%M}", job.person or "", job.title[:60]]
        for job in jobs
    ]
    table(["job", "kind", "state", "asked (UTC)", "by", "what"], rows)


@group.command("follow", epilog="Example:  packshot queue follow 01KDS3V6V9GQ0M2M4J7ZB3WJ4C")
def follow_job(context: typer.Context, job: JobId, as_json: AsJson = False) -> None:
    """Wait for a job, and show how far it is. Ctrl-C ends the looking; the job goes on."""
    from packshot.service import follow

    with _asking(context) as service, queue_progress(service, as_json) as on_view:
        try:
            view = follow(service, job, on_view)
        except KeyboardInterrupt:
            raise Interrupted(f"no longer followed; job {job} goes on") from None
    finish_job(view, as_json)


@group.command("stop", epilog="Example:  packshot queue stop 01KDS3V6V9GQ0M2M4J7ZB3WJ4C")
def stop(context: typer.Context, job: JobId, as_json: AsJson = False) -> None:
    """Stop a job, whichever process is at it, within a second or one step of the model. What is finished stays."""
    with _asking(context) as service:
        service.stop(job)
        found = service.look(job).job
    if as_json:
        print_json("job", _as_json(found))
    else:
        say(f"{found.title}: {_state(found)}")


@group.command("resume", epilog="Example:  packshot queue resume 01KDS3V6V9GQ0M2M4J7ZB3WJ4C")
def resume(context: typer.Context, job: JobId, as_json: AsJson = False) -> None:
    """Put a stopped or failed job back into the queue. What is done stays done."""
    with _asking(context) as service:
        found = service.go_on(job)
    if as_json:
        print_json("job", _as_json(found))
    else:
        say(f"{found.title}: {_state(found)}")


@group.command(
    epilog="""Examples:\n
    packshot queue work\n
    packshot queue work --until-empty\n
    packshot --database postgresql+psycopg://packshot@db/packshot --pictures s3://shop/packshot queue work --slots 8"""
)
def work(
    context: typer.Context,
    slots: Annotated[
        int | None,
        typer.Option(
            help="Pictures that share a denoiser call: with a number, bits do not depend on what else waits.",
            show_default="as many as are fastest for what waits",
        ),
    ] = None,
    until_empty: Annotated[bool, typer.Option("--until-empty", help="End once nothing waits or runs.")] = False,
    drain: Annotated[
        float, typer.Option(min=0, max=3600, help="Seconds that running work is waited for on SIGTERM.")
    ] = 20.0,
) -> None:
    """Work at the queue, on this machine, until Ctrl-C: what runs then goes back into the queue."""
    from packshot import wiring
    from packshot.resolve import check_slots

    if slots is not None:
        check_slots(slots)
    flags = context.find_object(Flags) or Flags()
    ended, over = threading.Event(), SimpleQueue[str]()
    with wiring.open_service(
        settings_of(context), engine=flags.engine, slots=slots, warm_first=True, on_ended=over.put
    ) as service:
        settings = service.bench.settings
        say(f"Working at the queue of {settings.database_shown or settings.workspace}   (Ctrl-C stops it)")
        before = signal.signal(signal.SIGTERM, lambda _number, _frame: ended.set())
        service.warm_up()
        try:
            while not ended.is_set() and not (until_empty and over.empty() and service.count_open() == 0):
                _tell_ended(service, over)
        except KeyboardInterrupt:
            raise Interrupted("stopped; what was not finished is back in the queue") from None
        finally:
            signal.signal(signal.SIGTERM, before)
        if ended.is_set():
            service.drain()
            service.wait_for_work(drain)
        while not over.empty():
            _tell_ended(service, over)


def _tell_ended(service: Service, over: SimpleQueue[str]) -> None:
    """A line for a job that ended here, if one does within a moment."""
    with suppress(Empty):
        job = service.look(over.get(timeout=LOOK_EVERY_S)).job
        failure = "" if job.failure is None else f": {job.failure.message}"
        say(f"{job.id}  {_state(job):<11} {job.title[:80]}{failure}")


def finish_job(view: View, as_json: bool) -> None:
    """Say what came of a job; exit 1 where it failed."""
    job = view.job
    if as_json:
        print_json("job", _as_json(job) | {"pictures": [each.run_id for each in view.pictures]})
    else:
        say(f"{job.title}: {_state(job)}")
        for picture in view.pictures:
            say(f"{'run':<10} {picture.run_id or '-'}  {picture.state}")
    failures = [each for each in (job.failure, *(picture.failure for picture in view.pictures)) if each is not None]
    if failures:
        print_failure(failures[0], as_json=as_json)
        raise typer.Exit(1)


@contextmanager
def _asking(context: typer.Context) -> Iterator[Service]:
    from packshot import wiring

    with workbench(context, create=False) as bench, wiring.asking(bench) as service:
        yield service


def _state(job: Job) -> str:
    if job.is_open and job.stopping:
        return "stopping"
    state = {"queued": "waits", "running": "runs"}.get(job.state, str(job.state))
    return f"{state} alone" if job.is_open and job.is_suspect else state


def _as_json(job: Job) -> dict[str, Any]:
    """Without what was asked for: a prompt may be nobody else's business."""
    return job.model_dump(mode="json", exclude={"request"})

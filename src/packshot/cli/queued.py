"""What `--on queue` does: the work goes into the workspace's queue, and is waited for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from packshot.cli.app import workbench
from packshot.cli.output import print_json, say
from packshot.cli.progress import queue_progress

if TYPE_CHECKING:
    from packshot.experiment import Plan
    from packshot.result import Job
    from packshot.service import HandedOn
    from packshot.spec import Spec
    from packshot.workflow import Place, Workbench


def generate_queued(
    context: typer.Context, spec: Spec, *, fresh: bool, out: Path | None, wait: bool, as_json: bool
) -> None:
    """One picture by the queue; its file is written here. Ctrl-C stops the job too."""
    from packshot import wiring
    from packshot.cli.generate import finish
    from packshot.cli.queue import finish_job
    from packshot.service import follow_own
    from packshot.workflow import make_picture

    with workbench(context) as bench, wiring.asking(bench) as service:
        job = service.make([spec], fresh=fresh)
        if not wait:
            say_job(job, as_json)
            return
        with queue_progress(service, as_json) as on_view:
            view = follow_own(service, job.id, on_view)
        made_now = all(picture.state == "done" for picture in view.pictures) and view.job.failure is None
        if not made_now:
            finish_job(view, as_json)
            return
        made = make_picture(bench, spec, out=out)
        finish(bench, replace(made, already=view.pictures[0].already), as_json)


def say_job(job: Job, as_json: bool) -> None:
    """Its ticket, and what to do with it."""
    if as_json:
        print_json("job", job.model_dump(mode="json", exclude={"request"}))
    else:
        say(f"job {job.id} is in the queue:  packshot queue follow {job.id}")


@contextmanager
def queued_experiment(
    bench: Workbench,
    place: Place,
    plan: Plan,
    asked: Mapping[str, Any],
    retry: Sequence[str],
    *,
    replay: bool,
    language: str,
) -> Iterator[HandedOn | None]:
    """Who hands an experiment to the queue; None where the place is another. `asked` is what `run_experiment` takes."""
    from packshot import wiring
    from packshot.service import ExperimentAsked, HandedOn

    if place.kind != "queue":
        yield None
        return
    same = {name: asked[name] for name in ("model", "source", "slots", "memory", "fresh", "strict")}
    with wiring.asking(bench) as service:
        whole = ExperimentAsked(plan, replay=replay, language=language, retry=tuple(retry), **same)
        yield HandedOn(service, whole)

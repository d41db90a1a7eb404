"""`packshot experiment …`: plans."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from packshot.cli import experiment_views as views
from packshot.cli.app import app, settings_of, work_at, workbench
from packshot.cli.output import print_json, print_note, say
from packshot.cli.parameters import AsJson, Lang, Memory, Strict, read_state
from packshot.cli.progress import experiment_progress
from packshot.cli.queued import queued_experiment, say_job
from packshot.errors import UsageError

if TYPE_CHECKING:
    from packshot.experiment import Plan
    from packshot.result import ExperimentSummary
    from packshot.workflow import Workbench

group = typer.Typer(help="Run plans: a baseline and what changes against it.", no_args_is_help=True)
app.add_typer(group, name="experiment")

PlanName = Annotated[
    str, typer.Argument(help="A built-in plan (lab, steps, guidance, schedulers, strength, full), or a YAML file.")
]
Model = Annotated[str | None, typer.Option(help="Another model for all cells but those of arms over models.")]
Source = Annotated[str | None, typer.Option(help="Another source picture for the image-to-image cells.")]
Seeds = Annotated[
    int | None,
    typer.Option(
        help="How many seeds: every arm with each of them, counted up from the baseline's.", show_default="the plan's"
    ),
]
Slots = Annotated[
    int | None,
    typer.Option(
        help="Pictures that share a denoiser call: 1, 2, 4, 8, 16 or 32.",
        show_default="as few as hold what is to do, at most $PACKSHOT_SLOTS or 8",
    ),
]
Fresh = Annotated[bool, typer.Option("--fresh", help="Make everything again.")]
Retried = Annotated[
    list[str] | None,
    typer.Option(
        "--retry",
        help="A failure by name, such as picture.blank, to try again, or all; may be given several times.",
        show_default="all but those that would fail alike: picture.*, job.deadly",
    ),
]


On = Annotated[
    str,
    typer.Option(
        "--on",
        help="Where pictures are made: here, queue (by whoever works at the workspace's queue), ray or ray://HOST:PORT"
        " (an engine per GPU), slurm (jobs) or slurm:local.",
    ),
]
Slurm = Annotated[
    list[str] | None,
    typer.Option(
        "--slurm",
        metavar="KEY=VALUE",
        help="Of the jobs: jobs=8, partition=gpu, timeout_min=60, gpus_per_node=1 …; may be given several times.",
    ),
]


@group.command(
    epilog="""Examples:\n
    packshot experiment run lab\n
    packshot experiment run full --seeds 3\n
    packshot experiment run lab --source my-shoe.jpg\n
    packshot experiment run my-plan.yaml --model sd15 --retry picture.blank\n
    packshot experiment run full --seeds 20 --on queue --no-wait\n
    packshot experiment run full --seeds 20 --on ray\n
    packshot experiment run full --seeds 20 --on slurm --slurm jobs=8 --slurm partition=gpu"""
)
def run(
    context: typer.Context,
    plan: PlanName,
    model: Model = None,
    source: Source = None,
    seeds: Seeds = None,
    slots: Slots = None,
    memory: Memory = None,
    fresh: Fresh = False,
    retry: Retried = None,
    strict: Strict = False,
    replay: Annotated[
        bool, typer.Option("--replay", help="Make one picture of every arm again, and note how close it comes.")
    ] = False,
    on: On = "here",
    slurm: Slurm = None,
    wait: Annotated[
        bool, typer.Option("--wait/--no-wait", help="With --on queue: wait for it, or tell its job and nothing else.")
    ] = True,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be made, and make nothing.")] = False,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Run a plan, or what is missing of it, and write its grids and report."""
    from packshot.workflow import read_place, read_retry, run_experiment

    place = read_place(on)
    if not wait and place.kind != "queue":
        raise UsageError("settings.invalid", "--no-wait is for the queue", expected="--on queue", got=f"--on {on}")
    with workbench(context) as bench:
        found = _plan(bench, plan, seeds)
        asked: dict[str, Any] = {
            "model": model,
            "source": source,
            "slots": slots,
            "memory": memory,
            "fresh": fresh,
            "strict": strict,
            "retry": read_retry(retry or []),
        }
        if dry_run:
            _show_forecast(bench, found, asked, as_json=as_json)
            return
        with queued_experiment(bench, place, found, asked, retry or [], replay=replay, language=lang) as queue:
            if queue is not None and not wait:
                say_job(queue.put(), as_json)
                return
            with experiment_progress(as_json) as on_progress, work_at(context, place, slurm or [], bench) as at:
                if at.note and not as_json:
                    print_note(at.note)
                done = run_experiment(
                    at.bench,
                    found,
                    elsewhere=queue or at.elsewhere,
                    on_notes=lambda notes: None if as_json else views.print_notes(notes),
                    language=lang,
                    replay=replay and queue is None,
                    on_replaying=lambda made: None if as_json else views.print_replaying(made),
                    on_progress=on_progress,
                    **asked,
                )
        if as_json:
            print_json("experiment-run", views.done_json(done))
        else:
            views.print_done(done)
            _print_untranslated(done.report.untranslated)
        if done.failed:
            raise typer.Exit(1)


@group.command(
    name="plan",
    epilog="""Examples:\n
    packshot experiment plan full\n
    packshot experiment plan my-plan.yaml --seeds 5 --json""",
)
def plan_(
    context: typer.Context,
    plan: PlanName,
    model: Model = None,
    source: Source = None,
    seeds: Seeds = None,
    slots: Slots = None,
    memory: Memory = None,
    fresh: Fresh = False,
    retry: Retried = None,
    strict: Strict = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Cells to show.")] = 20,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="As without: a plan is shown, and nothing made.")] = True,
    as_json: AsJson = False,
) -> None:
    """Show what a plan would make, what of it is there already, and what the rest takes and costs."""
    from packshot.workflow import read_retry

    with workbench(context) as bench:
        asked: dict[str, Any] = {
            "model": model,
            "source": source,
            "slots": slots,
            "memory": memory,
            "fresh": fresh,
            "strict": strict,
            "retry": read_retry(retry or []),
            "shown": limit,
        }
        _show_forecast(bench, _plan(bench, plan, seeds), asked, as_json=as_json)


def _plan(bench: Workbench, name: str, seeds: int | None) -> Plan:
    from packshot.experiment import find_plan, replicated

    found = find_plan(name, bench.plans)
    return found if seeds is None else replicated(found, seeds)


def _show_forecast(bench: Workbench, plan: Plan, asked: dict[str, Any], *, as_json: bool) -> None:
    from packshot.workflow import forecast

    found = forecast(bench, plan, **asked)
    if as_json:
        print_json("experiment-plan", views.forecast_json(found))
        return
    views.print_notes(found.notes)
    views.print_forecast(found)


@group.command(name="list", epilog="Example:  packshot experiment list --json")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List built-in plans with their questions, and experiments of this workspace."""
    from packshot import wiring
    from packshot.experiment import find_plan

    folder = wiring.data_folder() / "plans"
    plans = [find_plan(path.stem, folder) for path in sorted(folder.glob("*.yaml"))]
    experiments: list[ExperimentSummary] = []
    if settings_of(context).workspace.is_dir():
        with workbench(context) as bench:
            experiments = bench.store.summaries()
    if as_json:
        print_json("experiments", views.lists_json(plans, experiments))
    else:
        views.print_lists(plans, experiments)


@group.command(
    epilog="""Examples:\n
    packshot experiment show lab\n
    packshot experiment show full --state failed --limit 20 --offset 40"""
)
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The experiment's name.")],
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Cells of a page.")] = 100,
    offset: Annotated[int, typer.Option(min=0, help="Cells to leave out before.")] = 0,
    state: Annotated[
        str | None, typer.Option(help="Only cells whose run is succeeded, failed, running, queued or cancelled.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show an experiment's cells and their runs, page by page."""
    with workbench(context, create=False) as bench:
        only = read_state(state)
        summary = bench.store.summary(name)
        cells = bench.store.cells(name, limit=limit, offset=offset, state=only)
        total = summary.cells if only is None else summary.states.get(only, 0)
        if as_json:
            data = {
                "name": name,
                "plan": bench.store.plan(name),
                "total": total,
                "offset": offset,
                "states": summary.states,
                "cells": [
                    cell.model_dump(mode="json")
                    | {
                        "state": str(ran.state) if ran else None,
                        "failure": ran.failure.model_dump(mode="json") if ran and ran.failure else None,
                    }
                    for cell, ran in cells
                ],
            }
            print_json("experiment", data)
            return
        views.print_cells(summary, cells, offset, total)


def _print_untranslated(sentences: Sequence[str]) -> None:
    """Says how much of a report stayed in English."""
    if sentences:
        print_note(f"{len(sentences)} sentences of the report stayed in English, first: {sentences[0]}")


@app.command(
    epilog="""Examples:\n
    packshot report lab --out reports/lab\n
    packshot report lab --lang fr"""
)
def report(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The experiment's name.")],
    out: Annotated[Path | None, typer.Option(help="The folder.", show_default="outputs/<experiment>")] = None,
    lang: Lang = "en",
    pictures: Annotated[
        int | None, typer.Option(min=1, help="Pictures on the page, at most.", show_default="200")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write an experiment's pictures, grids and report again, from the store alone."""
    from packshot.workflow import report as write

    with workbench(context, create=False) as bench:
        files = write(bench, name, out, language=lang, pictures=pictures)
        if as_json:
            data = {"html": str(files.html), "markdown": str(files.markdown), "untranslated": list(files.untranslated)}
            print_json("report", data)
        else:
            say(f"report: {files.html}")
            say(f"        {files.markdown}")
            _print_untranslated(files.untranslated)

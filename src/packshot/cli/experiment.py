"""`packshot experiment …`: plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from packshot.cli.app import app, settings_of, workbench
from packshot.cli.output import print_json, print_note, say, table
from packshot.cli.parameters import AsJson, Lang, Memory, Strict
from packshot.cli.progress import experiment_progress

if TYPE_CHECKING:
    from packshot.result import Experiment

group = typer.Typer(help="Run plans: a baseline and what changes against it.", no_args_is_help=True)
app.add_typer(group, name="experiment")


@group.command(
    epilog="""Examples:\n
    packshot experiment run lab\n
    packshot experiment run lab --source my-shoe.jpg\n
    packshot experiment run my-plan.yaml --model sd15"""
)
def run(
    context: typer.Context,
    plan: Annotated[str, typer.Argument(help="A built-in plan (lab), or a YAML file.")],
    model: Annotated[str | None, typer.Option(help="Another model for all cells.")] = None,
    source: Annotated[str | None, typer.Option(help="Another source picture for the image-to-image cells.")] = None,
    slots: Annotated[
        int | None,
        typer.Option(
            help="Pictures that share a denoiser call: 1, 2, 4, 8, 16 or 32.",
            show_default="as few as hold what is to do, at most $PACKSHOT_SLOTS or 8",
        ),
    ] = None,
    memory: Memory = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Make everything again.")] = False,
    strict: Strict = False,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Run a plan, or what is missing of it, and write its grids and report."""
    from packshot.experiment import find_plan
    from packshot.workflow import run_experiment

    with workbench(context) as bench:
        found = find_plan(plan, bench.plans)
        with experiment_progress(as_json) as on_progress:
            done = run_experiment(
                bench,
                found,
                model=model,
                source=source,
                slots=slots,
                memory=memory,
                fresh=fresh,
                strict=strict,
                language=lang,
                on_notes=lambda notes: None if as_json else _print_notes(notes),
                on_progress=on_progress,
            )
        if as_json:
            data = {
                "name": done.name,
                "folder": str(done.folder),
                "report": str(done.report.html),
                "made": done.made,
                "notes": [{"note": note, "cells": list(cells)} for note, cells in done.notes.items()],
                "cells": {
                    name: {
                        "run": run.id,
                        "state": str(run.state),
                        "picture": str(done.pictures[name]) if name in done.pictures else None,
                        "digest": run.result.picture_digest if run.result else None,
                        "failure": run.failure.model_dump(mode="json") if run.failure else None,
                    }
                    for name, run in done.runs.items()
                },
            }
            print_json("experiment-run", data)
        else:
            say(f"{len(done.pictures)} pictures in {done.folder} ({done.made} made now)")
            for name, failed in done.failed.items():
                say(f"failed: {name}: {failed.failure.message if failed.failure else failed.state}")
            say(f"report: {done.report.html}")
            _print_untranslated(done.report.untranslated)
        if done.failed:
            raise typer.Exit(1)


def _print_notes(notes: Mapping[str, tuple[str, ...]]) -> None:
    """Each note once, before the work begins, with the cells that it speaks of."""
    for note, cells in notes.items():
        where = ", ".join(cells) if len(cells) <= 3 else f"{len(cells)} cells from {cells[0]}"
        print_note(f"{note} ({where})")


@group.command(name="list", epilog="Example:  packshot experiment list --json")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List built-in plans, and experiments of this workspace."""
    from packshot import wiring
    from packshot.experiment import find_plan

    folder = wiring.data_folder() / "plans"
    plans = [find_plan(path.stem, folder) for path in sorted(folder.glob("*.yaml"))]
    experiments: list[Experiment] = []
    if settings_of(context).workspace.is_dir():
        with workbench(context) as bench:
            experiments = bench.store.experiments()
    if as_json:
        print_json(
            "experiments",
            {
                "plans": [{"name": plan.name, "title": plan.title, "question": plan.question} for plan in plans],
                "experiments": [
                    {
                        "name": entry.name,
                        "created_at": entry.created_at.isoformat(),
                        "cells": len(entry.cells),
                        "with_run": sum(cell.run_id is not None for cell in entry.cells),
                    }
                    for entry in experiments
                ],
            },
        )
        return
    say("Built-in plans")
    table(["name", "title"], [[plan.name, plan.title] for plan in plans])
    say("")
    say("Experiments here" if experiments else "No experiment here yet:  packshot experiment run lab")
    if experiments:
        table(
            ["name", "started", "cells", "with a run"],
            [
                [
                    entry.name,
                    f"{entry.created_at:%Y-%m-%d %H:%M}",
                    str(len(entry.cells)),
                    str(sum(cell.run_id is not None for cell in entry.cells)),
                ]
                for entry in experiments
            ],
        )


@group.command(epilog="Example:  packshot experiment show lab")
def show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The experiment's name.")],
    as_json: AsJson = False,
) -> None:
    """Show an experiment's cells and their runs."""
    with workbench(context, create=False) as bench:
        found = bench.store.experiment(name)
        runs = {cell.name: bench.store.run(cell.run_id) for cell in found.cells if cell.run_id}
        if as_json:
            cells = [
                cell.model_dump(mode="json") | {"state": str(runs[cell.name].state) if cell.name in runs else None}
                for cell in found.cells
            ]
            print_json("experiment", {"name": found.name, "plan": found.plan, "cells": cells})
            return
        rows = []
        for cell in found.cells:
            ran = runs.get(cell.name)
            took = f"{ran.result.timings.total_s:.1f} s" if ran and ran.result else ""
            change = ", ".join(f"{key} {value}" for key, value in cell.change.items()) or "—"
            rows.append([cell.name, cell.group, change, str(ran.state) if ran else "missing", took, cell.run_id or ""])
        table(["cell", "group", "changed", "state", "took", "run"], rows)


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

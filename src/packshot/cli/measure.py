"""`packshot measure`: evidence derived anew, where the measures or the scorer have changed."""

from __future__ import annotations

from typing import Annotated

import typer

from packshot.cli.app import app, workbench
from packshot.cli.output import print_json, say
from packshot.cli.parameters import AsJson


@app.command(epilog="Example:  packshot --scorer openai/clip-vit-large-patch14 measure lab")
def measure(
    context: typer.Context,
    experiment: Annotated[str, typer.Argument(help="An experiment of this workspace.")],
    as_json: AsJson = False,
) -> None:
    """Derive the evidence of an experiment's pictures again; no picture is made or changed."""
    from packshot.workflow import measure_again

    with workbench(context, create=False) as bench:
        runs = measure_again(bench, experiment)
        evidence = {run.id: bench.store.evidence(run.id) for run in runs}
    measured = sum(entry.value is not None for entries in evidence.values() for entry in entries)
    if as_json:
        data = {run: [entry.model_dump(mode="json") for entry in entries] for run, entries in evidence.items()}
        print_json("measurement", {"experiment": experiment, "evidence": data})
    else:
        total = sum(len(entries) for entries in evidence.values())
        say(f"{len(runs)} pictures measured; {measured} of {total} pieces of evidence have a value")

"""`packshot ratings …`: many people's ratings of an experiment: as tables, and how far they agree."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from packshot.cli.app import app, workbench
from packshot.cli.output import print_json, say, table
from packshot.cli.parameters import AsJson
from packshot.cli.rate import print_imported

group = typer.Typer(help="People's ratings of an experiment: tables, and agreement.", no_args_is_help=True)
app.add_typer(group, name="ratings")

ExperimentName = Annotated[str, typer.Argument(metavar="EXPERIMENT", help="The experiment's name.")]
BOOTSTRAP_SEED = 0
"""The same ratings give the same interval."""


@group.command(epilog="Example:  packshot ratings sheet lab --by Ada --out to-rate")
def sheet(
    context: typer.Context,
    name: ExperimentName,
    out: Annotated[Path, typer.Option(help="The folder for pictures and table.")],
    by: Annotated[str, typer.Option("--by", help="For whom; each has another order.", show_default="anyone")] = "",
    seed: Annotated[
        int | None, typer.Option(min=0, help="Of the order.", show_default="from experiment and name")
    ] = None,
    blind: Annotated[
        bool, typer.Option("--blind", help="Without settings, names and proposal, which a sheet always is.")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Write an experiment's pictures under neutral names, with a table to fill in."""
    from packshot.workflow import write_sheet

    with workbench(context, create=False) as bench:
        done = write_sheet(bench, name, out, by=by, seed=seed)
    if as_json:
        print_json("ratings-sheet", {"table": str(done.table), "pictures": done.pictures, "seed": done.seed})
        return
    say(f"{done.pictures} pictures in {done.folder}, in the order of seed {done.seed}")
    say(f"fill in {done.table}, then:  packshot ratings import {done.table} --by NAME")


@group.command(name="import", epilog="Example:  packshot ratings import to-rate/ratings.csv --by Ada")
def import_(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="CSV", help="A table that `ratings sheet` wrote, filled in.")],
    by: Annotated[str, typer.Option("--by", help="Who rated.")],
    as_json: AsJson = False,
) -> None:
    """Keep the blind ratings of a table: all of them, or none where one is wrong."""
    from packshot.workflow import import_sheet

    with workbench(context, create=False) as bench:
        print_imported(import_sheet(bench, path, by), None, as_json)


@group.command(epilog="Example:  packshot ratings export lab --out ratings.csv")
def export(
    context: typer.Context,
    name: ExperimentName,
    out: Annotated[Path, typer.Option(help="A .csv or .json file.")],
    as_json: AsJson = False,
) -> None:
    """Write one row per rater, picture and criterion, with the proposed score beside."""
    from packshot.workflow import export_ratings

    with workbench(context, create=False) as bench:
        rows = export_ratings(bench, name, out)
    if as_json:
        print_json("ratings-export", {"file": str(out), "rows": rows})
    else:
        say(f"{rows} rows in {out}")


@group.command(epilog="Example:  packshot ratings agreement lab --json")
def agreement(
    context: typer.Context,
    name: ExperimentName,
    blind: Annotated[bool, typer.Option("--blind", help="Count blind ratings only.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say how far raters agree with each other and with the proposal (weighted kappa)."""
    import numpy as np

    from packshot.evaluation.agreement import FEWEST_PICTURES
    from packshot.workflow import rating_agreement

    with workbench(context, create=False) as bench:
        found = rating_agreement(bench, name, np.random.default_rng(BOOTSTRAP_SEED), blind_only=blind)
    if as_json:
        print_json("agreement", [entry.model_dump(mode="json") for entry in found])
        return
    if not found:
        say(f"nobody has rated {name} yet:  packshot rate {name} --blind --by NAME")
        return
    for entry in found:
        if entry.criterion is None:
            say(f"over all criteria: {entry.sentence}")
    say("")
    rows = [
        [
            f"{entry.one} and {entry.other}",
            entry.criterion.value,
            str(entry.pictures),
            "" if entry.same is None else f"{100 * entry.same:.0f} %",
            "not enough" if entry.pictures < FEWEST_PICTURES else _number(entry.kappa),
            "" if entry.low is None or entry.high is None else f"{entry.low:.2f} to {entry.high:.2f}",
        ]
        for entry in found
        if entry.criterion is not None
    ]
    table(["raters", "criterion", "pictures", "the same", "weighted kappa", "95 %"], rows)


def _number(kappa: float | None) -> str:
    return "undefined" if kappa is None else f"{kappa:.2f}"

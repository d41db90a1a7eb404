"""`packshot catalogue`: a table of products, each from its photo to the review queue."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from packshot.cli.app import app, workbench
from packshot.cli.output import error_console, print_json, print_note, say, seconds
from packshot.cli.parameters import AsJson, read_size

if TYPE_CHECKING:
    from packshot.workflow import CatalogueDone, CatalogueProgress, OnRow


class Price(NamedTuple):
    """What an hour of this machine costs, None where nobody said."""

    per_hour: float | None
    currency: str


SHOWN_MAX = 20
"""Rows that are told one by one at the end; the table has all."""


@app.command(
    epilog="""Examples:\n
    packshot catalogue products.csv --channel amazon-main --channel google-merchant --by Ada\n
    packshot catalogue feed.csv --channel zalando --column sku=article --column photo=picture --by Ada\n
    packshot catalogue products.csv --channel etsy --background scene --prompt "on a blue background" --by Ada"""
)
def catalogue(
    context: typer.Context,
    products: Annotated[
        Path,
        typer.Argument(help="CSV, a product a line: columns sku and photo, and what else a row has of its own."),
    ],
    channel: Annotated[
        list[str], typer.Option(help="A place to sell (packshot channels list); may be given several times.")
    ],
    by: Annotated[str, typer.Option("--by", help="Who hands the pictures to review.")],
    name: Annotated[
        str | None, typer.Option(help="The catalogue's name; the same name goes on.", show_default="the file's")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The table of results.", show_default="outputs/<name>/catalogue.csv")
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(metavar="OURS=THEIRS", help="Which column of the file is meant, such as sku=id."),
    ] = None,
    background: Annotated[str, typer.Option(help="white, or scene where a row says nothing else.")] = "white",
    prompt: Annotated[str | None, typer.Option(help="The scene, where a row has none.", show_default="none")] = None,
    model: Annotated[str | None, typer.Option(help="What makes the scenes.", show_default="the embedded model")] = None,
    shadow: Annotated[
        str | None,
        typer.Option(help="natural or none.", show_default="none where a place wants exact white, else natural"),
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(help="WIDTHxHEIGHT of every picture.", show_default="as the photo and the places allow"),
    ] = None,
    enlarge_max: Annotated[
        float, typer.Option(min=1.0, max=2.0, help="How many times a product may be enlarged; 1: never.")
    ] = 1.0,
    slots: Annotated[int | None, typer.Option(min=1, help="Scenes made at once.", show_default="1")] = None,
    accept_doubt: Annotated[
        bool, typer.Option("--accept-doubt", help="Take masks that are doubtful: whoever reviews has to look at them.")
    ] = False,
    hand_in_all: Annotated[
        bool, typer.Option("--hand-in-all", help="Hand pictures that break rules to review, too.")
    ] = False,
    retry: Annotated[bool, typer.Option("--retry", help="Try again what failed by what it asked for.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Make everything again.")] = False,
    cost_per_hour: Annotated[
        float | None,
        typer.Option(
            min=0.0,
            help="What an hour of this machine costs, to tell the cost of a product.",
            show_default="price_per_hour of the settings",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make the pictures of a table of products: mask, white or scene, rules of the places, review queue.

    A row that fails stops no other (exit 1 at the end; 3 where pictures break rules); called again it goes on.
    """
    from packshot.workflow import CatalogueAsked, catalogue_name, read_table, run_catalogue, write_catalogue

    table = read_table(products, tuple(column or ()))
    width, height = read_size(size)
    given = {"background": background, "prompt": prompt, "model": model, "shadow": shadow}
    asked = CatalogueAsked(
        name=catalogue_name(name or products.stem),
        channels=tuple(dict.fromkeys(channel)),
        by=by,
        settings={key: value for key, value in given.items() if value is not None},
        width=width,
        height=height,
        enlarge_max=enlarge_max,
        accept_doubt=accept_doubt,
        hand_in_all=hand_in_all,
        slots=slots,
        retry=retry,
        fresh=fresh,
    )
    if table.ignored and not as_json:
        print_note(f"columns that nothing is made of: {', '.join(table.ignored)}")
    told: list[CatalogueProgress] = []
    with workbench(context) as bench:
        target = out or bench.settings.output / asked.name / "catalogue.csv"
        price = Price(
            bench.settings.price_per_hour if cost_per_hour is None else cost_per_hour, bench.settings.currency
        )
        try:
            with _progress(as_json, told) as on_row:
                done = run_catalogue(bench, table, asked, on_row=on_row)
        finally:
            write_catalogue(bench, asked.name, table, target)
    _show(done, told, target, price, as_json=as_json)
    _exit(done)


def _show(done: CatalogueDone, told: list[CatalogueProgress], target: Path, price: Price, *, as_json: bool) -> None:
    from packshot.errors import CODES

    cost = None if price.per_hour is None else done.cost_each(price.per_hour)
    if as_json:
        print_json(
            "catalogue",
            {
                "name": done.name,
                "table": str(target),
                "states": {str(state): count for state, count in done.states.items()},
                "failures": dict(done.failures),
                "made": done.made,
                "seconds": round(done.seconds, 3),
                "seconds_each": None if done.seconds_each is None else round(done.seconds_each, 4),
                "cost_each": cost,
                "currency": price.currency,
                "to_look_at": [_as_json(progress) for progress in told],
            },
        )
        return
    counts = ", ".join(f"{count} {state}" for state, count in done.states.items())
    say(f"{done.name}: {counts}")
    if done.seconds_each is not None:
        money = (
            ""
            if cost is None
            else f", {cost:.6f}{price.currency and f' {price.currency}'} each at {price.per_hour:g} an hour"
        )
        say(f"{done.made} made in {seconds(done.seconds)}: {done.seconds_each:.2f} s each{money}")
    for code, count in sorted(done.failures.items(), key=lambda found: -found[1]):
        say(f"{count:>6} failed: {CODES[code]} ({code})")
    for progress in told[:SHOWN_MAX]:
        error_console().print(f"line {progress.row.position} {progress.row.sku}: {_why(progress)}", markup=False)
    if len(told) > SHOWN_MAX:
        error_console().print(f"… and {len(told) - SHOWN_MAX} more", markup=False)
    say(f"table      {target}")


def _why(progress: CatalogueProgress) -> str:
    error, blocked = progress.row.error, progress.row.blocked
    if error is not None:
        return error.message
    return "; ".join(f"{channel}: {', '.join(rules)}" for channel, rules in blocked.items())


def _as_json(progress: CatalogueProgress) -> dict[str, Any]:
    return {**progress.row.model_dump(mode="json", exclude={"key"}), "state": progress.row.state}


def _exit(done: CatalogueDone) -> None:
    from packshot.result import RowState

    if done.states[RowState.FAILED]:
        raise typer.Exit(1)
    if done.states[RowState.HELD]:
        raise typer.Exit(3)


@contextmanager
def _progress(quiet: bool, told: list[CatalogueProgress]) -> Iterator[OnRow]:
    """Gives a function for rows as they end; `told` fills with those that a person should look at, the first 200."""
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar

    console = error_console()
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        TextColumn("{task.fields[left]}"),
    )
    with Bar(*columns, console=console, transient=True, disable=quiet or not console.is_terminal) as bar:
        task = bar.add_task("products", total=None, left="")

        def on_row(progress: CatalogueProgress) -> None:
            row = progress.row
            if (row.error is not None or row.blocked) and len(told) < 200:
                told.append(progress)
            bar.update(
                task,
                total=progress.total,
                completed=progress.done,
                description=f"{progress.done}/{progress.total} {row.sku[:40]}",
                left=f"{seconds(progress.left_s)} left",
            )
            if not quiet and not console.is_terminal and _is_told(progress):
                left = "" if progress.left_s is None else f", {seconds(progress.left_s)} left"
                console.print(f"{progress.done}/{progress.total}{left}", markup=False)

        yield on_row


def _is_told(progress: CatalogueProgress) -> bool:
    """Where nobody watches a bar: about twenty lines, whatever the length."""
    every = max(1, -(-progress.total // 20))
    return progress.done % every == 0 or progress.done == progress.total

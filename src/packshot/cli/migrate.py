"""`packshot migrate`: a workspace from SQLite and a folder to PostgreSQL and S3, and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from packshot.cli.app import app, settings_of
from packshot.cli.output import error_console, print_json, say
from packshot.cli.parameters import AsJson

if TYPE_CHECKING:
    from packshot.store import Step


@app.command(
    epilog="""Examples:\n
    packshot migrate --to-database postgresql+psycopg://ann@db/shop --to-pictures s3://shop/pictures\n
    packshot --database postgresql+psycopg://ann@db/shop --pictures s3://shop/pictures migrate --to-workspace back"""
)
def migrate(
    context: typer.Context,
    to_database: Annotated[
        str | None, typer.Option(help="The PostgreSQL database to move to: postgresql+psycopg://user@host/name.")
    ] = None,
    to_pictures: Annotated[
        str | None, typer.Option(help="The place in S3 to move pictures to: s3://bucket/prefix.")
    ] = None,
    to_workspace: Annotated[
        Path | None, typer.Option(help="The folder to move to; what is not named otherwise goes into it.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Move the whole workspace, verified by digests. What was there stays; a call that was stopped goes on."""
    from packshot import wiring
    from packshot.workflow.migrate import migrate as move

    settings = settings_of(context)
    target = wiring.moved_settings(settings, workspace=to_workspace, database=to_database, pictures=to_pictures)
    with wiring.open_both(settings, target) as (here, there), _progress(as_json) as hear:
        done = move(here, there, wiring.now_utc(), hear)
    moved = done.moved
    if as_json:
        print_json("migration", {"source": done.source, "target": done.target} | moved.model_dump(mode="json"))
        return
    rows = sum(moved.rows.values())
    say(f"{rows} rows ({moved.copied_rows} copied), {moved.pictures} pictures ({moved.copied_pictures} copied)")
    say(f"equal in both places, row for row; the trail's head is {moved.head}")
    say("from now on name the new place by the same options, or in packshot.toml; the old one is a backup")


@contextmanager
def _progress(quiet: bool) -> Iterator[Any]:
    """Gives a function for the steps: a bar in a terminal, a line for each part elsewhere."""
    if quiet:
        yield lambda _step: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    target = error_console()
    bar = Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=target,
        transient=True,
        disable=not target.is_terminal,
    )
    with bar:
        task = bar.add_task("looking", total=None)

        def hear(step: Step) -> None:
            bar.update(task, description=step.what, completed=step.done, total=step.total)
            if step.done == step.total and not target.is_terminal:
                target.print(f"{step.what}: {step.total}", markup=False, highlight=False)

        yield hear

"""`packshot evaluate`: evidence and proposed scores for pictures of any origin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from packshot.cli.app import app, workbench
from packshot.cli.output import error_console, print_json, say, table
from packshot.cli.parameters import AsJson

if TYPE_CHECKING:
    from packshot.report.evaluated import Evaluation
    from packshot.workflow.evaluate_folder import OnPicture


@app.command(
    epilog="""Examples:\n
    packshot evaluate pictures --prompt "running shoes on a white background"\n
    packshot evaluate pictures --prompts prompts.csv --source photo.jpg --out evaluation\n
    packshot evaluate lab"""
)
def evaluate(
    context: typer.Context,
    target: Annotated[
        str,
        typer.Argument(metavar="FOLDER", help="A folder, a picture file, or an experiment or run of the workspace."),
    ],
    prompt: Annotated[
        str | None,
        typer.Option(help="What all pictures were asked for.", show_default="from the table or inside each file"),
    ] = None,
    prompts: Annotated[
        Path | None, typer.Option(help="CSV with the columns file, prompt, negative_prompt, source.")
    ] = None,
    negative: Annotated[str | None, typer.Option(help="What they were asked not to show.", show_default="none")] = None,
    source: Annotated[Path | None, typer.Option(help="The photo that all pictures were made from.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="The folder for page and numbers.", show_default="outputs/evaluation-<name>")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Measure pictures of any tool, and propose scores with reasons: a table, a page, and evidence.json."""
    from packshot.report.evaluated import as_json as json_of
    from packshot.workflow.evaluate import evaluate_target, write_evaluation
    from packshot.workflow.evaluate_folder import Told
    from packshot.workflow.evaluate_table import read_prompt_table

    rows = read_prompt_table(prompts) if prompts is not None else {}
    told = Told(prompt=prompt, negative_prompt=negative, source=source, rows=rows)
    with workbench(context) as bench:
        with _progress(as_json) as on_picture:
            found = evaluate_target(bench, target, told, on_picture)
        files = write_evaluation(found, out or bench.settings.output / f"evaluation-{found.title}")
    if as_json:
        print_json("evaluation", json_of(found) | {"html": str(files.html), "json": str(files.json)})
        return
    _print(found)
    say(f"page: {files.html}")


def _print(found: Evaluation) -> None:
    from packshot.report.evaluated import labels_of
    from packshot.report.evaluation_page import evaluated_words
    from packshot.result import Criterion

    rows = []
    for picture in found.pictures:
        scores = picture.proposal.scores
        marks = ["–" if scores[c].score is None else str(scores[c].score) for c in Criterion]
        flags = ", ".join(labels_of(picture)) or "nothing found"
        rows.append([picture.name, *marks, evaluated_words(picture.proposal), flags])
    if rows:
        table(["picture", *(c.value for c in Criterion), "proposed", "what costs points"], rows)
        say("– not evaluated: the evidence does not suffice for a score")
    say("")
    for sentence in found.summary:
        say(sentence)
    for entry in found.unreadable:
        say(f"not read: {entry.name}: {entry.message} ({entry.code})")
    if found.left_alone:
        say(f"left alone, no pictures: {', '.join(found.left_alone)}")


@contextmanager
def _progress(quiet: bool) -> Iterator[OnPicture]:
    """A line that tells which picture is measured, where a person watches."""
    console = error_console()
    if quiet or not console.is_terminal:
        yield lambda _name, _done, _total: None
        return
    with console.status("measuring") as status:
        yield lambda name, done, total: status.update(f"measuring {done + 1} of {total}: {name}")

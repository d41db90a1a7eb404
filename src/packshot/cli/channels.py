"""`packshot check` and `packshot channels …`: the rules of places to sell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from packshot.cli.app import app, workbench
from packshot.cli.output import console, print_json, say, table
from packshot.cli.parameters import AsJson

if TYPE_CHECKING:
    from packshot.channels import Channel
    from packshot.workflow import CheckedFile

STYLES = {"pass": "green", "fail": "bold red", "advice": "yellow", "not checked": "dim"}

group = typer.Typer(help="The picture rules of places to sell.", no_args_is_help=True)
app.add_typer(group, name="channels")


@group.command(name="list", epilog="Example:  packshot channels list --json")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the places to sell whose rules are known, with where and when they were read."""
    from packshot.channels import list_channels

    with workbench(context) as bench:
        found = list_channels(bench.channels)
    if as_json:
        print_json("channels", [channel.model_dump(mode="json", by_alias=True) for channel in found])
        return
    table(
        ["name", "title", "rules", "read", "source"],
        [[c.name, c.title, str(len(c.rules)), f"{c.read:%Y-%m-%d}", _source(c)] for c in found],
    )


@app.command(
    epilog="""Examples:\n
    packshot check outputs/lab/baseline.png --channel amazon-main\n
    packshot check photo.jpg --channel zalando --json"""
)
def check(
    context: typer.Context,
    picture: Annotated[Path, typer.Argument(help="A PNG, JPEG or WebP file.")],
    channel: Annotated[str, typer.Option(help="The place to sell (packshot channels list).")],
    as_json: AsJson = False,
) -> None:
    """Check a picture against the rules of a place to sell (exit 3 where one is broken)."""
    from packshot.workflow import check_file

    with workbench(context) as bench:
        done = check_file(bench, picture, channel)
    if as_json:
        print_json("check", _as_json(done))
    else:
        _print_checks(done)
    if done.failed:
        raise typer.Exit(3)


def _as_json(done: CheckedFile) -> dict[str, Any]:
    return {
        "picture": done.name,
        "picture_digest": done.picture_digest,
        "width": done.width,
        "height": done.height,
        "format": done.file_format,
        "bytes": done.file_bytes,
        "notes": list(done.notes),
        "channel": {
            "name": done.channel.name,
            "source": done.channel.source,
            "read": done.channel.read.isoformat(),
            "weakness": done.channel.weakness,
        },
        "checks": [entry.model_dump(mode="json") for entry in done.checks],
        "failed": len(done.failed),
        "not_checked": len(done.not_checked),
    }


def _print_checks(done: CheckedFile) -> None:
    from rich.text import Text

    size = f"{done.width}×{done.height} px, {done.file_format}, {done.file_bytes / 1e6:.2f} MB"
    say(f"{done.name} ({size}) for {done.channel.title}")
    say(f"rules read {done.channel.read:%Y-%m-%d}: {_source(done.channel)}")
    for note in done.notes:
        say(f"note: {note}")
    for entry in done.checks:
        line = Text(f"{entry.verdict:<12}", style=STYLES[entry.verdict]) + Text(f"{entry.rule:<26} {entry.sentence}")
        console().print(line)
        if entry.verdict != "pass":
            say(f"{'':<12}{'':<26} expected: {entry.expected}")
    say(f"{len(done.failed)} broken, {len(done.not_checked)} not checked, {len(done.checks)} rules")


def _source(channel: Channel) -> str:
    return f"{channel.source} (weak: {channel.weakness})" if channel.weakness else channel.source

"""`packshot channels …`: the rules of places to sell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from packshot.cli.app import app, workbench
from packshot.cli.output import print_json, table
from packshot.cli.parameters import AsJson

if TYPE_CHECKING:
    from packshot.channels import Channel

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
        [[c.name, c.title, str(len(c.rules)), f"{c.read:%Y-%m-%d}", source_of(c)] for c in found],
    )


def source_of(channel: Channel) -> str:
    """Where its rules were read, and why to doubt that."""
    """Where its rules were read, and why to doubt that."""
    return f"{channel.source} (weak: {channel.weakness})" if channel.weakness else channel.source

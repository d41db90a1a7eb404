"""`packshot audit`: does the audit trail still hold what was decided and released?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from packshot.cli.app import app, workbench
from packshot.cli.output import print_json, say
from packshot.cli.parameters import AsJson


@app.command(
    epilog="""Examples:\n
    packshot audit --json\n
    packshot audit --export trail.jsonl"""
)
def audit(
    context: typer.Context,
    head: Annotated[
        list[str] | None,
        typer.Option(
            help="A digest that an earlier audit or a release's manifest named: finds an end that was cut off."
        ),
    ] = None,
    export: Annotated[Path | None, typer.Option(help="Write the trail to this file, as lines of JSON.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Only the trail, without decoding pictures.")] = False,
    as_json: AsJson = False,
) -> None:
    """Verify the trail of decisions and releases, and its pictures (exit 3 where something is wrong)."""
    from packshot.errors import RecordError
    from packshot.workflow import export_trail

    heads = [digest.strip().lower() for digest in head or []]
    for digest in heads:
        if re.fullmatch(r"[0-9a-f]{64}", digest) is None:
            raise RecordError("record.review", "not the digest of an entry", expected="64 hex digits", got=digest[:100])
    with workbench(context, create=False) as bench:
        found = bench.store.audit(heads, pictures=not quick)
        if export is not None:
            export_trail(bench, export)
    if as_json:
        print_json("audit", found.model_dump(mode="json") | {"clean": found.clean})
    else:
        for finding in found.findings:
            say(f"{finding.severity} {finding.code}: {finding.what}")
            say(f"  → {finding.remedy}")
        pictures = (
            "pictures not looked at" if quick else f"{found.pictures} pictures compared, {found.absent} not there"
        )
        say(
            f"{found.entries} entries, {found.releases} releases, {pictures}: {'clean' if found.clean else 'NOT clean'}"
        )
        say(f"head {found.head}")
    if not found.clean:
        raise typer.Exit(3)

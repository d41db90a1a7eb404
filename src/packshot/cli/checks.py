"""`packshot doctor` and `packshot verify`: is the machine fit, is the record whole?"""

from __future__ import annotations

import typer

from packshot.cli.app import app, catalogue, settings_of, workbench
from packshot.cli.output import console, print_json, say
from packshot.cli.parameters import AsJson

STYLES = {"ok": "green", "note": "yellow", "problem": "bold red"}


@app.command(epilog="Example:  packshot doctor --json")
def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Look at device, memory, versions, caches; name causes and remedies."""
    from rich.text import Text

    from packshot.workflow import examine

    settings = settings_of(context)

    def count_runs() -> int:
        with workbench(context, create=False) as bench:
            return bench.store.count_runs()

    findings = examine(settings, catalogue(context), count_runs)
    if as_json:
        print_json(
            "doctor",
            [{"topic": f.topic, "level": str(f.level), "fact": f.fact, "remedy": f.remedy} for f in findings],
        )
        return
    for finding in findings:
        line = Text(f"{finding.level:<8}", style=STYLES[finding.level]) + Text(f"{finding.topic:<12} {finding.fact}")
        console().print(line)
        if finding.remedy:
            say(f"{'':<21}→ {finding.remedy}")


@app.command(epilog="Example:  packshot verify --json")
def verify(context: typer.Context, as_json: AsJson = False) -> None:
    """Derive every digest and hash of the workspace again (exit 3 where something is wrong)."""
    with workbench(context, create=False) as bench:
        found = bench.store.verify()
    if as_json:
        print_json("verification", found.model_dump(mode="json") | {"clean": found.clean})
    else:
        for finding in found.findings:
            say(f"{finding.severity} {finding.code}: {finding.what}")
            say(f"  → {finding.remedy}")
        say(f"{found.runs} runs, {found.pictures} pictures: {'clean' if found.clean else 'NOT clean'}")
    if not found.clean:
        raise typer.Exit(3)

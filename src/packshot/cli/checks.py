"""`packshot doctor` and `packshot verify`: is the machine fit, is the record whole?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from packshot.cli.app import app, catalogue, settings_of, workbench
from packshot.cli.output import console, error_console, print_json, say, table
from packshot.cli.parameters import AsJson
from packshot.spec import defaults

if TYPE_CHECKING:
    from packshot.result import Bench, RuntimeMeasurement

STYLES = {"ok": "green", "note": "yellow", "problem": "bold red"}


@app.command(epilog="Examples:  packshot doctor --json  ·  packshot doctor --bench")
def doctor(
    context: typer.Context,
    bench: Annotated[
        bool, typer.Option("--bench", help="Measure runtimes and precisions; the default rests on the figures.")
    ] = False,
    model: Annotated[
        str | None, typer.Option(help="The model to measure with --bench.", show_default=defaults.MODEL)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look at device, memory, versions, caches; name causes and remedies."""
    if bench:
        _bench(context, model, as_json=as_json)
        return
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


def _bench(context: typer.Context, model: str | None, *, as_json: bool) -> None:
    from packshot import wiring
    from packshot.workflow import bench_runtimes

    def on_measured(measurement: RuntimeMeasurement) -> None:
        if not as_json:
            error_console().print(f"measured {measurement.runtime} in {measurement.precision}", markup=False)

    with workbench(context) as opened:
        made, choice = bench_runtimes(
            opened, wiring.runtime_meter(opened.settings), model=model, on_measured=on_measured
        )
    if as_json:
        chosen = {"runtime": choice.runtime, "precision": choice.precision, "reason": choice.reason}
        print_json("bench", made.model_dump(mode="json") | {"choice": chosen})
        return
    _print_bench(made)
    say(f"default: {choice.runtime} in {choice.precision}: {choice.reason}")


def _print_bench(bench: Bench) -> None:
    rows = sorted(bench.measurements[0].call_s)
    say(f"{bench.model}, {bench.processor}, {bench.threads} threads")
    table(
        ["runtime", "precision", *(f"ms a call of {count} rows" for count in rows), "lowest PSNR to the anchor"],
        [
            [
                entry.runtime,
                entry.precision,
                *(f"{entry.call_s[count] * 1000:.1f}" for count in rows),
                "equal" if entry.psnr_db is None else f"{entry.psnr_db:.1f} dB",
            ]
            for entry in bench.measurements
        ],
    )


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

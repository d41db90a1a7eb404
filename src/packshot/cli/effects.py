"""`packshot effects`: what an experiment shows."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from packshot.cli.app import app, workbench
from packshot.cli.output import print_json, say, table
from packshot.cli.parameters import AsJson

if TYPE_CHECKING:
    from packshot.experiment import Effect, Findings, Interval


@app.command(
    epilog="""Examples:\n
    packshot effects lab\n
    packshot effects lab --measure adherence --at-least 0.6\n
    packshot effects lab --csv effects.csv"""
)
def effects(
    context: typer.Context,
    experiment: Annotated[str, typer.Argument(help="The experiment's name.")],
    measure: Annotated[
        str | None,
        typer.Option(help="The quality to compare by, such as adherence.", show_default="the first that was measured"),
    ] = None,
    at_least: Annotated[
        float | None,
        typer.Option(help="The quality that is enough.", show_default="about that of the baseline"),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="List every difference, shown or not.")] = False,
    csv: Annotated[Path | None, typer.Option(help="Also write all effects to this CSV file.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what each arm changed, with 95 % intervals, and which setting to take."""
    from packshot.workflow import experiment_effects, needs_more_seeds, seeds_to_take, write_effects

    with workbench(context, create=False) as bench:
        found = experiment_effects(bench, experiment, measure=measure, at_least=at_least)
        written = write_effects(csv, found.effects) if csv is not None else None
        seeds = seeds_to_take(bench, experiment) if needs_more_seeds(found) else None
    if as_json:
        print_json(
            "effects",
            {"experiment": experiment, **asdict(found, dict_factory=_json), "csv": str(written) if written else None},
        )
        return
    _print_effects(found, measure, every)
    _print_trends(found, measure, every)
    _print_settings(found)
    for caveat in found.caveats:
        say(f"note  {caveat}")
    if seeds is not None:
        say(f"note  packshot experiment run with --seeds {seeds} takes more seeds; what is made already is kept")
    for entry in found.left_out:
        say(f"note  {entry.sentence}")
    if written is not None:
        say(f"{len(found.effects)} effects in {written}")


def _json(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    """What an arm changes as an object, not as pairs."""
    return {name: dict(value) if name in ("change", "where") else value for name, value in fields}


def _print_effects(found: Findings, measure: str | None, every: bool) -> None:
    """All of one measure, or what is shown and the quality of the front; how many are left is said."""
    wanted = [
        effect
        for effect in found.effects
        if every or effect.measure == (measure or found.quality) or (measure is None and effect.shown)
    ]
    say("Effects")
    if wanted:
        table(
            ["arm", "measure", "difference", "95 %", "pairs", "shown"],
            [
                [
                    effect.arm,
                    effect.measure,
                    f"{effect.difference:+.3g}{_unit(effect.unit)}",
                    _interval(effect.interval),
                    str(effect.pairs),
                    {True: "yes", False: "no", None: "luck cannot be told"}[effect.shown],
                ]
                for effect in wanted
            ],
        )
        say("")
        for effect in wanted:
            say(_with_bootstrap(effect))
    rest = len(found.effects) - len(wanted)
    if rest:
        say(f"{rest} more without a difference shown, or of other measures: --all lists them.")
    if not found.effects:
        say("Nothing to compare yet.")


def _with_bootstrap(effect: Effect) -> str:
    beside = f" ({effect.bootstrap.method}: {_interval(effect.bootstrap)})" if effect.bootstrap else ""
    return f"{effect.sentence}{beside}"


def _print_trends(found: Findings, measure: str | None, every: bool) -> None:
    wanted = [
        trend
        for trend in found.trends
        if every or trend.measure == (measure or found.quality) or (measure is None and trend.shown)
    ]
    if wanted:
        say("\nTrends")
    for trend in wanted:
        say(trend.sentence)


def _print_settings(found: Findings) -> None:
    if not found.settings or found.recommendation is None:
        return
    say(f"\nQuality ({found.quality}) against seconds per picture")
    table(
        ["setting", str(found.quality), "seconds", "pictures", "on the front"],
        [
            [
                setting.arm,
                f"{setting.quality:.3g}",
                f"{setting.seconds:.3g}",
                str(setting.pictures),
                "yes" if setting.on_front else "",
            ]
            for setting in found.settings
        ],
    )
    say(f"\n{found.recommendation.sentence}")


def _interval(interval: Interval | None) -> str:
    return "—" if interval is None else f"{interval.low:+.3g} to {interval.high:+.3g}"


def _unit(unit: str | None) -> str:
    return {"%": " points", None: ""}.get(unit, f" {unit}")

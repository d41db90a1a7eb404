"""`packshot strength`: how much of a photo may change before it shows another product."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from packshot.cli.app import app, workbench
from packshot.cli.output import error_console, print_json, say, seconds, table
from packshot.cli.parameters import AsJson, Fitting, Guidance, Model, Negative, Scheduler, Size, Steps, read_size
from packshot.spec import defaults

if TYPE_CHECKING:
    from packshot.review import IdentityVerdict
    from packshot.workflow import StrengthFound, StrengthProgress, TriedPicture


@app.command(
    epilog="""Examples:\n
    packshot strength photo.jpg "a mug on a marble table, morning light"\n
    packshot strength photo.jpg "a mug on a marble table" --seeds 5 --low 0.2 --high 0.6 --step 0.02 --json"""
)
def strength(
    context: typer.Context,
    photo: Annotated[Path, typer.Argument(help="The product's photo.")],
    prompt: Annotated[str, typer.Argument(help="What to make of it.")],
    seeds: Annotated[int, typer.Option(help="How many seeds have to pass, 1 to 32.")] = 3,
    low: Annotated[float, typer.Option(help="The lowest strength to try.")] = 0.1,
    high: Annotated[float, typer.Option(help="The highest.")] = 0.9,
    step: Annotated[float, typer.Option(help="The distance between two strengths, 0.01 or more.")] = 0.05,
    negative: Negative = None,
    model: Model = None,
    scheduler: Scheduler = None,
    steps: Steps = None,
    guidance: Guidance = None,
    seed: Annotated[int | None, typer.Option(help="The first seed.", show_default=str(defaults.SEED))] = None,
    size: Size = None,
    fit: Fitting = None,
    as_json: AsJson = False,
) -> None:
    """Search the highest strength at which the photo's product stays the same with every seed (exit 3: none does)."""
    from packshot.workflow import read_spec, search_strength

    width, height = read_size(size)
    fields = {
        "prompt": prompt,
        "negative_prompt": negative,
        "model": model,
        "scheduler": scheduler,
        "steps": steps,
        "guidance": guidance,
        "seed": seed,
        "width": width,
        "height": height,
        "source": str(photo),
        "fit": fit,
    }
    with workbench(context) as bench:
        found = search_strength(
            bench, read_spec(fields), seeds=seeds, low=low, high=high, step=step, on_progress=_teller(as_json)
        )
    if as_json:
        print_json("strength", _as_json(found))
    else:
        _print_found(found)
    if found.strength is None:
        raise typer.Exit(3)


def _teller(quiet: bool) -> Callable[[StrengthProgress], None]:
    """A line on stderr for each picture."""

    def tell(progress: StrengthProgress) -> None:
        if not quiet:
            picture = progress.picture
            there = " (there already)" if picture.already else ""
            left = f", {seconds(progress.left_s)} left at most" if progress.done < progress.at_most else ""
            where = (
                f"{progress.done:>3} of at most {progress.at_most}  strength {progress.strength:g} seed {picture.seed}"
            )
            error_console().print(f"{where}: {_verdict(picture)}{there}{left}", markup=False)

    return tell


def _verdict(picture: TriedPicture) -> str:
    if picture.verdict is not None:
        return str(picture.verdict.verdict)
    return picture.run.failure.message if picture.run.failure is not None else "not made"


def _print_found(found: StrengthFound) -> None:
    gate = found.gate
    of = f" of {gate.product}" if gate.product else ""
    say(f"limits{of}: {gate.whose}")
    rules = list(dict.fromkeys(check.rule for picture in _pictures(found) for check in _checks(picture)))
    rows = [
        [
            f"{tried.strength:g}",
            str(picture.seed),
            _verdict(picture),
            *(_cell(picture, rule) for rule in rules),
            picture.run.id,
        ]
        for tried in found.tried
        for picture in tried.pictures
    ]
    table(["strength", "seed", "verdict", *(rule.removeprefix("identity: ") for rule in rules), "run"], rows)
    for tried in found.tried:
        for picture in tried.pictures:
            for check in picture.verdict.against if picture.verdict is not None else ():
                say(f"{tried.strength:g} seed {picture.seed}: {check.sentence} Expected: {check.expected}.")
    if not found.in_order:
        say("note: what passes does not lie below all that fails: try more seeds, or a finer step")
    tried_words = f"{len(found.tried)} of {len(found.grid)} strengths tried with {len(found.seeds)} seeds"
    if found.strength is None:
        say(f"no strength from {found.grid[0]:g} to {found.grid[-1]:g} keeps the product; {tried_words}")
    else:
        say(f"strength {found.strength:g} keeps the product with every seed; {tried_words}")


def _pictures(found: StrengthFound) -> list[TriedPicture]:
    return [picture for tried in found.tried for picture in tried.pictures]


def _checks(picture: TriedPicture) -> Any:
    return picture.verdict.checks if picture.verdict is not None else ()


def _cell(picture: TriedPicture, rule: str) -> str:
    check = next((each for each in _checks(picture) if each.rule == rule), None)
    return "" if check is None else f"{check.got or '?'}{' ✗' if check.verdict == 'fail' else ''}"


def _as_json(found: StrengthFound) -> dict[str, Any]:
    return {
        "strength": found.strength,
        "in_order": found.in_order,
        "grid": list(found.grid),
        "seeds": list(found.seeds),
        "gate": found.gate.model_dump(mode="json"),
        "tried": [
            {
                "strength": tried.strength,
                "passes": tried.passes,
                "pictures": [
                    {
                        "seed": picture.seed,
                        "run": picture.run.id,
                        "already": picture.already,
                        "verdict": None if picture.verdict is None else verdict_json(picture.verdict),
                        "failure": picture.run.failure.model_dump(mode="json") if picture.run.failure else None,
                    }
                    for picture in tried.pictures
                ],
            }
            for tried in found.tried
        ],
    }


def verdict_json(verdict: IdentityVerdict) -> dict[str, Any]:
    """A verdict of the identity gate."""
    return {"verdict": verdict.verdict, "checks": [check.model_dump(mode="json") for check in verdict.checks]}

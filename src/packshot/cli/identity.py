"""`packshot identity …`: whether a picture still shows the product of its photo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from packshot.cli.app import app, workbench
from packshot.cli.output import console, print_json, say, table
from packshot.cli.parameters import AsJson
from packshot.cli.strength import verdict_json

if TYPE_CHECKING:
    from packshot.review import IdentityVerdict, KnownProduct

STYLES = {"pass": "green", "fail": "bold red", "advice": "yellow", "not checked": "dim"}

group = typer.Typer(help="Whether a picture still shows the product of its photo.", no_args_is_help=True)
app.add_typer(group, name="identity")


@group.command(
    epilog="""Examples:\n
    packshot identity check 01J9\n
    packshot identity check edited.jpg --photo photo.jpg --json"""
)
def check(
    context: typer.Context,
    reference: Annotated[
        str, typer.Argument(metavar="RUN", help="A run's id (or the start of one), its file; with --photo any picture.")
    ],
    photo: Annotated[
        Path | None, typer.Option(help="The photo to compare a picture with.", show_default="the run's own source")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compare shape, colour, surface, structure and text of the product (exit 3: another, or nobody can tell)."""
    from packshot.workflow import check_identity

    with workbench(context) as bench:
        verdict = check_identity(bench, reference, photo)
    if as_json:
        print_json("identity", verdict_json(verdict) | {"gate": verdict.gate.model_dump(mode="json")})
    else:
        _print_verdict(verdict)
    if verdict.verdict != "pass":
        raise typer.Exit(3)


@group.command(
    epilog="""Examples:\n
    packshot identity learn red-mug --photo photos/red-mug.jpg\n
    packshot identity learn red-mug --write"""
)
def learn(
    context: typer.Context,
    product: Annotated[str, typer.Argument(help="The product's name, such as its SKU.")],
    photo: Annotated[
        str | None,
        typer.Option(help="The photo that shows it: a file or a digest.", show_default="its sources in identity.yaml"),
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Keep the limits: they hold from then on.")] = False,
    as_json: AsJson = False,
) -> None:
    """Learn a product's limits from its approved image-to-image pictures (8 or more)."""
    from packshot.workflow import learn_identity

    with workbench(context) as bench:
        done = learn_identity(bench, product, photo, keep=write)
    if as_json:
        file = None if done.file is None else str(done.file)
        print_json("identity_limits", done.product.model_dump(mode="json") | {"file": file})
        return
    _print_limits(done.product)
    say(f"kept in {done.file}" if done.file is not None else "not kept: --write keeps them")


@group.command(epilog="Example:  packshot identity show photos/red-mug.jpg")
def show(
    context: typer.Context,
    photo: Annotated[str, typer.Argument(help="The product's photo: a file, or a source's digest.")],
    as_json: AsJson = False,
) -> None:
    """Show the limits that hold for the product of a photo, and whose they are."""
    from packshot.workflow import gate_of

    with workbench(context) as bench:
        gate = gate_of(bench, photo)
    if as_json:
        print_json("identity_gate", gate.model_dump(mode="json"))
        return
    say(f"{gate.product or 'no product of this photo is named'}: {gate.whose}")
    table(["limit", ""], [[name, f"{value:g}"] for name, value in gate.limits.model_dump().items()])


def _print_limits(product: KnownProduct) -> None:
    say(f"{product.name}, learned from {product.approved} approved pictures")
    table(["limit", ""], [[name, f"{v:g}"] for name, v in product.limits.model_dump(exclude_none=True).items()])


def _print_verdict(verdict: IdentityVerdict) -> None:
    from rich.text import Text

    for entry in verdict.checks:
        line = Text(f"{entry.verdict:<12}", style=STYLES[entry.verdict]) + Text(f"{entry.rule:<20} {entry.sentence}")
        console().print(line)
        if entry.verdict != "pass":
            say(f"{'':<32} expected: {entry.expected}")
    gate = verdict.gate
    say(f"{verdict.verdict} (limits{f' of {gate.product}' if gate.product else ''}: {gate.whose})")

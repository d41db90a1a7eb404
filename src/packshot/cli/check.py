"""`packshot check`: pictures against the rules of a place to sell, and repairs of what can be repaired."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from packshot.cli.app import app, workbench
from packshot.cli.parameters import AsJson

if TYPE_CHECKING:
    from packshot.workflow import CheckedFile, Masks, OnPicture, RepairedFile, Unread, Workbench
    from packshot.workflow.check_targets import CheckTargets


@app.command(
    epilog="""Examples:\n
    packshot check outputs/lab/baseline.png --channel amazon-main\n
    packshot check photo.jpg --channel zalando --json\n
    packshot check photos --channel google-merchant\n
    packshot check --experiment lab --channel shopify\n
    packshot check photos --channel amazon-main --fix --out repaired --mask masks"""
)
def check(
    context: typer.Context,
    channel: Annotated[str, typer.Option(help="The place to sell (packshot channels list).")],
    pictures: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PICTURE…]", help="PNG, JPEG, WebP or TIFF files, or folders of them."),
    ] = None,
    experiment: Annotated[
        str | None, typer.Option(help="All pictures of this experiment instead.", show_default="none")
    ] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Repair what can be repaired, into --out.")] = False,
    out: Annotated[
        Path | None, typer.Option(help="The folder for repaired files; nothing in it is overwritten.")
    ] = None,
    mask: Annotated[
        Path | None,
        typer.Option(
            help="Which pixels are the product: a picture of the same size, white there, or a folder of such pictures"
            " by the names of those to check.",
            show_default="found in each picture",
        ),
    ] = None,
    enlarge_max: Annotated[
        float, typer.Option(min=1.0, max=4.0, help="How many times a repair may enlarge a picture; 1: never.")
    ] = 1.0,
    verbose: Annotated[bool, typer.Option("--verbose", help="Every rule of every picture.")] = False,
    as_json: AsJson = False,
) -> None:
    """Check pictures against the rules of a place to sell (exit 3 where one is broken), and repair them by --fix."""
    from packshot.workflow import check_targets, masks_at

    with workbench(context) as bench:
        if not experiment:
            _known(bench, channel)
        targets = check_targets(bench, pictures or [], experiment)
        _agree(fix=fix, out=out)
        masks = masks_at(mask, len(targets.pictures))
        asked = _Asked(channel, targets, masks, enlarge_max, out if fix else None, verbose=verbose, as_json=as_json)
        found, interrupted = _run(bench, asked)
    _show(asked, found, interrupted=interrupted)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the command was called with."""

    channel: str
    targets: CheckTargets
    masks: Masks
    enlarge_max: float
    out: Path | None
    verbose: bool
    as_json: bool


def _known(bench: Workbench, channel: str) -> None:
    """An unknown channel is told before a picture that is not there."""
    from packshot.channels import find_channel

    find_channel(channel, bench.channels)


def _agree(*, fix: bool, out: Path | None) -> None:
    from packshot.errors import ChannelError

    if fix != (out is not None):
        raise ChannelError(
            "channel.pictures",
            "--fix and --out belong together",
            expected="--fix --out FOLDER, or neither",
            got="--fix alone" if fix else "--out alone",
        )


def _run(bench: Workbench, asked: _Asked) -> tuple[list[Any], bool]:
    """What was found until the end or a Ctrl-C, and whether it was that."""
    from packshot.cli.progress import many_pictures
    from packshot.workflow import Unread

    found: list[Any] = []
    targets = asked.targets
    try:
        with many_pictures("repairing" if asked.out else "checking", len(targets.pictures), asked.as_json) as listen:
            for entry in _entries(bench, asked, listen):
                if targets.single and isinstance(entry, Unread):
                    raise entry.error
                found.append(entry)
    except KeyboardInterrupt:
        return found, True
    return found, False


def _entries(bench: Workbench, asked: _Asked, listen: OnPicture) -> Iterator[CheckedFile | RepairedFile | Unread]:
    from packshot.workflow import RepairOrder, check_many, repair_many

    pictures = asked.targets.pictures
    if asked.out is not None:
        order = RepairOrder(asked.out, asked.masks, asked.enlarge_max)
        yield from repair_many(bench, pictures, asked.channel, order, listen)
    else:
        yield from check_many(bench, pictures, asked.channel, masks=asked.masks, on_picture=listen)


def _show(asked: _Asked, found: list[Any], *, interrupted: bool) -> None:
    from packshot.cli import check_views, repair_views
    from packshot.errors import Interrupted

    view = check_views if asked.out is None else repair_views
    total = len(asked.targets.pictures)
    if asked.as_json:
        view.print_as_json(found, single=asked.targets.single, total=total, interrupted=interrupted)
    else:
        view.print_found(found, single=asked.targets.single, verbose=asked.verbose, total=total)
        check_views.print_left_alone(asked.targets.left_alone)
    if interrupted:
        raise Interrupted(f"stopped after {len(found)} of {total} pictures; what is done is kept")
    if any(view.is_negative(entry) for entry in found):
        raise typer.Exit(3)

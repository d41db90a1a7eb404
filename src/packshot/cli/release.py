"""`packshot release`: approved pictures as files for a place to sell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from packshot.cli.app import app, workbench
from packshot.cli.output import error_console, print_json, print_note, say, table
from packshot.cli.parameters import AsJson

if TYPE_CHECKING:
    from packshot.workflow import FormatName, ReleaseOutcome, ReleaseProgress


@app.command(
    epilog="""Examples:\n
    packshot release --all-approved --channel shopify --out shop --by Ada\n
    packshot release 01J9 01JA --sku 01J9=MUG-17 --channel ebay --out shop --by Ada\n
    packshot release --experiment lab --channel shopify --out shop --by Ada --dry-run --json"""
)
def release(
    context: typer.Context,
    channel: Annotated[str, typer.Option(help="The place to sell (packshot channels list).")],
    out: Annotated[Path, typer.Option(help="The folder; nothing in it is overwritten.")],
    by: Annotated[str, typer.Option("--by", help="Who releases.")],
    references: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[RUN…]",
            help="Ids of runs (or their starts), or picture files. None goes out unless all may.",
        ),
    ] = None,
    experiment: Annotated[str | None, typer.Option(help="What is approved of this experiment.")] = None,
    all_approved: Annotated[bool, typer.Option("--all-approved", help="All that is approved for the channel.")] = False,
    sku: Annotated[
        list[str] | None,
        typer.Option(
            "--sku",
            metavar="RUN=SKU",
            help="The SKU of a run, which names its file.",
            show_default="the product in its experiment, or EXPERIMENT-CELL, or the run's id",
        ),
    ] = None,
    file_format: Annotated[
        str | None, typer.Option("--format", help="jpeg, png or webp.", show_default="jpeg, where the channel takes it")
    ] = None,
    include_prompt: Annotated[
        bool, typer.Option("--include-prompt", help="Write the prompt's text into the files.")
    ] = False,
    include_a1111: Annotated[
        bool, typer.Option("--include-a1111", help="Write AUTOMATIC1111's text into the files: it holds the prompt.")
    ] = False,
    certificate: Annotated[
        Path | None,
        typer.Option(
            help="PEM file: the chain that signs a C2PA manifest, from the signer's certificate up to the CA.",
            show_default="$PACKSHOT_CERTIFICATE, or no manifest",
        ),
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help="PEM file: the signer's key.", show_default="$PACKSHOT_CERTIFICATE_KEY")
    ] = None,
    no_sign: Annotated[bool, typer.Option("--no-sign", help="Sign nothing, whatever the settings name.")] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Of runs that are named, release those that may go out.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Make and judge every file, and write and record nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write approved pictures as files for a place to sell, and record each (exit 3 where one may not go out)."""
    from packshot.workflow import ReleaseRequest, release_pictures

    request = ReleaseRequest(
        channel=channel,
        out=out,
        by=by,
        runs=tuple(references or ()),
        experiment=experiment,
        all_approved=all_approved,
        skus=_skus(sku or []),
        file_format=_format(file_format),
        include_prompt=include_prompt,
        include_a1111=include_a1111,
        certificate=certificate,
        key=key,
        sign=not no_sign,
        partial=partial,
        dry_run=dry_run,
    )

    def on_release(progress: ReleaseProgress) -> None:
        if not as_json:
            words = f"{progress.number}/{progress.total} {progress.run} {progress.state}"
            error_console().print(words, markup=False)

    with workbench(context, create=False) as bench:
        done = release_pictures(bench, request, on_release)
    if as_json:
        print_json("release", _as_json(done, dry_run=dry_run))
    else:
        _show(done, dry_run=dry_run)
    if not done.complete:
        raise typer.Exit(3)


def _skus(pairs: list[str]) -> dict[str, str]:
    from packshot.errors import OutputError

    named: dict[str, str] = {}
    for pair in pairs:
        run, equals, sku = pair.partition("=")
        if not equals or not run or run in named:
            raise OutputError("output.name", "not a run and its SKU", expected="RUN=SKU, each run once", got=pair[:200])
        named[run] = sku
    return named


def _format(text: str | None) -> FormatName | None:
    from packshot.errors import OutputError

    match text.lower() if text is not None else None:
        case None:
            return None
        case "jpeg" | "jpg":
            return "JPEG"
        case "png":
            return "PNG"
        case "webp":
            return "WEBP"
        case _:
            raise OutputError("output.name", "no such format", expected="jpeg, png or webp", got=str(text)[:100])


def _as_json(done: ReleaseOutcome, *, dry_run: bool) -> dict[str, Any]:
    return {
        "channel": done.channel,
        "folder": str(done.folder),
        "dry_run": dry_run,
        "released": [row.model_dump(mode="json") for row in done.released],
        "already": [row.model_dump(mode="json") for row in done.already],
        "held_back": [
            {"run": each.run, "approved": each.approved, "reasons": list(each.reasons)} for each in done.held_back
        ],
        "notes": list(done.notes),
        "strangers": list(done.strangers),
        "manifest": None if done.manifest is None else str(done.manifest),
    }


def _show(done: ReleaseOutcome, *, dry_run: bool) -> None:
    rows = [[row.file, row.sku, row.run, f"{row.bytes / 1e6:.2f} MB", _kind(row.source_type)] for row in done.released]
    rows += [[row.file, row.sku, row.run, f"{row.bytes / 1e6:.2f} MB", "is there already"] for row in done.already]
    if rows:
        table(["file", "SKU", "run", "size", "label"], rows)
    for each in done.held_back:
        say(f"held back: {each.run}{', approved' if each.approved else ''}: {'; '.join(each.reasons)}")
    for note in done.notes:
        print_note(note)
    for name in done.strangers:
        print_note(f"{name} lies in the folder, and no release of this workspace put it there")
    verb = "would be released" if dry_run else "released"
    say(f"{len(done.released)} {verb}, {len(done.already)} there already, {len(done.held_back)} held back")
    if done.manifest is not None:
        say(f"manifest: {done.manifest}")


def _kind(source_type: str) -> str:
    return source_type.rpartition("/")[2]

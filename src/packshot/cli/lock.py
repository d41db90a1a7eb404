"""`packshot lock`: a real product in another picture, its pixels those of the photo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from packshot.cli.app import app, workbench
from packshot.cli.generate import finish, read_spec
from packshot.cli.generate import print_configuration as print_order
from packshot.cli.output import error_console, print_json, say
from packshot.cli.parameters import (
    AllowTruncation,
    AsJson,
    Fresh,
    Guidance,
    Loras,
    Memory,
    Model,
    Negative,
    Precision,
    Runtime,
    Scheduler,
    Seed,
    Slots,
    Steps,
    Strict,
    read_size,
)
from packshot.cli.progress import folder_progress, picture_progress
from packshot.spec import defaults

if TYPE_CHECKING:
    from packshot.spec import Spec
    from packshot.workflow import LockedFile, Workbench


@app.command(
    epilog="""Examples:\n
    packshot lock photo.jpg --background white --out mug.png\n
    packshot lock photos/ --background white --size 1600x1600 --out white/\n
    packshot lock photo.jpg "on a marble table, morning light" --seed 7\n
    packshot lock photo.jpg "a wooden shelf" --placement 120x120+70+110 --mask mask.png"""
)
def lock(
    context: typer.Context,
    photo: Annotated[str, typer.Argument(help="The product's photo, a picture's digest, or a folder of photos.")],
    prompt: Annotated[
        str | None, typer.Argument(help="The scene around the product; none on white.", show_default=False)
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="The PNG file; of a folder, the folder.", show_default="outputs/<run id>.png, outputs/<folder>"
        ),
    ] = None,
    background: Annotated[
        str, typer.Option(help="scene (made by a model from the prompt) or white (exact, without a model).")
    ] = "scene",
    placement: Annotated[
        str | None,
        typer.Option(
            metavar="WxH+L+T",
            help="The product's box in the picture, in pixels and in its own proportions.",
            show_default="where the photo has it",
        ),
    ] = None,
    mask: Annotated[
        str | None,
        typer.Option(
            help="White where the product is: a file of the photo's size, or a digest; for a folder, a folder.",
            show_default="found in the photo",
        ),
    ] = None,
    rectangle: Annotated[
        str | None,
        typer.Option(
            metavar="WxH+L+T",
            help="A box of the photo that holds the product, in its pixels: looked for there alone.",
            show_default="the whole photo",
        ),
    ] = None,
    shadow: Annotated[str, typer.Option(help="natural (soft, where it stands) or none.")] = "natural",
    ground: Annotated[
        str | None,
        typer.Option(help="The colour that a scene begins with: #rrggbb or a name.", show_default="the photo's own"),
    ] = None,
    accept_doubt: Annotated[
        bool, typer.Option("--accept-doubt", help="Take a mask that is doubtful; look at the picture.")
    ] = False,
    size: Annotated[
        str | None, typer.Option(help="WIDTHxHEIGHT in pixels.", show_default="the photo's on white, else the model's")
    ] = None,
    negative: Negative = None,
    model: Model = None,
    lora: Loras = None,
    scheduler: Scheduler = None,
    steps: Steps = None,
    guidance: Guidance = None,
    seed: Seed = None,
    strength: Annotated[
        float | None,
        typer.Option(
            help="How much of the first ground is changed, 0 to 1.",
            show_default=f"{defaults.LOCK_STRENGTH}, with an inpainting model {defaults.LOCK_STRENGTH_INPAINTING:g}",
        ),
    ] = None,
    runtime: Runtime = None,
    precision: Precision = None,
    memory: Memory = None,
    slots: Slots = None,
    fresh: Fresh = False,
    allow_truncation: AllowTruncation = False,
    strict: Strict = False,
    as_json: AsJson = False,
) -> None:
    """Put a photo's product into a scene or on white: its pixels stay the photo's, measured on every picture."""
    from packshot.workflow import make_picture

    width, height = read_size(size)
    asked = {
        "placement": placement,
        "mask": mask,
        "rectangle": rectangle,
        "ground": ground,
        "accept_doubt": accept_doubt,
    }
    spec = read_spec(
        {
            "prompt": prompt or "",
            "lock": {"background": background, "shadow": shadow} | asked,
            "negative_prompt": negative,
            "model": model,
            "loras": tuple(lora) if lora else None,
            "scheduler": scheduler,
            "steps": steps,
            "guidance": guidance,
            "seed": seed,
            "width": width,
            "height": height,
            "source": photo,
            "strength": strength,
            "runtime": runtime,
            "precision": precision,
            "memory": memory,
            "slots": slots,
            "allow_truncation": allow_truncation,
            "strict": strict,
        }
    )
    folder = Path(photo).expanduser()
    with workbench(context) as bench:
        if folder.is_dir():
            _lock_folder(bench, folder, spec, out, fresh=fresh, as_json=as_json)
            return
        with picture_progress(as_json) as on_event:
            made = make_picture(
                bench,
                spec,
                fresh=fresh,
                out=out,
                on_resolved=lambda order: None if as_json else print_order(order),
                on_event=on_event,
            )
        finish(bench, made, as_json)


def _lock_folder(bench: Workbench, folder: Path, spec: Spec, out: Path | None, *, fresh: bool, as_json: bool) -> None:
    from packshot.workflow import lock_folder

    target = out or bench.settings.output / folder.resolve().name
    with folder_progress(as_json) as on_locked:
        files = lock_folder(bench, folder, spec, target, fresh=fresh, on_locked=on_locked)
    failed = [file for file in files if file.error is not None]
    if as_json:
        print_json("locks", {"folder": str(target), "failed": len(failed), "pictures": [_as_json(f) for f in files]})
    else:
        made = sum(file.error is None and not file.already for file in files)
        say(f"{made} made, {len(files) - made - len(failed)} there already, {len(failed)} without a picture: {target}")
        for file in failed:
            error_console().print(f"{file.photo.name}: {file.error}", markup=False)
    if failed:
        raise typer.Exit(1)


def _as_json(file: LockedFile) -> dict[str, Any]:
    measured = file.run.result.provenance.lock if file.run is not None and file.run.result is not None else None
    return {
        "photo": str(file.photo),
        "run": file.run.id if file.run is not None else None,
        "path": str(file.path) if file.path is not None else None,
        "already": file.already,
        "lock": measured.model_dump(mode="json") if measured is not None else None,
        "notes": list(file.notes),
        "error": file.error.as_dict() if file.error is not None else None,
    }

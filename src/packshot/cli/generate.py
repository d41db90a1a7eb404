"""`packshot generate` and `packshot smoke`: one picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from packshot.cli.app import app, workbench
from packshot.cli.output import console, error_console, print_failure, print_json, print_note, say, seconds
from packshot.cli.parameters import (
    AllowTruncation,
    AsJson,
    Fitting,
    Fresh,
    Guidance,
    Loras,
    Memory,
    Model,
    Negative,
    Out,
    Precision,
    Runtime,
    Scheduler,
    Seed,
    Size,
    Slots,
    Steps,
    Strict,
    read_size,
)
from packshot.cli.progress import picture_progress
from packshot.spec import defaults

On = Annotated[
    str,
    typer.Option("--on", help="Where: here, or queue: by whoever works at the workspace's queue."),
]
Wait = Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for it; without, its job is told and nothing else.")]

if TYPE_CHECKING:
    from packshot.resolve import Order
    from packshot.spec import Spec
    from packshot.workflow import Made, Workbench


@app.command(
    epilog="""Examples:\n
    packshot generate "product photo of a red mug on a white background"\n
    packshot generate "a pair of running shoes on a blue background" --source photo.jpg --strength 0.5\n
    packshot generate "a wristwatch" --scheduler DDIM --steps 50 --guidance 4 --seed 7 --out watch.png\n
    packshot generate "a wristwatch" --model sd15 --lora brand.safetensors:0.8\n
    packshot generate "a wristwatch" --on queue"""
)
def generate(
    context: typer.Context,
    prompt: Annotated[str, typer.Argument(help="What to make.")],
    negative: Negative = None,
    model: Model = None,
    lora: Loras = None,
    scheduler: Scheduler = None,
    steps: Steps = None,
    guidance: Guidance = None,
    seed: Seed = None,
    size: Size = None,
    source: Annotated[
        str | None,
        typer.Option(
            help="Start from this picture (image-to-image): a file or a digest.", show_default="none: text-to-image"
        ),
    ] = None,
    strength: Annotated[
        float | None,
        typer.Option(help="How much of the source is changed, 0 to 1.", show_default=str(defaults.STRENGTH)),
    ] = None,
    fit: Fitting = None,
    runtime: Runtime = None,
    precision: Precision = None,
    memory: Memory = None,
    slots: Slots = None,
    out: Out = None,
    fresh: Fresh = False,
    allow_truncation: AllowTruncation = False,
    strict: Strict = False,
    on: On = "here",
    wait: Wait = True,
    as_json: AsJson = False,
) -> None:
    """Make one picture, from words or from words and a source picture."""
    from packshot.cli.queued import generate_queued
    from packshot.workflow import make_picture

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
        "source": source,
        "strength": strength,
        "fit": fit,
        "loras": tuple(lora) if lora else None,
        "runtime": runtime,
        "precision": precision,
        "slots": slots,
        "memory": memory,
        "allow_truncation": allow_truncation,
        "strict": strict,
    }
    if is_queued(on, wait):
        generate_queued(context, read_spec(fields), fresh=fresh, out=out, wait=wait, as_json=as_json)
        return
    with workbench(context) as bench, picture_progress(as_json) as on_event:
        made = make_picture(
            bench,
            read_spec(fields),
            fresh=fresh,
            out=out,
            on_resolved=lambda order: None if as_json else print_configuration(order),
            on_event=on_event,
        )
        finish(bench, made, as_json)


@app.command(epilog="Example:  packshot smoke --model sd15")
def smoke(
    context: typer.Context,
    model: Annotated[str | None, typer.Option(help="The model to try.", show_default=defaults.MODEL)] = None,
    size: Size = None,
    precision: Precision = None,
    out: Out = None,
    as_json: AsJson = False,
) -> None:
    """Make the smoke test picture (a watch, 25 steps); where it fails, name cause and remedy."""
    from packshot.workflow import remedy_for
    from packshot.workflow import smoke as run_smoke

    with workbench(context) as bench, picture_progress(as_json) as on_event:
        made = run_smoke(bench, model=model, size=read_size(size), precision=precision, out=out, on_event=on_event)
        for note in () if as_json else made.order.resolved.origin.notes:
            print_note(note)
        failure = made.run.failure
        remedy = remedy_for(failure) if failure is not None else None
        if remedy is not None and not as_json:
            error_console().print(f"cause: {remedy.cause}", markup=False)
            for number, step in enumerate(remedy.steps, 1):
                error_console().print(f"  {number}. {step}", markup=False)
        extra = {"remedy": {"cause": remedy.cause, "steps": list(remedy.steps)}} if remedy is not None else {}
        finish(bench, made, as_json, extra)


def is_queued(on: str, wait: bool) -> bool:
    """Whether the workspace's queue is meant. Raises UsageError on another place, and on waiting for nothing."""
    from packshot.errors import UsageError

    if on not in ("here", "queue"):
        raise UsageError("settings.invalid", "no such place to work on", expected="here, queue", got=on)
    if on == "here" and not wait:
        raise UsageError("settings.invalid", "--no-wait is for the queue", expected="--on queue", got="--on here")
    return on == "queue"


def read_spec(fields: dict[str, Any]) -> Spec:
    """The spec of these fields. Raises SpecError where one is of the wrong kind."""
    from pydantic import ValidationError

    from packshot.errors import SpecError
    from packshot.spec import Spec

    try:
        return Spec(**fields)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise SpecError(
            "spec.invalid", f"impossible {name}", expected=first["msg"], got=repr(first["input"])
        ) from error


def print_configuration(order: Order) -> None:
    """The whole configuration, before the work begins."""
    from packshot.workflow import summary_of

    for name, value in summary_of(order.resolved):
        console().print(f"{name:<10} {value}", markup=False)
    for note in order.resolved.origin.notes:
        print_note(note)


def finish(bench: Workbench, made: Made, as_json: bool, extra: dict[str, Any] | None = None) -> None:
    """Say what came of a picture; exit 1 where none did."""
    run = made.run
    if as_json:
        evidence = [entry.model_dump(mode="json") for entry in bench.store.evidence(run.id)]
        data = run.model_dump(mode="json", by_alias=True)
        where = {
            "path": str(made.path) if made.path else None,
            "already": made.already,
            "notes": list(made.order.resolved.origin.notes),
            "evidence": evidence,
        }
        print_json("run", data | where | (extra or {}))
    elif run.failure is None and run.result is not None:
        timings = run.result.timings
        what = "made before" if made.already else f"made in {seconds(timings.total_s)}"
        stages = ("load", "encode", "denoise", "decode")
        detail = ", ".join(f"{stage} {getattr(timings, stage + '_s'):.1f}" for stage in stages)
        say(f"{'run':<10} {run.id}  {what} ({detail} s)")
        say(f"{'picture':<10} {made.path}")
    if run.failure is not None:
        print_failure(run.failure, as_json=as_json)
        raise typer.Exit(1)

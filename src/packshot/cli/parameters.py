"""Options that several commands share, and how their values are read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from packshot.errors import RecordError, SpecError
from packshot.spec import defaults

if TYPE_CHECKING:
    from packshot.result import RunState

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Strict = Annotated[
    bool, typer.Option("--strict", help="Refuse a prompt with words that the model does not know; else they are noted.")
]

_OTHERS = ", or the model's own"

Negative = Annotated[str | None, typer.Option(help="What to keep away from.", show_default="none")]

Model = Annotated[
    str | None,
    typer.Option(
        help="studio-tiny, sd15, sdxl, owner/name or owner/name@revision, a folder or a .safetensors file.",
        show_default=defaults.MODEL,
    ),
]

Loras = Annotated[
    list[str] | None,
    typer.Option(
        "--lora",
        metavar="FILE[:WEIGHT]",
        help="Add a LoRA (a file or its digest), from -4 to 4 times as strong as it was trained; may be given"
        " several times.",
        show_default=f"none; weight {defaults.LORA_WEIGHT:g}",
    ),
]

Scheduler = Annotated[
    str | None,
    typer.Option(
        help="EulerA, DDIM, DPM++ … (packshot models schedulers).", show_default=f"{defaults.SCHEDULER}{_OTHERS}"
    ),
]

Steps = Annotated[
    int | None, typer.Option(help="Denoising steps, 1 to 150.", show_default=f"{defaults.STEPS}{_OTHERS}")
]

Guidance = Annotated[
    float | None,
    typer.Option(
        help="Classifier-free guidance, 0 to 50; off at 1 or less.", show_default=f"{defaults.GUIDANCE}{_OTHERS}"
    ),
]

Seed = Annotated[int | None, typer.Option(help="The picture's own seed.", show_default=str(defaults.SEED))]

Size = Annotated[str | None, typer.Option(help="WIDTHxHEIGHT in pixels.", show_default="the model's own")]

Fitting = Annotated[
    str | None,
    typer.Option("--fit", help="How the source gets its shape: pad, crop or stretch.", show_default=defaults.FIT),
]

Runtime = Annotated[
    str | None,
    typer.Option(help="What computes: torch, openvino (CPUs only) or auto.", show_default="$PACKSHOT_RUNTIME or auto"),
]

Precision = Annotated[
    str | None,
    typer.Option(
        help="float32, mixed, bfloat16, on a GPU float16, or auto.", show_default="$PACKSHOT_PRECISION or auto"
    ),
]

Slots = Annotated[
    int | None,
    typer.Option(help="Compute as in a sweep of 2, 4, 8, 16 or 32 pictures at once.", show_default=str(defaults.SLOTS)),
]

Out = Annotated[Path | None, typer.Option(help="The PNG file.", show_default="outputs/<run id>.png")]

Fresh = Annotated[bool, typer.Option("--fresh", help="Make it again even if it was made before.")]

AllowTruncation = Annotated[
    bool, typer.Option("--allow-truncation", help="Accept that the text encoder does not read the prompt's end.")
]

Lang = Annotated[str, typer.Option(help="The report's language: en or fr.")]

Memory = Annotated[
    str | None,
    typer.Option(
        help="How much memory to use at a time: high, balanced (tiles), or low; slower, with fewer slots.",
        show_default="$PACKSHOT_MEMORY or high",
    ),
]


def read_size(text: str | None) -> tuple[int | None, int | None]:
    """`512x768` or `512` → width and height. Raises SpecError."""
    if text is None:
        return None, None
    parts = text.lower().replace("×", "x").split("x")
    try:
        numbers = [int(part) for part in parts]
    except ValueError:
        numbers = []
    if len(numbers) not in (1, 2):
        raise SpecError("spec.size.range", "not a size", expected="WIDTHxHEIGHT in pixels, such as 512x768", got=text)
    return numbers[0], numbers[-1]


def read_state(text: str | None) -> RunState | None:
    """A run's state by its name. Raises RecordError."""
    from packshot.result import RunState

    if text is not None and text not in list(RunState):
        raise RecordError("record.not_found", "no such state", expected=", ".join(RunState), got=text)
    return RunState(text) if text else None

"""Options that several commands share, and how their values are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from packshot.errors import RecordError, SpecError

if TYPE_CHECKING:
    from packshot.result import RunState

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Strict = Annotated[
    bool, typer.Option("--strict", help="Refuse a prompt with words that the model does not know; else they are noted.")
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

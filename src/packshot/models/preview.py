"""How a model's latents become colours: the field `preview` of a folder's `packshot.json`. Knows nothing of tensors."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from packshot.errors import ModelError
from packshot.models.knowledge import CARD

FIELD: Final = "preview"


@dataclass(frozen=True, slots=True)
class PreviewFactors:
    """Colours out of latents: RGB from 0 to 1 is `latents · matrix + bias`; `matrix` (C, 3), `bias` (3,)."""

    matrix: tuple[tuple[float, ...], ...]
    bias: tuple[float, ...]


def read_preview(card: dict[str, Any], folder: Path, channels: int) -> PreviewFactors | None:
    """The factors in a model's card, None where it has none. Raises ModelError where they do not fit the latents."""
    field = card.get(FIELD)
    if field is None:
        return None
    try:
        matrix = tuple(tuple(float(value) for value in row) for row in field["matrix"])
        bias = tuple(float(value) for value in field["bias"])
    except (KeyError, TypeError, ValueError):
        matrix, bias = (), ()
    if len(matrix) != channels or {len(row) for row in (*matrix, bias)} != {3}:
        raise ModelError(
            "model.corrupt",
            f"the field {FIELD!r} of {folder / CARD} does not fit the model",
            expected=f"a matrix of {channels} rows of 3 numbers, and a bias of 3",
            got=str(field)[:200],
            hint="get the model again, or take the field out: previews are then less true",
        )
    return PreviewFactors(matrix, bias)

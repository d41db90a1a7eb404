"""How far a model's pictures by fast runtimes are from the anchor's: the field `agreement_db` of `packshot.json`.

Knows nothing of how it was measured (`benchmarks/runtimes.py --card`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from packshot.errors import ModelError
from packshot.models.knowledge import CARD

FIELD: Final = "agreement_db"


def read_agreement(card: dict[str, Any], folder: Path) -> dict[str, float]:
    """Lowest PSNR to torch in float32 (dB) by `runtime/precision`, over the schedulers without noise of their own.

    Empty where the card says nothing. Raises ModelError where it is not of that form.
    """
    value = card.get(FIELD, {})
    if isinstance(value, dict) and all(isinstance(entry, int | float) for entry in value.values()):
        return {str(name): float(entry) for name, entry in value.items()}
    raise ModelError(
        "model.corrupt",
        f"the field {FIELD!r} of {folder / CARD} is not readable",
        expected='decibels by runtime and precision, such as {"openvino/mixed": 38.5}',
        got=str(value)[:200],
        hint="get the model again, or take the field out: float32 is then the default",
    )

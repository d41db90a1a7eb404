"""Whether a model's weights have room in this machine's memory: said before they are read. Imports no torch."""

from __future__ import annotations

from typing import Final

from packshot.errors import ModelError
from packshot.models import EMBEDDED, Model, weights_bytes
from packshot.settings import Settings
from packshot.spec import Execution

REFUSED_FROM: Final = 1.25
"""Weights over what is free, from which a run is refused.

Weights that are computed in their file's precision are mapped from it, and the system may drop and read them again: a
run somewhat over the limit crawls and yet ends. What is free changes by the second, too: a browser that is closed gives
back a gigabyte or two. A quarter more is beyond both. The count has no other slack: without activations and libraries
it is lower than what a run really takes, so that it never refuses too early.
"""

NOTED_FROM: Final = 0.8
"""From here on a note: libraries and activations take some of the rest."""

GB: Final = 1e9


def check_room(model: Model, execution: Execution, settings: Settings) -> list[str]:
    """Notes where memory will be short. Raises ModelError (`model.memory`) where the weights have no room at all.

    On a CPU only: what is free on a GPU is not known without torch. The model in the package always has room.
    """
    free = settings.memory_bytes
    if free is None or execution.device != "cpu" or model.reference == EMBEDDED:
        return []
    try:
        needed = weights_bytes(model, execution.runtime, execution.precision)
    except ModelError:
        return []  # a file that cannot be counted cannot be loaded either: that is said with its remedy then
    if needed > REFUSED_FROM * free:
        raise ModelError(
            "model.memory",
            f"{model.reference} has no room in this machine's memory",
            expected=f"{needed / GB:.1f} GB free for its weights in {execution.precision} with {execution.runtime}",
            got=f"{free / GB:.1f} GB free, with swap",
            hint=_hint(execution),
        )
    if needed > NOTED_FROM * free:
        return [
            f"memory is short: the weights take {needed / GB:.1f} GB of the {free / GB:.1f} GB that are free; "
            "the run may be slow, or fail"
        ]
    return []


def _hint(execution: Execution) -> str:
    smaller = "close other programs, or take a smaller model"
    if execution.precision == "bfloat16":
        return f"{smaller}; --memory does not help on a CPU, where all weights are in memory"
    return f"{smaller}, or --precision bfloat16; --memory does not help on a CPU, where all weights are in memory"

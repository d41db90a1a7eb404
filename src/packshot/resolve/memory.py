"""What a memory mode means for an execution: its attention, and how many runs may share a call. Imports no torch."""

from __future__ import annotations

from typing import Final

from packshot.errors import SpecError
from packshot.settings import MEMORIES, SLOTS
from packshot.spec import BALANCED, LOW, SDPA, SLICED

MEMORY_SLOTS: Final = {LOW: 1, BALANCED: 2}
"""The most runs that share a call in a mode that saves memory: each brings rows of its own."""


def choose_memory(asked: str | None, setting: str) -> str:
    """The mode asked for, else the setting's. Raises SpecError on a word that is none."""
    chosen = asked if asked is not None else setting
    if chosen not in MEMORIES:
        raise SpecError(
            "spec.memory.unsupported", "no such memory mode", expected=", ".join(sorted(MEMORIES)), got=chosen
        )
    return chosen


def attention_for(memory: str, device: str, runtime: str) -> str:
    """How attention is computed: in slices only where torch would build the whole matrix otherwise.

    That is on a Mac's GPU. On a CPU and on CUDA torch's own kernels never hold the matrix, and slices do: they would
    need more memory, not less (docs/decisions/0012-memory-modes.md).
    """
    return SLICED if memory == LOW and device == "mps" and runtime == "torch" else SDPA


def most_slots(memory: str) -> int:
    """The most runs that may share a denoiser call."""
    return MEMORY_SLOTS.get(memory, SLOTS[-1])


def check_memory_slots(slots: int, memory: str) -> None:
    """Raise SpecError where more slots are asked for than the memory mode holds."""
    most = most_slots(memory)
    if slots > most:
        raise SpecError(
            "spec.slots.unsupported",
            f"memory mode {memory} does not hold so many slots",
            expected=f"{most} or fewer",
            got=str(slots),
            hint="--memory high, or fewer slots",
        )

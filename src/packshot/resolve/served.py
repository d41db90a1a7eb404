"""How a model on a server is executed: elsewhere, in ways that are not told. Imports no torch, asks nobody."""

from __future__ import annotations

from typing import Final

from packshot.errors import SpecError
from packshot.models import REMOTE, ModelDescription
from packshot.resolve.runtime import asked
from packshot.settings import Settings
from packshot.spec import REMOTE_DEVICE, UNTOLD, Execution, Spec

RUNTIME: Final = "openai-images"

PROMISE: Final = (
    "made on a server: nobody promises the same picture again, for weights, libraries and device are the server's"
)
USUAL: Final = (
    "steps or guidance that were not asked for are Packshot's usual ones; the model on the server may want others"
)


def plan_served(spec: Spec, settings: Settings) -> Execution:
    """`slots` are requests on their way at once, a row and a thread each: as asked for, else as the settings say.

    Runtime, precision and memory of the settings speak of this machine. Raises SpecError where a spec asks for them.
    """
    if asked(spec.runtime) is not None:
        raise SpecError(
            "spec.runtime.unsupported", "a remote model runs as its server does", expected="auto", got=str(spec.runtime)
        )
    if asked(spec.precision) is not None:
        raise SpecError(
            "spec.precision.unsupported",
            "a remote model's precision is its server's matter",
            expected="auto",
            got=str(spec.precision),
        )
    if spec.memory is not None:
        raise SpecError(
            "spec.memory.unsupported",
            "a remote model takes no memory on this machine",
            expected="no memory mode",
            got=spec.memory,
        )
    slots = spec.slots if spec.slots is not None else settings.slots
    return Execution(
        device=REMOTE_DEVICE,
        precision=UNTOLD,
        runtime=RUNTIME,
        slots=slots,
        rows=slots,
        threads=1,
        attention=UNTOLD,
        flush_denormal=False,
        deterministic=False,
    )


def served_notes(spec: Spec, about: ModelDescription) -> list[str]:
    """What a person should know of such a picture; nothing for other models."""
    if about.family != REMOTE.name:
        return []
    left_open = spec.steps is None or spec.guidance is None
    return [PROMISE, USUAL] if left_open and not about.recipe.is_own else [PROMISE]

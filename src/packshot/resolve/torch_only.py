"""How a model is executed that runs in its own diffusers pipeline: torch, one picture at a time. Imports no torch."""

from __future__ import annotations

from packshot.errors import SpecError
from packshot.models import REMOTE, Model, family_named
from packshot.resolve.memory import choose_memory
from packshot.resolve.order import is_guided
from packshot.resolve.runtime import asked, choose_runtime
from packshot.settings import Settings
from packshot.spec import MIXED, Execution, Spec

TORCH = "torch"


def plan_alone(spec: Spec, model: Model, settings: Settings, guidance: float) -> Execution:
    """One slot, and the rows of the pipeline's own denoiser calls. Raises SpecError on another runtime, or slots."""
    family = family_named(model.description.family)
    if spec.slots not in (None, 1):
        raise SpecError(
            "spec.slots.unsupported", f"{family.title} runs one picture at a time", expected="1", got=str(spec.slots)
        )
    if asked(spec.runtime) not in (None, TORCH):
        raise SpecError(
            "spec.runtime.unsupported",
            f"{family.title} runs in torch only",
            expected="torch, auto",
            got=str(spec.runtime),
        )
    choice = choose_runtime(TORCH, _precision(spec, settings), settings, None)
    return Execution(
        device=settings.device,
        precision=choice.precision,
        runtime=TORCH,
        slots=1,
        rows=family.guided_rows if is_guided(guidance, model.description) else 1,
        threads=settings.threads,
        deterministic=settings.device != "cpu",
        memory=choose_memory(spec.memory, settings.memory),
    )


def runtime_notes(spec: Spec, model: Model, settings: Settings) -> list[str]:
    """What is said where the settings name a runtime that this model does not run in."""
    family = family_named(model.description.family)
    named = asked(settings.runtime)
    if family.batched or family is REMOTE or spec.runtime is not None or named in (None, TORCH):
        return []
    return [f"{family.title} runs in torch only: the setting {named} does not hold for it"]


def _precision(spec: Spec, settings: Settings) -> str | None:
    """bfloat16 where nothing is asked on a GPU: these models were trained in it, and float16 overflows in some.

    A setting of mixed precision is OpenVINO's matter.
    """
    precision = asked(spec.precision or settings.precision)
    if spec.precision is None and precision == MIXED:
        precision = None
    return precision or ("bfloat16" if settings.device.startswith("cuda") else None)

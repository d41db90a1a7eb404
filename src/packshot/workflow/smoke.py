"""The smoke test: one picture, and where it fails, the cause and the remedy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packshot.errors import PlanError
from packshot.experiment import SMOKE_GROUP, cells, find_plan
from packshot.result import Failure
from packshot.spec import defaults
from packshot.workflow.flight import OnEvent, ignore
from packshot.workflow.make import Made, make_picture
from packshot.workflow.workbench import Workbench

PLAN = "lab"


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to do about a failure, in the order in which to try it."""

    cause: str
    steps: tuple[str, ...]


REMEDIES: dict[str, Remedy] = {
    "engine.out_of_memory": Remedy(
        "not enough memory",
        (
            "end other processes that use the memory (on a GPU `nvidia-smi` lists them)",
            "use less at a time: PACKSHOT_MEMORY=balanced, or low (`--memory` elsewhere)",
            "make a smaller picture: packshot smoke --size 256x256",
            "on a GPU: packshot smoke --precision float16",
            "take a smaller model: --model studio-tiny needs 1 GB",
        ),
    ),
    "picture.nan": Remedy(
        "numbers that are none, mostly float16 on a device that does not carry it",
        ("packshot smoke --precision float32", "`packshot doctor` names the device and its limits"),
    ),
    "picture.blank": Remedy(
        "a blank picture",
        ("packshot smoke --precision float32", "the model's card: which scheduler and guidance it wants"),
    ),
    "model.corrupt": Remedy("weights that cannot be read", ("get the model again", "`packshot models show NAME`")),
    "engine.device": Remedy("a device that torch cannot use", ("`packshot doctor`", "PACKSHOT_DEVICE=cpu")),
    "picture.blocked": Remedy("the model's safety checker", ("another prompt or seed",)),
    "engine.failed": Remedy("an unexpected error", ("`packshot doctor`", "the trace: `packshot runs show ID --json`")),
}


def smoke(
    bench: Workbench,
    *,
    model: str | None = None,
    size: tuple[int | None, int | None] = (None, None),
    precision: str | None = None,
    out: Path | None = None,
    on_event: OnEvent = ignore,
) -> Made:
    """Make the lab's smoke test picture anew, if asked for in another size or precision.

    A model that was made for other values than the lab's takes its own: what is tried is whether it makes a picture.
    """
    plan = find_plan(PLAN, bench.plans)
    cell = next((cell for cell in cells(plan, model=model) if cell.group == SMOKE_GROUP), None)
    if cell is None:
        raise PlanError("plan.invalid", f"the plan {PLAN} has no smoke test")
    changes: dict[str, Any] = {"width": size[0], "height": size[1], "precision": precision}
    about = bench.catalogue.find(cell.spec.model or defaults.MODEL).description
    if about.recipe.is_own:
        changes |= dict.fromkeys(("negative_prompt", "scheduler", "steps", "guidance"))
    spec = cell.spec.model_copy(update=changes)
    return make_picture(bench, spec, fresh=True, out=out, on_event=on_event)


def remedy_for(failure: Failure) -> Remedy:
    """What to try."""
    return REMEDIES.get(failure.code) or Remedy(failure.message, (failure.hint or "`packshot doctor`",))

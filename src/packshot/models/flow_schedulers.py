"""Which schedulers fit a model. Flow-matching models bring their own, and no other fits them; a server, too.

Knows nothing of torch: building one is the engine's work.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from packshot.errors import ModelError, SpecError
from packshot.models.description import ModelDescription
from packshot.models.families import REMOTE, family_named
from packshot.models.schedulers import FLOW_SCHEDULERS, SCHEDULERS, SERVERS_OWN, SchedulerChoice

_FLOW_SETTINGS: Final = ("use_flow_sigmas", "flow_shift")


def own_scheduler(model: ModelDescription) -> SchedulerChoice:
    """The model's own scheduler in its own configuration. Raises ModelError where its class is not on offer."""
    if model.family == REMOTE.name:
        return SERVERS_OWN
    is_flow = model.scheduler_class.startswith("FlowMatch") or bool(model.scheduler_config.get(_FLOW_SETTINGS[0]))
    among = FLOW_SCHEDULERS if is_flow else SCHEDULERS
    named = [choice for choice in among if choice.class_name == model.scheduler_class]
    found = next((choice for choice in named if choice.names_class or not choice.changes), None)
    if found is None:
        raise ModelError(
            "model.unsupported",
            f"the model's scheduler is not one that this version runs: {model.scheduler_class}",
            expected=", ".join(sorted({choice.class_name for choice in among})),
            got=model.scheduler_class,
        )
    return replace(found, changes={})


def fitting_schedulers(model: ModelDescription) -> tuple[SchedulerChoice, ...]:
    """Those that a person may name for this model."""
    return (own_scheduler(model),) if family_named(model.family).own_scheduler_only else SCHEDULERS


def check_fits(choice: SchedulerChoice, model: ModelDescription) -> SchedulerChoice:
    """The choice, as this model takes it. Raises SpecError where it does not fit, and names those that do."""
    fitting = {each.name: each for each in fitting_schedulers(model)}
    if choice.name in fitting:
        return fitting[choice.name]
    raise SpecError(
        "spec.scheduler.unfitting",
        f"{choice.name} does not fit {family_named(model.family).title}",
        expected=", ".join(fitting),
        got=choice.name,
        hint="without --scheduler the model's own is taken" if len(fitting) == 1 else None,
    )

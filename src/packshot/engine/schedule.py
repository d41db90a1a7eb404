"""A run's own scheduler and its timesteps. Changing the scheduler never touches weights."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

import diffusers
import torch

from packshot.models import pinned_config
from packshot.resolve import Order
from packshot.spec import Mode


@dataclass(slots=True)
class Schedule:
    """`timesteps` are those really taken; `first` (shape (1,)) is where noise is added to a source."""

    scheduler: Any
    timesteps: torch.Tensor
    step_arguments: dict[str, Any]


def build_schedule(order: Order, generator: torch.Generator) -> Schedule:
    """A new scheduler of the order's kind, set to its steps and, where there is a source, to its strength.

    The part of the steps that is left out for image-to-image follows SDEdit (arXiv:2108.01073) as diffusers does it.
    """
    intent = order.resolved.intent
    config = pinned_config(intent.scheduler, order.model.description.scheduler_config)
    scheduler_class: Any = getattr(diffusers, intent.scheduler.class_name)
    scheduler = scheduler_class.from_config(config)
    scheduler.set_timesteps(intent.steps, device=order.resolved.execution.device)
    timesteps = scheduler.timesteps
    if intent.mode is not Mode.TEXT_TO_IMAGE:
        start = max(intent.steps - intent.steps_taken, 0) * scheduler.order
        timesteps = timesteps[start:]
        if hasattr(scheduler, "set_begin_index"):
            scheduler.set_begin_index(start)
    elif _begins_twice(timesteps) and hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(0)
    accepted = inspect.signature(scheduler.step).parameters
    arguments: dict[str, Any] = {"return_dict": False}
    if "eta" in accepted:
        arguments["eta"] = 0.0
    if "generator" in accepted:
        arguments["generator"] = generator
    return Schedule(scheduler, timesteps, arguments)


def _begins_twice(timesteps: torch.Tensor) -> bool:
    """Whether the first timestep comes twice, as Karras' noise levels round for a model that begins at pure noise.

    A scheduler that looks it up takes the second, and steps over its end: diffusers' own pipeline stops there.
    """
    return len(timesteps) > 1 and bool(timesteps[0] == timesteps[1])

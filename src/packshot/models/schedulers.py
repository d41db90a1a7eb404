"""The schedulers on offer, by the names people use. Knows nothing of torch: building one is the engine's work.

All of diffusers' KarrasDiffusionSchedulers except EDMEuler, which does not fit these models (its preconditioning
expects another parametrisation; measured error 1484 with a perfect denoiser).
"""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from packshot.errors import SpecError
from packshot.spec import SchedulerPin, sha256_of

LONG_ARRAY = 16


@dataclass(frozen=True, slots=True)
class SchedulerChoice:
    """A name, diffusers' class, and what the name changes in the model's scheduler configuration."""

    name: str
    class_name: str
    changes: dict[str, Any] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    names_class: bool = False
    """The class's own name means this choice."""
    seeded_noise: bool = False
    """The class draws noise from its own source and must be given the run's seed (DPMSolverSDE)."""


_PLAIN = {"use_karras_sigmas": False}
_KARRAS = {"use_karras_sigmas": True}
_ODE = {"algorithm_type": "dpmsolver++"}
_SDE = {"algorithm_type": "sde-dpmsolver++"}

SCHEDULERS: Final[tuple[SchedulerChoice, ...]] = (
    SchedulerChoice("EulerA", "EulerAncestralDiscreteScheduler", aliases=("Euler a", "Euler ancestral", "k_euler_a")),
    SchedulerChoice("DDIM", "DDIMScheduler"),
    SchedulerChoice(
        "DPM++", "DPMSolverMultistepScheduler", _ODE | _PLAIN, ("DPM++ 2M", "DPM", "dpmpp 2m"), names_class=True
    ),
    SchedulerChoice("DPM++ Karras", "DPMSolverMultistepScheduler", _ODE | _KARRAS, ("DPM++ 2M Karras",)),
    SchedulerChoice("DPM++ 2M SDE", "DPMSolverMultistepScheduler", _SDE | _PLAIN, ("dpmpp 2m sde",)),
    SchedulerChoice("DPM++ 2M SDE Karras", "DPMSolverMultistepScheduler", _SDE | _KARRAS),
    SchedulerChoice("DPM++ 2S", "DPMSolverSinglestepScheduler", _ODE | _PLAIN, ("dpmpp 2s",), names_class=True),
    SchedulerChoice("DPM++ SDE", "DPMSolverSDEScheduler", _PLAIN, ("dpmpp sde",), names_class=True, seeded_noise=True),
    SchedulerChoice("DPM++ SDE Karras", "DPMSolverSDEScheduler", _KARRAS, seeded_noise=True),
    SchedulerChoice("Euler", "EulerDiscreteScheduler", _PLAIN, ("k_euler",), names_class=True),
    SchedulerChoice("Euler Karras", "EulerDiscreteScheduler", _KARRAS),
    SchedulerChoice("Heun", "HeunDiscreteScheduler", _PLAIN, ("k_heun",), names_class=True),
    SchedulerChoice("Heun Karras", "HeunDiscreteScheduler", _KARRAS),
    SchedulerChoice("LMS", "LMSDiscreteScheduler", _PLAIN, ("k_lms",), names_class=True),
    SchedulerChoice("LMS Karras", "LMSDiscreteScheduler", _KARRAS),
    SchedulerChoice("DPM2", "KDPM2DiscreteScheduler", _PLAIN, ("k_dpm_2",), names_class=True),
    SchedulerChoice("DPM2 Karras", "KDPM2DiscreteScheduler", _KARRAS),
    SchedulerChoice(
        "DPM2 a", "KDPM2AncestralDiscreteScheduler", _PLAIN, ("DPM2 ancestral", "k_dpm_2_a"), names_class=True
    ),
    SchedulerChoice("DPM2 a Karras", "KDPM2AncestralDiscreteScheduler", _KARRAS),
    SchedulerChoice("DDPM", "DDPMScheduler"),
    SchedulerChoice("PNDM", "PNDMScheduler", {"skip_prk_steps": True}, ("PLMS",), names_class=True),
    SchedulerChoice("DEIS", "DEISMultistepScheduler", _PLAIN, names_class=True),
    SchedulerChoice("UniPC", "UniPCMultistepScheduler", _PLAIN, names_class=True),
)

FLOW_SCHEDULERS: Final[tuple[SchedulerChoice, ...]] = (
    SchedulerChoice("FlowMatchEuler", "FlowMatchEulerDiscreteScheduler", aliases=("Flow Euler",)),
    SchedulerChoice("DPM++ Flow", "DPMSolverMultistepScheduler", aliases=("Flow DPM++",)),
)
"""Of flow-matching models (`packshot.models.flow_schedulers`): each takes its own, in its own configuration."""

SERVERS_OWN: Final = SchedulerChoice("server's own", "none")
"""Of a model on a server: the images API has no field to name one."""

_CLIPPING: Final = ("DDIMScheduler", "DDPMScheduler")
"""Their default clips the predicted sample to ±1, which is meant for pixels: latents go beyond. Diffusers' pipelines
turn it off in their constructor, but not where the scheduler is changed afterwards."""


def _folded(name: str) -> str:
    return re.sub(r"[\s_\-]+", "", name).lower()


def _index() -> dict[str, SchedulerChoice]:
    index: dict[str, SchedulerChoice] = {}
    for choice in SCHEDULERS:
        for name in (choice.name, *choice.aliases):
            index[_folded(name)] = choice
        if choice.names_class or not choice.changes:
            index.setdefault(_folded(choice.class_name), choice)
            index.setdefault(_folded(choice.class_name.removesuffix("Scheduler")), choice)
    for choice in (*FLOW_SCHEDULERS, SERVERS_OWN):
        for name in (choice.name, *choice.aliases, choice.class_name, choice.class_name.removesuffix("Scheduler")):
            index.setdefault(_folded(name), choice)
    return index


_INDEX: Final = _index()


def find_scheduler(name: str) -> SchedulerChoice:
    """The scheduler of that name, alias or class; case, spaces, `-` and `_` do not matter.

    Raises SpecError that names the nearest.
    """
    found = _INDEX.get(_folded(name))
    if found is not None:
        return found
    keys = difflib.get_close_matches(_folded(name), _INDEX, n=3, cutoff=0.4)
    near = list(dict.fromkeys(_INDEX[key].name for key in keys))
    raise SpecError(
        "spec.scheduler.unknown",
        f"no scheduler named {name!r}",
        expected=", ".join(choice.name for choice in SCHEDULERS),
        got=name,
        hint=f"did you mean {' or '.join(near)}?" if near else "`packshot models schedulers` lists them",
    )


def effective_config(choice: SchedulerChoice, model_config: dict[str, Any], seed: int) -> dict[str, Any]:
    """The configuration that the scheduler is built from: the model's own, with the name's changes."""
    config = {key: value for key, value in model_config.items() if not key.startswith("_")}
    config.update(choice.changes)
    if choice.class_name in _CLIPPING:
        config.setdefault("clip_sample", False)
    if choice.seeded_noise:
        config["noise_sampler_seed"] = seed
    return config


def pin_scheduler(choice: SchedulerChoice, model_config: dict[str, Any], seed: int) -> SchedulerPin:
    """The scheduler as it stands in the intent: long arrays as their digest."""
    return SchedulerPin(
        name=choice.name,
        class_name=choice.class_name,
        config=shortened(effective_config(choice, model_config, seed)),
    )


def pinned_config(pin: SchedulerPin, model_config: dict[str, Any]) -> dict[str, Any]:
    """What the pinned scheduler is built from: the pin itself, its long arrays from the model.

    So a record is replayed with its own configuration, whatever the names mean by then. Raises SpecError on a class
    that is not on offer.
    """
    if pin.class_name not in {choice.class_name for choice in (*SCHEDULERS, *FLOW_SCHEDULERS)}:
        raise SpecError("spec.scheduler.unknown", f"no scheduler class {pin.class_name!r}", got=pin.class_name)
    return {key: _restored(key, value, model_config) for key, value in pin.config.items()}


def _restored(key: str, value: Any, model_config: dict[str, Any]) -> Any:
    if isinstance(value, dict) and "sha256" in value:
        return model_config.get(key)
    return float(value) if value in ("inf", "-inf") else value


def shortened(config: dict[str, Any]) -> dict[str, Any]:
    """A configuration for the record: arrays over 16 entries as `{"sha256": …, "length": n}`, infinity as text."""
    return {key: _recorded(value) for key, value in config.items()}


def _recorded(value: Any) -> Any:
    if isinstance(value, list | tuple) and len(value) > LONG_ARRAY:
        return {"sha256": _array_digest(tuple(value), tuple(map(type, value))), "length": len(value)}
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value


@lru_cache(maxsize=64)
def _array_digest(values: tuple[Any, ...], _types: tuple[type, ...]) -> str:
    """Of a model's long array, the same for each of a plan's cells. 1 and 1.0 are equal, but not their JSON."""
    return sha256_of(list(values))

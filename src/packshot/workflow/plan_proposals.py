"""What is proposed to somebody who builds a plan: values around the baseline's own, and a name that is free."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Final

from packshot.spec import Spec, defaults
from packshot.workflow.plan_values import NONE
from packshot.workflow.workbench import Workbench

SCHEDULERS: Final = ("EulerA", "DDIM", "DPM++")


def proposed_values(parameter: str, baseline: Spec) -> str:
    """Values as a person would type them, the baseline's own among them. Empty where nothing can be guessed."""
    proposals: dict[str, Callable[[Spec], str]] = {
        "steps": _steps,
        "guidance": _guidance,
        "strength": _strength,
        "scheduler": _scheduler,
        "negative_prompt": lambda spec: f"{spec.negative_prompt}\n{NONE}" if spec.negative_prompt else "",
        "fit": lambda _spec: "pad, crop",
        "lora_weight": _weight,
        "size": lambda spec: f"{spec.width}x{spec.height}" if spec.width and spec.height else "",
    }
    propose = proposals.get(parameter)
    return propose(baseline) if propose is not None else ""


def free_name(bench: Workbench, wanted: str) -> str:
    """`wanted`, with a number behind it where an experiment of that name is there."""
    taken = {summary.name for summary in bench.store.summaries()}
    numbered = (f"{wanted}-{number}" for number in itertools.count(2))
    return next(name for name in itertools.chain([wanted], numbered) if name not in taken)


def _steps(spec: Spec) -> str:
    own = spec.steps or defaults.STEPS
    return _joined({max(1, own // 2), own, min(defaults.STEPS_MAX, own * 2)})


def _guidance(spec: Spec) -> str:
    own = defaults.GUIDANCE if spec.guidance is None else spec.guidance
    if own == 0:
        return ""
    return _joined({round(own / 2, 2), own, min(defaults.GUIDANCE_MAX, round(own * 1.5, 2))})


def _strength(spec: Spec) -> str:
    own = defaults.STRENGTH if spec.strength is None else spec.strength
    return _joined({round(max(0.1, own - 0.2), 2), own, round(min(1.0, own + 0.2), 2)})


def _scheduler(spec: Spec) -> str:
    return ", ".join(dict.fromkeys((spec.scheduler or defaults.SCHEDULER, *SCHEDULERS)))


def _weight(spec: Spec) -> str:
    own = spec.loras[0].weight if spec.loras else defaults.LORA_WEIGHT
    return _joined({0.0, round(own / 2, 2), own})


def _joined(values: set[int] | set[float]) -> str:
    return ", ".join(f"{value:g}" for value in sorted(values))

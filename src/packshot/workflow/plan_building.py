"""Builds a plan out of choices: a baseline, a parameter with its values, how many seeds, and maybe a second parameter.

What comes of it is what the same plan would be as a YAML file, checked by the same rules.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

import yaml

from packshot.errors import PlanError
from packshot.experiment import Plan, arm_name, cells, checked_plan
from packshot.spec import Fit, Lora, Spec
from packshot.workflow.plan_values import Parameter, missing, parameter_named

SCHEMA: Final = "packshot.plan/1"
BASELINE: Final = "baseline"
IN_PLAN: Final = (
    "prompt", "negative_prompt", "model", "loras", "scheduler", "steps", "guidance", "seed", "width", "height",
    "source", "strength", "fit",
)  # fmt: skip
"""What of a spec a plan's baseline may say."""


def build_plan(
    name: str,
    baseline: Spec,
    parameter: str,
    values: Sequence[Any],
    seeds: int = 1,
    *,
    second: tuple[str, Sequence[Any]] | None = None,
    words: str | None = None,
    title: str | None = None,
    question: str | None = None,
) -> Plan:
    """A plan that varies `parameter` over `values` (from `read_values`), each with so many seeds.

    With `second` (a parameter and its values) every combination is made, as a grid. `words` are the words of the
    prompt in whose place the values of `prompt_words` stand. Raises PlanError with what was expected and got.
    """
    chosen = {parameter: tuple(values)} | ({second[0]: tuple(second[1])} if second is not None else {})
    _check_pair(parameter, second)
    for each in chosen:
        _check_fits(parameter_named(each), baseline)
    varied = " and ".join(parameter_named(each).label for each in chosen)
    plan: dict[str, Any] = {
        "schema": SCHEMA,
        "name": name,
        "title": title or _capital(varied),
        "question": question or f"What difference does it make to change the {varied}?",
        "baseline": {"name": BASELINE, **_said(baseline)},
    }
    fields = {parameter_named(each).field: _in_plan(each, of, baseline, words) for each, of in chosen.items()}
    if second is not None:
        plan["grid"] = fields
    elif parameter == "prompt_words":
        plan["arms"] = _arms(chosen[parameter], fields["prompt"], baseline)
    else:
        plan["vary"] = fields
    plan["seeds"] = seeds
    return _with_arms(checked_plan(plan), chosen)


def build_replicates(
    name: str, baseline: Spec, seeds: int, *, title: str | None = None, question: str | None = None
) -> Plan:
    """A plan that changes nothing but the seed: how much luck there is in a picture. Raises PlanError below 2 seeds."""
    if seeds < 2:
        raise PlanError("plan.invalid", "nothing differs", expected="2 seeds or more", got=str(seeds))
    return checked_plan(
        {
            "schema": SCHEMA,
            "name": name,
            "title": title or "Seeds",
            "question": question or "How much does the picture depend on its seed?",
            "baseline": {"name": BASELINE, **_said(baseline)},
            "seeds": seeds,
        }
    )


def plan_yaml(plan: Plan) -> str:
    """The plan as a YAML file from which `packshot experiment run FILE` makes the same pictures."""
    written = {key: value for key, value in plan.as_json().items() if value not in ([], {})}
    return yaml.safe_dump(written, sort_keys=False, allow_unicode=True, width=120)


def left_out(baseline: Spec) -> tuple[str, ...]:
    """Settings of a spec that a plan has no words for: its pictures are made as the machine is set up."""
    given = baseline.model_dump(exclude_defaults=True)
    return tuple(field for field in given if field not in IN_PLAN and field != "mode")


def _said(baseline: Spec) -> dict[str, Any]:
    given = baseline.model_dump(mode="json", exclude_none=True)
    return {field: given[field] for field in IN_PLAN if field in given}


def _check_pair(parameter: str, second: tuple[str, Sequence[Any]] | None) -> None:
    first = parameter_named(parameter)
    if second is not None and parameter_named(second[0]).field == first.field:
        raise PlanError(
            "plan.invalid",
            "a grid of a parameter with itself",
            expected="two parameters that differ",
            got=f"{first.label} and {parameter_named(second[0]).label}",
        )


def _check_fits(of: Parameter, baseline: Spec) -> None:
    lacks = missing(of.name, baseline)
    if lacks is not None:
        raise PlanError(
            "plan.invalid",
            f"{of.label} cannot be varied here",
            expected=f"a baseline with {lacks}",
            got=f"one without {lacks}",
            hint=f"choose {lacks} first, or vary something else",
        )


def _in_plan(parameter: str, values: Sequence[Any], baseline: Spec, words: str | None) -> list[Any]:
    """Values as a plan's file has them. Words become whole prompts, weights whole LoRAs."""
    if parameter == "prompt_words":
        return [_replaced(baseline.prompt, words, value) for value in values]
    if parameter == "lora_weight":
        first, *others = baseline.loras or ()
        return [_plain((Lora(path=first.path, weight=weight), *others)) for weight in values]
    return [_plain(value) for value in values]


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [lora.model_dump(mode="json") for lora in value]
    return str(value) if isinstance(value, Fit) else value


def _replaced(prompt: str, words: str | None, value: str) -> str:
    """The prompt with other words in their place: whole words, the first time that they stand there."""
    found = re.search(rf"(?<!\w){re.escape(words)}(?!\w)", prompt, re.IGNORECASE) if words else None
    if found is None:
        raise PlanError(
            "plan.invalid",
            "these words do not stand in the prompt",
            expected=f"words of “{prompt}”",
            got=words or "nothing",
        )
    return prompt[: found.start()] + value + prompt[found.end() :]


def _arms(values: Sequence[str], prompts: Sequence[str], baseline: Spec) -> list[dict[str, Any]]:
    """Named by the words that changed: the prompts themselves all begin alike."""
    taken = {BASELINE}
    arms = []
    for value, prompt in zip(values, prompts, strict=True):
        if prompt == baseline.prompt:
            continue
        name = arm_name({"words": value}, taken)
        taken.add(name.casefold())
        arms.append({"name": name, "change": {"prompt": prompt}})
    return arms


def _with_arms(plan: Plan, chosen: dict[str, tuple[Any, ...]]) -> Plan:
    """Raise PlanError where every value is the baseline's own: there would be nothing to compare."""
    if len(cells(plan).arms) > 1:
        return plan
    raise PlanError(
        "plan.invalid",
        "every value is the baseline's own",
        expected="at least one that differs",
        got=", ".join(str(value) for values in chosen.values() for value in values),
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

"""Proposals for somebody who builds a plan can be read back, and hold the baseline's own value."""

from __future__ import annotations

import pytest

from packshot.spec import Lora, Spec
from packshot.workflow import Workbench, build_replicates, free_name, proposed_values, read_values

BASE = Spec(
    prompt="a red mug",
    negative_prompt="text, logo",
    steps=100,
    guidance=4.0,
    scheduler="DDIM",
    strength=0.95,
    source="builtin:lab-source",
    loras=(Lora(path="a.safetensors", weight=0.8),),
    width=256,
    height=320,
)


@pytest.mark.parametrize(
    ("parameter", "own"),
    [
        ("steps", 100), ("guidance", 4.0), ("scheduler", "DDIM"), ("strength", 0.95), ("lora_weight", 0.8),
        ("negative_prompt", "text, logo"), ("size", "256x320"),
    ],
)  # fmt: skip
def test_the_baselines_own_value_is_among_the_proposed(parameter: str, own: object) -> None:
    assert own in read_values(parameter, proposed_values(parameter, BASE))


@pytest.mark.parametrize("parameter", ["steps", "guidance", "scheduler", "strength"])
@pytest.mark.parametrize("spec", [Spec(prompt="a mug"), Spec(prompt="a mug", steps=1, strength=0.05, guidance=50.0)])
def test_several_values_are_proposed_at_any_baseline(parameter: str, spec: Spec) -> None:
    assert len(read_values(parameter, proposed_values(parameter, spec))) >= 2


def test_nothing_is_proposed_where_nothing_can_be_guessed() -> None:
    assert proposed_values("prompt", BASE) == ""
    assert proposed_values("guidance", BASE.model_copy(update={"guidance": 0.0})) == ""


def test_a_name_that_is_taken_gets_a_number(bench: Workbench) -> None:
    assert free_name(bench, "steps") == "steps"
    for name in ("steps", "steps-2"):
        bench.store.save_experiment(name, build_replicates(name, Spec(prompt="a mug"), 2).as_json(), [])
    assert free_name(bench, "steps") == "steps-3"

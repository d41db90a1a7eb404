"""Plans out of choices: values as people type them, and the same plan as YAML."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from packshot.errors import PackshotError, PlanError, SpecError
from packshot.experiment import Plan, cells, read_plan
from packshot.models import SCHEDULERS
from packshot.spec import Fit, Lora, Spec, defaults
from packshot.workflow import (
    PARAMETERS,
    Workbench,
    build_plan,
    forecast,
    left_out,
    make_picture,
    on_offer,
    plan_yaml,
    read_values,
    recipe_of,
)

BASE = Spec(prompt="a red mug on a white background", steps=30, guidance=7.5, scheduler="EulerA", seed=7)
PHOTO = BASE.model_copy(update={"source": "builtin:lab-source", "strength": 0.5, "fit": Fit.PAD})
BRANDED = BASE.model_copy(update={"loras": (Lora(path="brand.safetensors", weight=0.8), Lora(path="film.safetensors"))})


@pytest.mark.parametrize(
    ("parameter", "text", "values"),
    [
        ("steps", "15, 30,50", (15, 30, 50)),
        ("steps", "10..50 step 10", (10, 20, 30, 40, 50)),
        ("steps", "3..1, 8", (3, 2, 1, 8)),
        ("steps", "4\n\n 8 \n", (4, 8)),
        ("guidance", "1; 7,5", (1.0, 7.5)),
        ("guidance", "0", (0.0,)),
        ("strength", "0.2..0.8 step 0.2", (0.2, 0.4, 0.6, 0.8)),
        ("strength", "0,1…0,35 pas 0,1;1", (0.1, 0.2, 0.3, 1.0)),
        ("scheduler", "euler a, DDIM; dpm++ 2m" .replace(";", ","), ("EulerA", "DDIM", "DPM++")),
        ("size", "256, 512 x 768, 640×448", ("256x256", "512x768", "640x448")),
        ("width", "256..384 step 64", (256, 320, 384)),
        ("fit", "pad, Crop", (Fit.PAD, Fit.CROP)),
        ("model", "studio-tiny, sd15, owner/name@v1", ("studio-tiny", "sd15", "owner/name@v1")),
        ("prompt", "a mug, red\n-5% “off” 🍵: a bag\n", ("a mug, red", "-5% “off” 🍵: a bag")),
        ("negative_prompt", "text, logo\nnone", ("text, logo", "")),
        ("source", "photo, of a mug.jpg", ("photo, of a mug.jpg",)),
        ("lora_weight", "−0.5, 0..1 step 0.5", (-0.5, 0.0, 0.5, 1.0)),
        ("loras", "a.safetensors:0.5 + b.safetensors\nnone",
         ((Lora(path="a.safetensors", weight=0.5), Lora(path="b.safetensors")), ())),
        ("prompt_words", "blue, a wooden table", ("blue", "a wooden table")),
    ],
)  # fmt: skip
def test_values_are_read_as_people_type_them(parameter: str, text: str, values: tuple[Any, ...]) -> None:
    found = read_values(parameter, text)
    assert found == values
    assert [type(value) for value in found] == [type(value) for value in values]


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        ("steps", ""), ("steps", " , ,"), ("steps", "1.5"), ("steps", "many"), ("steps", f"{defaults.STEPS_MAX + 1}"),
        ("steps", "5, 5"), ("steps", "1..9 step 0"), ("steps", "1..9 step -1"), ("steps", "1..100000000000"),
        ("steps", "1e3"), ("strength", "0.2..0.8"), ("strength", "1.5"), ("strength", "nan"),
        ("strength", "0..9 step 1"),
        ("guidance", "inf"), ("guidance", "-1"), ("guidance", "7.5, 7.50"), ("scheduler", "Eulr"), ("size", "12x"),
        ("size", "512x"), ("size", "big"), ("size", "1x1x1"), ("fit", "squeeze"), ("model", "no such model"),
        ("prompt", "\n"), ("prompt", "x" * (defaults.PROMPT_MAX_CHARS + 1)), ("lora_weight", "9"),
        ("loras", "brand.safetensors:much"), ("seed", "1, 2"), ("colour", "red"),
    ],
)  # fmt: skip
def test_bad_values_are_refused_with_a_sentence(parameter: str, text: str) -> None:
    with pytest.raises(PackshotError) as caught:
        read_values(parameter, text)
    assert caught.value.exit_code == 2
    assert caught.value.message
    assert caught.value.expected
    assert caught.value.got


def test_the_limits_are_those_of_a_spec() -> None:
    with pytest.raises(SpecError) as caught:
        read_values("steps", "0")
    assert caught.value.code == "spec.steps.range"
    with pytest.raises(SpecError) as caught:
        read_values("scheduler", "Eulr")
    assert "Euler" in (caught.value.hint or "")
    assert read_values("scheduler", ", ".join(each.name for each in SCHEDULERS)) == tuple(
        each.name for each in SCHEDULERS
    )


def same_plan(plan: Plan) -> None:
    text = plan_yaml(plan)
    again = read_plan(text, "plan.yaml")
    assert again.as_json() == plan.as_json()
    assert list(cells(again)) == list(cells(plan))
    assert plan_yaml(again) == text


CHOSEN = {
    "steps": (BASE, "15, 50"), "guidance": (BASE, "0, 1, 4"), "scheduler": (BASE, "DDIM, DPM++"),
    "strength": (PHOTO, "0.2..0.8 step 0.2"), "prompt_words": (BASE, "a blue background, a wooden table"),
    "prompt": (BASE, "yes\n- a: list\n“🍵”  two  spaces\n1.5\n" + "word " * 60),
    "negative_prompt": (BASE, "text\nnone"),
    "model": (BASE, "sd15, sdxl"), "lora_weight": (BRANDED, "0, 0.4, 1"), "loras": (BRANDED, "none\nother.safetensors"),
    "size": (BASE, "256, 320x256"), "width": (BASE, "256, 320"), "height": (BASE, "256, 320"),
    "source": (BASE, "builtin:lab-source\nphoto.jpg"), "fit": (PHOTO, "crop, stretch"),
}  # fmt: skip


@pytest.mark.parametrize("parameter", PARAMETERS)
@pytest.mark.parametrize("seeds", [1, 3])
def test_a_plan_is_what_its_yaml_says(parameter: str, seeds: int) -> None:
    baseline, text = CHOSEN[parameter]
    values = read_values(parameter, text)
    plan = build_plan("trial", baseline, parameter, values, seeds, words="a white background")
    same_plan(plan)
    planned = cells(plan)
    assert len(plan.all_seeds) == seeds
    assert plan.all_seeds[0] == baseline.seed
    assert len(planned) == (1 + len([value for value in values if value not in OWN.get(parameter, ())])) * seeds
    assert planned[0].spec.model_copy(update={"mode": None}) == baseline
    changed = {tuple(sorted(cell.change)) for cell in planned if cell.change}
    assert changed == {("height", "width")} if parameter == "size" else changed == {(PARAMETERS[parameter].field,)}


OWN = {"strength": (0.5,), "negative_prompt": ()}


def test_words_of_the_prompt_are_replaced_and_name_the_arms() -> None:
    values = read_values("prompt_words", "a blue background, A White background, a wooden table")
    plan = build_plan("trial", BASE, "prompt_words", values, words="A white BACKGROUND")
    prompts = {cell.arm: cell.spec.prompt for cell in cells(plan)}
    assert prompts["words_a_blue_background"] == "a red mug on a blue background"
    assert prompts["words_a_wooden_table"] == "a red mug on a wooden table"
    for words in (None, "", "green", "a whit"):
        with pytest.raises(PlanError) as caught:
            build_plan("trial", BASE, "prompt_words", values, words=words)
        assert BASE.prompt in (caught.value.expected or "")


def test_the_weight_of_a_lora_leaves_the_others_alone() -> None:
    plan = build_plan("trial", BRANDED, "lora_weight", (0.0, 1.0))
    weights = [[lora.weight for lora in cell.spec.loras or ()] for cell in cells(plan)]
    assert weights == [[0.8, 1.0], [0.0, 1.0], [1.0, 1.0]]


def test_a_second_parameter_makes_a_grid() -> None:
    plan = build_plan("trial", BASE, "steps", (10, 30), 2, second=("guidance", (4.0, 7.5, 12.0)))
    same_plan(plan)
    assert len(cells(plan)) == (1 + 6) * 2
    words = build_plan("trial", BASE, "steps", (10,), second=("prompt_words", ("blue",)), words="white")
    same_plan(words)
    assert cells(words)[1].spec.prompt == "a red mug on a blue background"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": "no good/name"}, "name"), ({"name": ""}, "name"), ({"seeds": 0}, "seeds"),
        ({"seeds": 10**9}, "seeds"),
        ({"values": ()}, "at least one value"), ({"values": (30,)}, "every value is the baseline's own"),
        ({"values": (10, 10)}, "twice"), ({"values": ("ten",)}, "whole number"), ({"parameter": "strength"}, "source"),
        ({"parameter": "fit"}, "source"), ({"parameter": "lora_weight"}, "LoRA"), ({"parameter": "seed"}, "seed"),
        ({"second": ("steps", (1,))}, "itself"), ({"second": ("strength", (0.1,))}, "source"),
        ({"parameter": "size", "values": ("256x256",), "second": ("width", (320,))}, "size"),
        ({"values": tuple(range(1, 101)), "second": ("guidance", tuple(float(n) for n in range(1, 50)))}, "too many"),
    ],
)  # fmt: skip
def test_bad_plans_are_refused_with_a_sentence(changes: dict[str, Any], told: str) -> None:
    asked: dict[str, Any] = {"name": "trial", "baseline": BASE, "parameter": "steps", "values": (10, 50)} | changes
    with pytest.raises(PlanError) as caught:
        build_plan(**asked)
    assert told in str(caught.value)
    assert caught.value.expected
    assert ", line " not in caught.value.message, "nobody wrote lines"


def test_what_is_on_offer_depends_on_the_baseline() -> None:
    names = {parameter.name for parameter in on_offer(BASE)}
    assert names == set(PARAMETERS) - {"strength", "fit", "lora_weight"}
    assert {parameter.name for parameter in on_offer(PHOTO)} >= {"strength", "fit"}
    assert {parameter.name for parameter in on_offer(BRANDED)} >= {"lora_weight"}


def test_every_example_can_be_typed() -> None:
    for each in PARAMETERS.values():
        for example in () if each.one_a_line else each.example.split(" or "):
            assert read_values(each.name, example)


def test_what_a_plan_has_no_words_for_is_named() -> None:
    assert left_out(BASE) == ()
    asked = BASE.model_copy(update={"runtime": "torch", "slots": 4, "allow_truncation": True})
    assert set(left_out(asked)) == {"runtime", "slots", "allow_truncation"}


def test_a_run_becomes_a_plan_whose_baseline_is_there_already(bench: Workbench) -> None:
    made = make_picture(bench, Spec(prompt="a red mug", steps=3, seed=5))
    plan = build_plan("vary-this", recipe_of(made.run).spec, "steps", read_values("steps", "2, 3, 4"))
    expected = forecast(bench, plan)
    assert expected.states == {"to do": 2, "again": 0, "done": 1, "failed before": 0}
    assert yaml.safe_load(plan_yaml(plan))["vary"] == {"steps": [2, 3, 4]}

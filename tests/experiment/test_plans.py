"""Plans as they are written: what becomes of them, and what is said of mistakes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from packshot.errors import PlanError
from packshot.experiment import Plan, cells, find_plan, plan_notes, read_plan, replicated

PLANS = Path("src/packshot/data/plans")
HEAD = """schema: packshot.plan/1
name: mine
title: T
question: Q
baseline:
  name: base
  prompt: a mug
  seed: 7
  steps: 30
"""


def plan_of(more: str, folder: Path = Path()) -> Plan:
    return read_plan(HEAD + more, "mine.yaml", folder)


def names(plan: Plan) -> list[str]:
    return [cell.name for cell in cells(plan)]


def test_vary_gives_one_arm_per_value_with_a_readable_name() -> None:
    plan = plan_of(
        "vary:\n"
        "  steps: [15, 30]\n"
        "  guidance: [4, 7.5, 4.0000001]\n"
        "  scheduler: [DDIM, DPM++ 2M]\n"
        "  size: [96x128]\n"
        "  loras: [[], ['brand.safetensors:0.8', 'x.safetensors']]\n"
        "  model: [sd15, models/my-model]\n"
        "  prompt: ['a red cup, on wood']\n"
    )
    assert names(plan) == [
        "base",
        "prompt_a_red_cup_on_wood",
        "model_sd15",
        "model_my-model",
        "loras_none",
        "loras_brand_0.8_x",
        "size_96x128",
        "steps_15",
        "guidance_4",
        "guidance_7.5",
        "guidance_4_2",
        "scheduler_DDIM",
        "scheduler_DPMpp_2M",
    ]
    by_name = {cell.name: cell for cell in cells(plan)}
    assert (by_name["size_96x128"].spec.width, by_name["size_96x128"].spec.height) == (96, 128)
    assert by_name["size_96x128"].change == {"width": 96, "height": 128}
    assert [lora.weight for lora in by_name["loras_brand_0.8_x"].spec.loras or ()] == [0.8, 1.0]
    assert {cell.against for cell in cells(plan)} == {None, "base"}
    assert plan_notes(plan) == {"vary: steps 30 is the baseline's own: no arm of its own": ("base",)}


def test_a_grid_is_crossed_and_changes_several_things_on_purpose() -> None:
    plan = plan_of("grid:\n  guidance: [4, 12]\n  steps: [15, 30, 50]\n")
    assert names(plan)[1:] == [f"steps_{steps}_guidance_{guidance}" for steps in (15, 30, 50) for guidance in (4, 12)]
    assert plan_notes(plan) == {}


def test_seeds_are_outermost_and_the_same_in_every_arm() -> None:
    plan = plan_of("seeds: 3\nvary: {steps: [15]}\n")
    assert names(plan) == ["base_s7", "steps_15_s7", "base_s8", "steps_15_s8", "base_s9", "steps_15_s9"]
    assert [cell.seed for cell in cells(plan)] == [cell.spec.seed for cell in cells(plan)] == [7, 7, 8, 8, 9, 9]
    assert names(plan_of("seeds: [5]\n")) == ["base"]
    assert cells(plan_of("seeds: [5]\n"))[0].seed == 5
    assert [cell.seed for cell in cells(plan_of("seeds: [5, 1]\n"))] == [5, 1]
    assert [cell.seed for cell in cells(replicated(plan_of("vary: {steps: [15]}\n"), 2))] == [7, 7, 8, 8]


def test_products_come_from_a_table(tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"looked at later")
    (tmp_path / "products.csv").write_text(
        "\ufeffsku,prompt,steps,source,loras\n"
        'MUG-1,"a red mug,\nwith a handle",,,\n'
        "\n"
        "SHOE.2,,20,photo.png,a.safetensors:0.5;b.safetensors\n",
        encoding="utf-8",
    )
    plan = plan_of("products: products.csv\nseeds: 2\nvary: {guidance: [4]}\n", tmp_path)
    assert names(plan)[:4] == ["base_MUG-1_s7", "guidance_4_MUG-1_s7", "base_SHOE.2_s7", "guidance_4_SHOE.2_s7"]
    first, shoe = cells(plan)[0], cells(plan)[3]
    assert (first.spec.prompt, first.spec.steps, first.product) == ("a red mug,\nwith a handle", 30, "MUG-1")
    assert (shoe.spec.prompt, shoe.spec.steps, shoe.product, shoe.arm) == ("a mug", 20, "SHOE.2", "guidance_4")
    assert shoe.spec.source == str(tmp_path / "photo.png")
    assert [(lora.path, lora.weight) for lora in shoe.spec.loras or ()] == [
        ("a.safetensors", 0.5),
        ("b.safetensors", 1),
    ]
    again = Plan.model_validate(plan.as_json())
    assert [cell.spec for cell in cells(again)] == [cell.spec for cell in cells(plan)], "what is stored says all"


def test_prompts_are_products_of_their_own(tmp_path: Path) -> None:
    plan = plan_of("prompts: [a red cup, {name: tea, prompt: a tea pot, steps: 9}]\n")
    assert [(cell.name, cell.product, cell.spec.prompt) for cell in cells(plan)] == [
        ("base_p1", "p1", "a red cup"),
        ("base_tea", "tea", "a tea pot"),
    ]
    (tmp_path / "prompts.csv").write_text("prompt;name\na lamp;\na chair;seat\n")
    assert names(plan_of("prompts: prompts.csv\n", tmp_path)) == ["base_p1", "base_seat"]


def test_an_arm_that_changes_two_things_is_told_so() -> None:
    plan = plan_of(
        "arms:\n"
        "  - {name: two, change: {steps: 15, guidance: 4.0}}\n"
        "  - {name: same_steps, change: {steps: 30, guidance: 4.0}}\n"
        "  - {name: size, change: {width: 96, height: 96}}\n"
        "  - {name: photo, change: {source: x.png, strength: 0.4, fit: crop}}\n"
        "  - {name: more, change: {source: x.png, strength: 0.6, fit: crop}, against: photo}\n"
        "  - {name: other, change: {source: y.png, strength: 0.6, fit: crop}, against: photo}\n"
        "  - {name: photo_steps, change: {source: x.png, strength: 0.4, steps: 9}}\n"
    )
    told = {arms[0]: note for note, arms in plan_notes(plan).items()}
    assert list(told) == ["two", "other", "photo_steps"]
    assert "steps and guidance" in told["two"]
    assert "source and strength" in told["other"]
    assert "image-to-image" in told["photo_steps"]


def test_another_model_leaves_arms_over_models_alone() -> None:
    plan = plan_of("vary: {model: [sd15], steps: [9]}\n")
    assert [cell.spec.model for cell in cells(plan, model="sdxl")] == ["sdxl", "sd15", "sdxl"]
    plan = plan_of("vary: {source: [a.png]}\narms: [{name: photo, change: {source: b.png}}]\n")
    assert [cell.spec.source for cell in cells(plan, source="c.png")] == [None, "c.png", "a.png"]


def test_built_in_plans() -> None:
    plans = {path.stem: find_plan(path.stem, PLANS) for path in PLANS.glob("*.yaml")}
    assert set(plans) >= {"lab", "steps", "guidance", "schedulers", "strength", "full"}
    assert not any(plan_notes(plan) for plan in plans.values()), "each arm changes one thing"
    full = Counter(cell.arm for cell in cells(plans["full"]))
    assert 15 <= len(full) <= 18
    assert set(full.values()) == {5}
    against = {cell.arm: cell.against for cell in cells(plans["lab"])}
    assert against["i2i_run08_strength060"] == against["i2i_run09_strength085"] == "i2i_run07_strength035"
    assert against["i2i_run07_strength035"] == "baseline"
    assert all(plan.question for plan in plans.values())


@given(seeds=some.integers(1, 4), rows=some.integers(0, 3), arms=some.integers(0, 3), smoke=some.booleans())
def test_every_block_has_every_arm_once(seeds: int, rows: int, arms: int, smoke: bool) -> None:
    more = f"seeds: {seeds}\n"
    more += "smoke: {name: test, prompt: a watch}\n" if smoke else ""
    more += f"vary: {{steps: {list(range(1, arms + 1))}}}\n" if arms else ""
    more += f"prompts: {[f'prompt {row}' for row in range(rows)]}\n" if rows else ""
    planned = cells(plan_of(more))
    found = list(planned)
    assert len(found) == len(planned) == smoke + seeds * max(1, rows) * (arms + 1)
    assert [cell.position for cell in found] == list(range(len(found)))
    assert len({cell.name.casefold() for cell in found}) == len(found)
    blocks: dict[tuple[int, str | None], list[str]] = {}
    for cell in found[smoke:]:
        blocks.setdefault((cell.seed, cell.product), []).append(cell.arm)
    assert len(blocks) == seeds * max(1, rows)
    assert all(sorted(block) == sorted(next(iter(blocks.values()))) for block in blocks.values())
    assert planned[-1] == found[-1]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("vary: {steps: 15}", ["line 10", "vary.steps", "a list", "15"]),
        ("vary:\n  steps: [15, many]", ["line 11", "vary.steps.1", "a whole number", "'many'"]),
        ("vary:\n  guidance: [true]", ["line 11", "guidance", "a number", "True"]),
        ("vary:\n  guidence: [4]", ["line 11", "guidence", "did you mean guidance?"]),
        ("vary:\n  seed: [4]", ["line 11", "replicates", "seeds:"]),
        ("vary:\n  steps: []", ["line 11", "at least one value"]),
        ("grid:\n  size: [512]", ["line 11", "size", "WIDTHxHEIGHT", "512"]),
        ("grid:\n  fit: [squeeze]", ["line 11", "fit", "pad, crop, stretch", "squeeze"]),
        (f"grid: {{steps: {list(range(1, 60))}, guidance: {list(range(40))}}}", ["line 10", "1000", "2360"]),
        ("seeds: 0", ["line 10", "seeds", "1 to 100000", "0"]),
        ("seeds: [1, 1]", ["line 10", "each once"]),
        ("seeds: [1, -1]", ["line 10", "seeds"]),
        ("seeds: many", ["line 10", "seeds", "many"]),
        ("seeds: 2\narms:\n  - name: own\n    change: {seed: 4}", ["line 13", "own", "same seeds in every arm"]),
        ("seeds: 100000\nvary: {steps: [1,2,3,4,5,6,7,8,9,10]}", ["1000000 pictures", "1100000"]),
        ("arms: [{name: a}, {name: b, against: c}]", ["line 10", "'c'", "base, a, b"]),
        ("arms:\n  - name: strong\n  - name: b\n    against: stron", ["line 13", "did you mean strong?"]),
        ("arms: [{name: a, against: a}]", ["line 10", "against itself"]),
        ("arms: [{name: steps_9}]\nvary:\n  steps: [9]\n  model: [x]", []),
        ("arms:\n  - name: a\n    change: {loras: ['x.safetensors:much']}", ["line 12", "LoRA", "much"]),
        ("products: 4", ["line 10", "products", "CSV", "4"]),
        ("products: none.csv", ["line 10", "none.csv", "CSV file"]),
        ("products: [{prompt: x}]", ["line 10", "sku"]),
        ("products: [{sku: a, seed: 3}]", ["line 10", "unknown key 'seed'"]),
        ("products:\n  - sku: a\n  - sku: A", ["line 12", "stands twice", "line 11"]),
        ("products:\n  - {sku: x}\nprompts: [a]", ["line 12", "both"]),
        ("prompts: [4]", ["line 10", "mapping"]),
        ("prompts: [{name: x}]", ["line 10", "without prompt"]),
        ("prompts:\n  - {prompt: x, stepps: 3}", ["line 11", "did you mean steps?"]),
        ("products: [{sku: b_c}, {sku: c}]\narms: [{name: base_b}]", ["line 10", "base_b_c"]),
        ("smoke: {name: base_s8, prompt: x}\nseeds: 2", ["line 10", "base_s8"]),
        (f"arms: [{{name: {'a' * 97}}}]", ["line 10", "too long", "96"]),
    ],
)
def test_mistakes_name_line_key_expected_and_got(more: str, words: list[str]) -> None:
    if not words:
        plan_of(more)
        return
    with pytest.raises(PlanError) as caught:
        plan_of(more)
    text = str(caught.value)
    assert all(word in text for word in words), text
    assert caught.value.expected is not None


def test_a_baseline_needs_a_prompt_unless_every_product_has_one() -> None:
    bare = HEAD.replace("  prompt: a mug\n", "")
    assert cells(read_plan(bare + "prompts: [a, b]\n", "x.yaml"))[0].spec.prompt == "a"
    for more in ("", "products: [{sku: a, prompt: x}, {sku: b}]\n"):
        with pytest.raises(PlanError, match=r"line 5: baseline\.prompt"):
            read_plan(bare + more, "x.yaml")


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("sku,promt\na,b\n", ["products.csv, line 1", "promt", "did you mean prompt?"]),
        ("sku,seed\na,4\n", ["line 1", "seed", "seeds:"]),
        ("prompt\na\n", ["line 1", "no column 'sku'"]),
        ("sku,sku\na,b\n", ["line 1", "stands twice"]),
        ("sku,steps\na,4\nb,few\n", ["line 3, column steps", "a whole number", "'few'"]),
        ("sku,guidance\na,\nb,x\n", ["line 3, column guidance", "a number", "'x'"]),
        ("sku,prompt\n../a,x\n", ["line 2, column sku", "letters", "../a"]),
        ("sku,prompt\na,x\n,y\n", ["line 3", "without sku"]),
        ("sku,prompt\na,x\nA,y\n", ["line 3, column sku", "line 2"]),
        ("sku,prompt\na,x,z\n", ["line 2", "2", "3"]),
        ('sku,prompt\na,"x\ny"\nb\n', ["line 4", "2", "1"]),
        ("sku,source\na,photo.png\n", ["line 2, column source", "photo.png", "builtin:"]),
        ("sku,fit\na,squash\n", ["line 2, column fit", "pad"]),
        ("sku,loras\na,x.safetensors:y\n", ["line 2, column loras", "weight"]),
        ('sku,prompt\na,"x\n', ["not CSV"]),
        ("sku,prompt\n", ["no rows"]),
        ("", ["no rows"]),
    ],
)
def test_mistakes_in_a_table_name_file_line_and_column(tmp_path: Path, table: str, words: list[str]) -> None:
    (tmp_path / "products.csv").write_text(table)
    with pytest.raises(PlanError) as caught:
        plan_of("products: products.csv\n", tmp_path)
    text = str(caught.value)
    assert all(word in text for word in ["products.csv", *words]), text


def test_a_table_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "products.csv").write_bytes(b"sku\n\xff\xfe\n")
    with pytest.raises(PlanError, match="UTF-8"):
        plan_of("products: products.csv\n", tmp_path)


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("vary:\n  guidance:", ["line 11", "vary.guidance", "nothing behind the key"]),
        ("arms:\n  - name: a\n    change: {source: }", ["line 12", "arms.0.change.source", "left out"]),
        ("products:", ["line 10", "products", "nothing behind the key"]),
        ("vary:\n  guidance:\n    - 3\n    - 3.0", ["line 13", "vary.guidance", "each value once", "3"]),
        ("grid:\n  steps: [2, 3, 2]", ["line 11", "grid.steps", "each value once"]),
        ("grid:\n  size: [64x64]\n  width: [128]", ["line 12", "size and width", "one of them"]),
        ("smoke: {name: s, promt: a watch}", ["line 10", "unknown key 'promt'", "did you mean prompt?"]),
        ("products: [{sku: 12}]", ["line 10", "sku"]),
        ("arms:\n  - name: 12\n    change: {steps: 3}", ["line 11", "arms.0.name", "in quotes"]),
        ("vary:\n\tsteps: [3]", ["line 11", "not YAML", "indented by spaces", "'steps: [3]'"]),
        ("x: \x07", ["line 10", "not YAML", "number 7", "x: "]),
        ("vary: {steps: [3]", ["line 10", "not YAML", "stream end"]),
    ],
)
def test_nothing_that_is_written_is_dropped_silently(more: str, words: list[str]) -> None:
    with pytest.raises(PlanError) as caught:
        plan_of(more)
    text = str(caught.value)
    assert all(word in text for word in words), text
    assert caught.value.expected is not None
    assert caught.value.got is not None


@pytest.mark.parametrize(("text", "got"), [("", "nothing"), ("- a", "a list"), ("hello", "'hello'")])
def test_a_file_that_is_no_plan(text: str, got: str) -> None:
    with pytest.raises(PlanError, match=r"x.yaml, line 1: no plan") as caught:
        read_plan(text, "x.yaml")
    assert caught.value.got == got


def test_a_source_that_no_cell_takes_is_refused() -> None:
    with pytest.raises(PlanError, match="no picture of mine begins with a source"):
        cells(plan_of("vary: {source: [a.png, b.png]}\n"), source="c.png")
    plan = plan_of("arms: [{name: a, change: {source: a.png}}]\n")
    assert [cell.spec.source for cell in cells(plan, source="c.png")] == [None, "c.png"]

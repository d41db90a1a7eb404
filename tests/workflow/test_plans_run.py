"""Plans with replicates on the fake engine: what is stored, what is tried again, how long plans go on."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from packshot.engine import Event, FakeEngine, Finished
from packshot.errors import Interrupted, PackshotError, UsageError
from packshot.experiment import Plan, find_plan, read_plan, replicated
from packshot.result import Failure, RunState, Timings
from packshot.workflow import Retry, Workbench, forecast, portions, read_retry, run_experiment
from tests.workflow.test_make import Stopping

SHORT = """schema: packshot.plan/1
name: short
title: T
question: Q
baseline: {name: base, prompt: a red mug, steps: 2, seed: 3, width: 64, height: 64}
vary: {steps: [1, 3], guidance: [4]}
"""


@pytest.fixture
def short() -> Plan:
    return read_plan(SHORT, "short.yaml")


@pytest.fixture
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portions, "PORTION", 6)


def test_cells_are_stored_with_arm_seed_product_and_against(bench: Workbench, short: Plan) -> None:
    plan = read_plan(SHORT + "seeds: 2\nprompts: [a cup, a pot]\n", "short.yaml")
    done = run_experiment(bench, plan)
    stored = bench.store.experiment("short").cells
    assert [cell.name for cell in stored] == list(done.runs)
    assert Counter((cell.arm, cell.seed, cell.product) for cell in stored).most_common(1)[0][1] == 1
    assert {(cell.seed, cell.product) for cell in stored} == {(s, p) for s in (3, 4) for p in ("p1", "p2")}
    assert {cell.arm: cell.against for cell in stored} == {
        "base": None, "steps_1": "base", "steps_3": "base", "guidance_4": "base"
    }  # fmt: skip
    for cell in stored:
        intent = bench.store.run(cell.run_id).resolved.intent
        assert (intent.seed, intent.prompt) == (cell.seed, {"p1": "a cup", "p2": "a pot"}[cell.product])
    assert done.states == {"succeeded": 16}


def test_the_lab_compares_strength_within_image_to_image(bench: Workbench) -> None:
    run_experiment(bench, find_plan("lab", bench.plans))
    cells = {cell.name: cell for cell in bench.store.experiment("lab").cells}
    assert cells["i2i_run09_strength085"].against == "i2i_run07_strength035"
    assert cells["smoke_test"].against is cells["baseline"].against is None
    assert {cell.seed for cell in cells.values()} == {42}


def test_more_seeds_make_only_what_is_new(bench: Workbench, short: Plan) -> None:
    assert run_experiment(bench, short).made == 4
    again = run_experiment(bench, replicated(short, 3))
    assert again.made == 8
    assert next(iter(again.runs)) == "base_s3"


@pytest.mark.parametrize("after", [9, 20, 45])
def test_a_stopped_sweep_has_equally_many_of_each_arm(open_bench: Callable[..., Any], short: Plan, after: int) -> None:
    plan = replicated(short, 9)
    with open_bench(Stopping(after=after)) as bench:
        with pytest.raises(Interrupted):
            run_experiment(bench, plan)
        made = Counter(cell.arm for cell in bench.store.experiment("short").cells if cell.run_id is not None)
    assert (
        max(made.values(), default=0) - min((made.get(arm, 0) for arm in ("base", "steps_1", "steps_3")), default=0)
        <= 1
    )


def failing(code: str) -> FakeEngine:
    return FakeEngine(fails={"a red mug": Failure(code=code, message="no")})


@pytest.mark.parametrize(
    ("code", "retry", "made"),
    [
        ("engine.out_of_memory", (), 4),
        ("store.full", (), 4),
        ("engine.failed", (), 4),
        ("picture.blank", (), 0),
        ("picture.nan", (), 0),
        ("picture.blocked", ("picture.blank",), 0),
        ("picture.blocked", ("picture.blocked",), 4),
        ("picture.blocked", ("engine.device", "picture"), 4),
        ("picture.equal_to_source", ("all",), 4),
    ],
)
def test_failed_runs_are_tried_again_by_name(
    open_bench: Callable[..., Any], short: Plan, code: str, retry: tuple[str, ...], made: int
) -> None:
    with open_bench(failing(code)) as bench:
        assert len(run_experiment(bench, short).failed) == 4
    with open_bench() as bench:
        notes: dict[str, tuple[str, ...]] = {}
        states: list[str] = []
        expected = forecast(bench, short, retry=read_retry(retry)).states
        assert (expected["again"], expected["failed before"]) == (made, 4 - made)
        done = run_experiment(
            bench, short, retry=read_retry(retry), on_notes=notes.update, on_progress=lambda p: states.append(p.state)
        )
        assert done.made == made
        assert len(done.failed) == 4 - made
        assert states.count("failed before") == 4 - made
        assert any(f"--retry {code}" in note for note in notes) == (made == 0)
        assert bench.store.count_runs(state=RunState.FAILED) == 4, "what failed stays on record"
        assert run_experiment(bench, short, fresh=True).made == 4


def test_another_way_to_compute_is_worth_a_try(open_bench: Callable[..., Any], short: Plan) -> None:
    with open_bench(failing("picture.nan"), precision="bfloat16") as bench:
        run_experiment(bench, short)
    with open_bench(precision="bfloat16") as bench:
        assert run_experiment(bench, short).made == 0
    with open_bench(precision="float32") as bench:
        assert run_experiment(bench, short).made == 4


def test_an_unknown_failure_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        read_retry(["picture.blnk"])
    assert "picture.blank" in str(caught.value)
    assert read_retry(["all"]) == Retry(everything=True)


@pytest.mark.slow
@pytest.mark.usefixtures("small_portions")
def test_a_long_plan_goes_portion_by_portion(open_bench: Callable[..., Any], short: Plan) -> None:
    plan = replicated(short, 6)
    with open_bench() as bench:
        told: list[int] = []
        done = run_experiment(bench, plan, on_progress=lambda p: told.append(p.done))
        assert done.made == 24
        assert told[-1] == len(done.runs) == len(done.pictures) == 24
        assert not done.failed
        assert done.runs["steps_3_s8"].resolved.intent.seed == 8
        assert done.pictures["steps_3_s8"].is_file()
        assert list(done.runs) == [cell.name for cell in bench.store.experiment("short").cells]
        with pytest.raises(KeyError):
            done.runs["steps_3_s9999"]
        before = {path: path.stat().st_mtime_ns for path in done.folder.glob("*_s*.png")}
        again = run_experiment(bench, plan)
        assert again.made == 0
        assert again.states == {"succeeded": 24}
        assert {path: path.stat().st_mtime_ns for path in done.folder.glob("*_s*.png")} == before
        (done.folder / "base_s8.png").unlink()
        assert run_experiment(bench, plan).made == 0
        assert (done.folder / "base_s8.png").is_file()
        assert bench.store.verify().clean


@pytest.mark.usefixtures("small_portions")
@pytest.mark.parametrize("after", [0, 30, 70])
def test_a_long_plan_is_gone_on_with(open_bench: Callable[..., Any], short: Plan, after: int) -> None:
    plan = replicated(short, 6)
    with open_bench(Stopping(after=after)) as bench:
        with pytest.raises(Interrupted):
            run_experiment(bench, plan)
        summary = bench.store.summary("short")
        assert summary.cells == 24, "all cells are there from the beginning"
        assert bench.store.verify().clean
        kept = bench.store.count_runs(state=RunState.SUCCEEDED)
    with open_bench() as bench:
        assert forecast(bench, plan).states["done"] == kept
        assert run_experiment(bench, plan).made == 24 - kept
        assert bench.store.count_runs() == 24


@pytest.mark.slow
@pytest.mark.usefixtures("small_portions")
def test_an_edited_long_plan_runs_only_what_is_new(bench: Workbench, short: Plan) -> None:
    run_experiment(bench, replicated(short, 6))
    edited = read_plan(SHORT.replace("[1, 3]", "[1, 2.5]".replace("2.5", "4")) + "seeds: 6\n", "short.yaml")
    done = run_experiment(bench, edited)
    assert done.made == 6
    names = [cell.name for cell in bench.store.experiment("short").cells]
    assert "steps_4_s3" in names
    assert "steps_3_s3" not in names


def test_a_mistake_found_late_is_pointed_at(bench: Workbench, tmp_path: Path) -> None:
    for more, words in (
        ("arms:\n  - name: far\n    change: {guidance: 99}\n", ["short.yaml, line 8, guidance", "far", "0 to 50"]),
        ("arms:\n  - name: far\n    change: {scheduler: DDIMM}\n", ["line 8, scheduler", "DDIM"]),
        ("grid:\n  strength: [0.5]\n", ["line 7, strength", "--source"]),
        ("grid:\n  size: [64x65]\n", ["line 7, size", "height", "65 px"]),
        ("arms:\n  - name: far\n    change:\n      source: none.png\n", ["line 9, source", "none.png"]),
        ("arms: [{name: far, change: {model: nomodel}}]\n", ["line 6, model", "nomodel"]),
        ("products: rows.csv\n", ["rows.csv, line 3, column steps", "b", "1 to 150", "200"]),
    ):
        (tmp_path / "rows.csv").write_text("sku,steps\na,3\nb,200\n")
        plan = read_plan(SHORT.replace("vary: {steps: [1, 3], guidance: [4]}\n", "") + more, "short.yaml", tmp_path)
        with pytest.raises(PackshotError) as caught:
            run_experiment(bench, plan)
        assert all(word in str(caught.value) for word in words), str(caught.value)
    assert bench.store.count_runs() == 0


def test_an_arm_that_names_a_default_is_told_so(bench: Workbench) -> None:
    plan = read_plan(SHORT + "arms: [{name: default, change: {scheduler: EulerA}}]\n", "short.yaml")
    notes = run_experiment(bench, plan).notes
    assert notes["scheduler EulerA: the same as the baseline, whose pictures are made once"] == ("default",)


class Timed(FakeEngine):
    """Says of every picture that a call took 0.1 s, and encoding and decoding 0.5 s."""

    def step(self) -> list[Event]:
        return [self._timed(event) if isinstance(event, Finished) else event for event in super().step()]

    def _timed(self, event: Finished) -> Finished:
        calls = event.provenance.denoiser_calls
        return replace(event, timings=Timings(load_s=2.0, encode_s=0.2, denoise_s=0.1 * calls, decode_s=0.3))


def test_the_time_comes_from_runs_of_this_workspace(open_bench: Callable[..., Any], short: Plan) -> None:
    with open_bench(Timed()) as bench:
        before = forecast(bench, short)
        assert (before.runs, before.seconds, before.cost) == (4, None, None)
        assert [entry.state for entry in before.first] == ["to do"] * 4
        assert bench.store.summaries() == [], "nothing is kept"
        run_experiment(bench, short)
    with open_bench(Timed(), price_per_hour=36.0, currency="EUR") as bench:
        found = forecast(bench, replicated(short, 3))
        assert (found.cells, found.runs, found.states["done"], found.seeds) == (12, 8, 4, 3)
        assert found.seconds == pytest.approx(2 + 8 * 0.5 + 0.1 * 2 * (2 + 1 + 3 + 2))
        assert found.cost == pytest.approx(found.seconds / 100)
        other = forecast(bench, replicated(short, 3).model_copy(update={"grid": None}), fresh=True)
        assert other.runs == 12
        wide = read_plan(SHORT.replace("width: 64", "width: 96"), "short.yaml")
        assert forecast(bench, wide).seconds is None, "another size was not measured"


def test_the_command_line_plans_pages_and_retries(bench: Workbench, short: Plan) -> None:
    done = run_experiment(bench, replicated(short, 3))
    page = bench.store.cells("short", limit=5, offset=10)
    assert [cell.name for cell, _ in page] == list(done.runs)[10:12]
    assert all(run is not None and run.state is RunState.SUCCEEDED for _, run in page)
    assert bench.store.cells("short", state=RunState.FAILED) == []
    with pytest.raises(PackshotError):
        bench.store.cells("long")
    assert json.loads(json.dumps(bench.store.plan("short")))["seeds"] == 3

"""The lab plan on the fake engine: names, resuming, failures, what is changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from packshot.engine import FakeEngine
from packshot.errors import Interrupted, OutputError, PackshotError, PlanError
from packshot.experiment import Plan, cells, find_plan, read_plan
from packshot.result import Failure, RunState
from packshot.workflow import Workbench, experiment_name, report, run_experiment
from tests.workflow.test_make import Stopping

NAMES = [
    "smoke_test",
    "baseline",
    "t2i_run01_baseline",
    "t2i_run02_steps15",
    "t2i_run03_steps50",
    "t2i_run04_guid4",
    "t2i_run05_guid12",
    "t2i_run06_ddim",
    "i2i_run07_strength035",
    "i2i_run08_strength060",
    "i2i_run09_strength085",
]


@pytest.fixture
def lab(bench: Workbench) -> Plan:
    return find_plan("lab", bench.plans)


def test_the_table_of_the_lab(lab: Plan) -> None:
    """FIELD.md's table, row by row."""
    planned = {cell.name: cell.spec for cell in cells(lab)}
    assert list(planned) == NAMES
    rows = {name: (s.scheduler, s.steps, s.guidance, s.strength) for name, s in planned.items() if name != "smoke_test"}
    assert rows == {
        "baseline": ("EulerA", 30, 7.5, None),
        "t2i_run01_baseline": ("EulerA", 30, 7.5, None),
        "t2i_run02_steps15": ("EulerA", 15, 7.5, None),
        "t2i_run03_steps50": ("EulerA", 50, 7.5, None),
        "t2i_run04_guid4": ("EulerA", 30, 4.0, None),
        "t2i_run05_guid12": ("EulerA", 30, 12.0, None),
        "t2i_run06_ddim": ("DDIM", 30, 7.5, None),
        "i2i_run07_strength035": ("EulerA", 30, 7.5, 0.35),
        "i2i_run08_strength060": ("EulerA", 30, 7.5, 0.60),
        "i2i_run09_strength085": ("EulerA", 30, 7.5, 0.85),
    }
    assert {s.seed for s in planned.values()} == {42}
    assert len({s.prompt for name, s in planned.items() if name != "smoke_test"}) == 1
    assert planned["smoke_test"].steps == 25
    assert "watch" in planned["smoke_test"].prompt


def test_the_lab_runs_and_two_cells_share_a_run(bench: Workbench, lab: Plan) -> None:
    seen: list[Any] = []
    done = run_experiment(bench, lab, on_progress=seen.append)
    assert sorted(path.name for path in done.folder.glob("*.png") if not path.name.startswith("grid")) == sorted(
        f"{name}.png" for name in NAMES
    )
    assert done.runs["baseline"].id == done.runs["t2i_run01_baseline"].id
    assert (done.folder / "baseline.png").read_bytes() == (done.folder / "t2i_run01_baseline.png").read_bytes()
    assert len({run.id for run in done.runs.values()}) == 10
    assert done.made == 10
    assert not done.failed
    taken = [done.runs[name].resolved.intent.steps_taken for name in NAMES[-3:]]
    assert taken == [10, 18, 25]
    assert done.report.html.is_file()
    assert done.report.markdown.is_file()
    assert len(list(done.folder.glob("grid*.png"))) == 2
    assert [p.left_s for p in seen if p.run is not None][-1] == 0
    assert all(p.left_s is None or p.left_s >= 0 for p in seen)
    assert bench.store.verify().clean


def test_a_second_call_makes_nothing(bench: Workbench, lab: Plan) -> None:
    first = run_experiment(bench, lab)
    before = {path.name: path.read_bytes() for path in first.folder.iterdir()}
    again = run_experiment(bench, lab)
    assert again.made == 0
    assert {path.name: path.read_bytes() for path in again.folder.iterdir()} == before


def test_the_time_left_counts_what_is_really_to_do(bench: Workbench, lab: Plan) -> None:
    """A clock that advances by one second at each look: the estimate ends at 0 and, made anew, begins above it."""

    def estimates(fresh: bool) -> list[float]:
        seen: list[Any] = []
        ticks = iter(range(100_000))
        run_experiment(bench, lab, fresh=fresh, on_progress=seen.append, clock=lambda: float(next(ticks)))
        return [progress.left_s for progress in seen if progress.left_s is not None]

    first = estimates(fresh=False)
    assert first[0] > 200
    assert first[-1] == 0
    assert estimates(fresh=False) == [], "nothing to do, nothing measured"
    assert estimates(fresh=True)[0] > 200


@pytest.mark.parametrize("after", [1, 5, 40, 90, 150])
def test_an_interrupted_lab_goes_on(open_bench: Callable[..., Any], lab: Plan, after: int) -> None:
    with open_bench(Stopping(after=after)) as bench, pytest.raises(Interrupted):
        run_experiment(bench, lab)
    with open_bench() as bench:
        kept = bench.store.count_runs(state=RunState.SUCCEEDED)
        done = run_experiment(bench, lab)
        assert done.made == 10 - kept
        assert bench.store.count_runs() == 10
        assert bench.store.verify().clean


def test_a_failed_cell_stops_no_other_and_is_tried_again(open_bench: Callable[..., Any], lab: Plan) -> None:
    failing = FakeEngine(fails={lab.smoke.prompt: Failure(code="engine.out_of_memory", message="not enough memory")})
    with open_bench(failing) as bench:
        done = run_experiment(bench, lab)
        assert list(done.failed) == ["smoke_test"]
        assert len(done.pictures) == 10
        assert "not enough memory" in done.report.html.read_text(encoding="utf-8")
    with open_bench() as bench:
        again = run_experiment(bench, lab)
        assert again.made == 1
        assert not again.failed


def test_an_edited_plan_runs_only_what_is_new(bench: Workbench, lab: Plan) -> None:
    run_experiment(bench, lab)
    arm = lab.arms[1].model_copy(
        update={"name": "t2i_steps20", "change": lab.arms[1].change.model_copy(update={"steps": 20})}
    )
    longer = lab.model_copy(update={"arms": (*lab.arms, arm)})
    assert run_experiment(bench, longer).made == 1


def test_an_edited_arm_moves_its_old_picture_aside(bench: Workbench, lab: Plan) -> None:
    first = run_experiment(bench, lab)
    before = (first.folder / "t2i_run02_steps15.png").read_bytes()
    arm = lab.arms[1].model_copy(update={"change": lab.arms[1].change.model_copy(update={"steps": 16})})
    edited = lab.model_copy(update={"arms": (lab.arms[0], arm, *lab.arms[2:])})
    done = run_experiment(bench, edited)
    assert done.made == 1
    assert (done.folder / "t2i_run02_steps15.png").read_bytes() != before
    aside = list(done.folder.glob("t2i_run02_steps15.*.png"))
    assert [path.read_bytes() for path in aside] == [before]


def test_a_foreign_file_is_never_touched(bench: Workbench, lab: Plan) -> None:
    folder = bench.settings.output / "lab"
    folder.mkdir(parents=True)
    (folder / "baseline.png").write_bytes(b"somebody's own")
    with pytest.raises(OutputError) as caught:
        run_experiment(bench, lab)
    assert caught.value.code == "output.exists"
    assert (folder / "baseline.png").read_bytes() == b"somebody's own"
    assert bench.store.count_runs() == 0


def test_a_mistake_in_one_cell_is_named_before_anything_runs(bench: Workbench, lab: Plan) -> None:
    arm = lab.arms[1].model_copy(update={"change": lab.arms[1].change.model_copy(update={"steps": 0})})
    with pytest.raises(PackshotError) as caught:
        run_experiment(bench, lab.model_copy(update={"arms": (arm,)}))
    assert arm.name in caught.value.message
    assert bench.store.count_runs() == 0


def test_the_report_comes_from_the_store_alone(bench: Workbench, lab: Plan, tmp_path: Path) -> None:
    done = run_experiment(bench, lab)
    files = report(bench, "lab", tmp_path / "again")
    assert files.html.read_bytes() == done.report.html.read_bytes()
    assert (tmp_path / "again" / "baseline.png").read_bytes() == (done.folder / "baseline.png").read_bytes()


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (None, "lab"),
        ("studio-tiny", "lab"),
        ("sd15", "lab-sd15"),
        ("owner/x@v1", "lab-owner-x-v1"),
        (".", "lab-abcdef"),
    ],
)
def test_the_name_says_the_model(lab: Plan, model: str | None, name: str) -> None:
    assert experiment_name(lab, model, "sha256:abcdef99") == name


GOOD = """schema: packshot.plan/1
name: mine
title: T
question: Q
baseline:
  name: base
  prompt: a mug
arms:
  - name: more
    change: {steps: 40}
"""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("  prompt: a mug", "  prompt: a mug\n  guidence: 4", ["line 8", "guidence", "guidance"]),
        ("steps: 40", "stepps: 40", ["line 10", "stepps", "steps"]),
        ("steps: 40", "steps: forty", ["line 10", "steps", "forty"]),
        ("name: more", "name: base", ["line 9", "base"]),
        ("name: more", "name: ../up", ["line 9", "../up"]),
        ("schema: packshot.plan/1\n", "", ["schema"]),
        ("plan/1", "plan/9", ["line 1", "plan/9"]),
        ("title: T", "title: T\ntitle: U", ["line 4", "title"]),
        ("name: more", "name: GRID_text2img", ["line 9", "file of the report"]),
        ("name: more", "name: Base", ["line 9", "Base"]),
        ("steps: 40", "steps: true", ["line 10", "steps"]),
        ("steps: 40", "steps: !!int x", ["line 10", "not a value"]),
        ("steps: 40", "steps: !thing 3", ["line 10"]),
        ("title: T", "title: 2024-13-45", ["line 3"]),
        ("title: T", "title: " + "[" * 3000, ["too deeply"]),
        ("question: Q", "question: &a [*a]", ["too deeply"]),
        ("title: T", "title: [", ["not YAML"]),
        ("baseline:", "baseline: {", ["not YAML"]),
    ],
)
def test_mistakes_in_a_plan_are_pointed_at(old: str, new: str, words: list[str]) -> None:
    with pytest.raises(PlanError) as caught:
        read_plan(GOOD.replace(old, new), "mine.yaml")
    text = str(caught.value)
    assert all(word in text for word in words), text


def test_a_good_plan_is_read_and_no_plan_is_named(tmp_path: Path) -> None:
    assert read_plan(GOOD, "mine.yaml").arms[0].change.steps == 40
    with pytest.raises(PlanError) as caught:
        find_plan("lap", Path("src/packshot/data/plans"))
    assert "lab" in str(caught.value)
    for text in ("", "- 1", "just words"):
        with pytest.raises(PlanError):
            read_plan(text, "x.yaml")

"""One picture: made once, kept, exported with its record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from packshot.engine import FakeEngine
from packshot.errors import Interrupted, OutputError, PackshotError, RecordError
from packshot.metadata import read_record
from packshot.result import Criterion, Failure, RunState, Sameness
from packshot.spec import Spec
from packshot.workflow import Workbench, judge, make_picture, rate, replay

SPEC = Spec(prompt="a red mug", steps=3)


def test_a_picture_is_kept_and_exported_with_its_record(bench: Workbench, tmp_path: Path) -> None:
    made = make_picture(bench, SPEC, out=tmp_path / "mug.png")
    assert made.run.state is RunState.SUCCEEDED
    assert not made.already
    record, pixels = read_record(tmp_path / "mug.png")
    assert record.run_id == made.run.id
    assert record.picture_digest == made.run.result.picture_digest
    assert np.array_equal(pixels, bench.store.pictures.get(record.picture_digest))
    assert bench.store.evidence(made.run.id)
    assert bench.store.verify().clean


def test_what_is_done_is_not_done_again_unless_asked(bench: Workbench) -> None:
    first = make_picture(bench, SPEC)
    again = make_picture(bench, SPEC)
    assert again.already
    assert again.run.id == first.run.id
    fresh = make_picture(bench, SPEC, fresh=True)
    assert fresh.run.id != first.run.id
    assert fresh.run.result.picture_digest == first.run.result.picture_digest
    assert bench.engine().made == 2


def test_a_failure_is_recorded_and_can_be_tried_again(open_bench: Callable[..., Any]) -> None:
    failure = Failure(code="picture.blank", message="blank")
    with open_bench(FakeEngine(fails={SPEC.prompt: failure})) as bench:
        made = make_picture(bench, SPEC)
        assert made.run.state is RunState.FAILED
        assert made.run.failure == failure
        assert made.path is None
    with open_bench() as bench:
        assert make_picture(bench, SPEC).run.state is RunState.SUCCEEDED
        assert bench.store.count_runs() == 2


@pytest.mark.parametrize(
    ("missing", "cause"),
    [
        ({}, None),
        ({"openvino": None}, "runtime: recorded openvino in bfloat16, not installed here; used torch in float32"),
        ({"bfloat16": False}, "precision: recorded bfloat16, and this processor has no bfloat16; used float32"),
    ],
)
def test_a_replay_says_which_runtime_it_could_not_restore(
    open_bench: Callable[..., Any], missing: dict[str, Any], cause: str | None
) -> None:
    here = {"openvino": "2026.4.1", "bfloat16": True}
    with open_bench(**here) as bench:
        run = make_picture(bench, SPEC.model_copy(update={"runtime": "openvino", "precision": "bfloat16"})).run
        assert (run.resolved.execution.runtime, run.resolved.execution.precision) == ("openvino", "bfloat16")
    with open_bench(**here | missing) as bench:
        again = replay(bench, run.id)
        assert again.run.spec_hash == run.spec_hash
        assert again.verdict.causes == ((cause,) if cause else ())
        restored = again.run.resolved.execution == run.resolved.execution
        assert restored is (cause is None)


@dataclass
class Stopping(FakeEngine):
    """An engine during whose work a person presses Ctrl-C."""

    after: int = 2
    inner: FakeEngine = field(default_factory=FakeEngine)

    def __post_init__(self) -> None:
        super().__init__()

    def step(self) -> list[Any]:
        self.after -= 1
        if self.after < 0:
            raise KeyboardInterrupt
        return super().step()


def test_an_interrupted_run_is_taken_over(open_bench: Callable[..., Any]) -> None:
    with open_bench(Stopping()) as bench:
        with pytest.raises(Interrupted):
            make_picture(bench, SPEC)
        assert not bench.engine().busy
        stopped = bench.store.runs()[0]
        assert stopped.state is RunState.QUEUED
    with open_bench() as bench:
        made = make_picture(bench, SPEC)
        assert made.run.id == stopped.id
        assert made.run.state is RunState.SUCCEEDED
        assert bench.store.count_runs() == 1


def test_another_picture_is_never_overwritten(bench: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "mug.png"
    make_picture(bench, SPEC, out=path)
    before = path.read_bytes()
    with pytest.raises(OutputError) as caught:
        make_picture(bench, SPEC.model_copy(update={"seed": 1}), out=path)
    assert caught.value.code == "output.exists"
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["mug.jpg", "a b.png", "ü.png", ""])
def test_an_impossible_output_is_refused_before_the_work(bench: Workbench, tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError):
        make_picture(bench, SPEC, out=tmp_path / name)
    assert bench.store.count_runs() == 0


def test_an_unwritable_output_is_refused_before_the_work(bench: Workbench, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(OutputError) as caught:
        make_picture(bench, SPEC, out=tmp_path / "file" / "mug.png")
    assert caught.value.code == "output.unwritable"
    assert bench.store.count_runs() == 0


def test_a_replay_is_identical_and_recorded(bench: Workbench) -> None:
    made = make_picture(bench, SPEC)
    done = replay(bench, made.run.id[:12].lower())
    assert done.verdict.sameness is Sameness.IDENTICAL
    assert done.run.id != made.run.id
    assert done.run.replay_of == made.run.id
    assert bench.store.run(done.run.id).verdict == done.verdict
    assert make_picture(bench, SPEC).run.id == made.run.id, "a replay does not stand for the work"


def test_a_replay_restores_the_recorded_threads(bench: Workbench, open_bench: Callable[..., Any]) -> None:
    made = make_picture(bench, SPEC)
    with open_bench(threads=9) as other:
        done = replay(other, made.run.id)
    assert done.run.resolved.execution.threads == made.run.resolved.execution.threads == 1


def test_a_file_alone_is_replayed_without_its_workspace(
    bench: Workbench, tmp_path: Path, open_bench: Callable[..., Any], settings: Any
) -> None:
    source = tmp_path / "photo.png"
    Image.fromarray(np.random.default_rng(3).integers(0, 255, (64, 64, 3), np.uint8)).save(source)
    spec = Spec(prompt="a mug", steps=4, source=str(source), strength=0.5)
    path = tmp_path / "mug.png"
    make_picture(bench, spec, out=path)
    settings.workspace.rename(tmp_path / "elsewhere")
    with open_bench() as empty:
        with pytest.raises(PackshotError) as caught:
            replay(empty, str(path))
        assert caught.value.code == "source.not_found"
        assert replay(empty, str(path), source=source).verdict.sameness is Sameness.IDENTICAL
        other = tmp_path / "other.png"
        Image.new("RGB", (64, 64), "red").save(other)
        with pytest.raises(PackshotError) as caught:
            replay(empty, str(path), source=other)
        assert caught.value.code == "source.not_found"


def test_an_edited_file_is_found_out(bench: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "mug.png"
    make_picture(bench, SPEC, out=path)
    from packshot.metadata import write_png

    record, pixels = read_record(path)
    changed = pixels.copy()
    changed[:8] = 255 - changed[:8]
    write_png(tmp_path / "edited.png", changed, record)
    verdict = replay(bench, str(tmp_path / "edited.png")).verdict
    assert verdict.sameness is not Sameness.IDENTICAL, "the file in hand is not what the replay gave"
    assert any("were changed" in cause and "replay equals" in cause for cause in verdict.causes)


def test_other_pixels_are_close_or_different() -> None:
    one = np.full((8, 8, 3), 100, np.uint8)
    near, far = one + 1, one + 100
    assert judge(one, near, ("threads",)).sameness is Sameness.CLOSE
    assert judge(one, near, ("threads",)).psnr_db == pytest.approx(48.13, abs=0.01)
    assert judge(one, far, ()).sameness is Sameness.DIFFERENT
    assert "not known" in judge(one, far, ()).causes[0]
    assert judge(one, np.zeros((4, 8, 3), np.uint8), ()).sameness is Sameness.DIFFERENT


def full(score: int) -> dict[Criterion, tuple[int, str]]:
    return dict.fromkeys(Criterion, (score, "because"))


def test_ratings_are_added_and_never_replaced(bench: Workbench, tmp_path: Path) -> None:
    made = make_picture(bench, SPEC, out=tmp_path / "mug.png")
    assert rate(bench, str(tmp_path / "mug.png"), "Ada", full(2)).total == 10
    assert rate(bench, made.run.id, "Ada", full(1)).total == 5
    assert [rating.total for rating in bench.store.ratings(made.run.id)] == [10, 5]


@pytest.mark.parametrize(
    ("rater", "scores"),
    [("Ada", full(3)), ("Ada", full(-1)), ("  ", full(1)), ("x" * 101, full(1)), ("Ada", {Criterion.REALISM: (1, "")})],
)
def test_impossible_ratings_are_refused(bench: Workbench, rater: str, scores: Any) -> None:
    made = make_picture(bench, SPEC)
    with pytest.raises(RecordError) as caught:
        rate(bench, made.run.id, rater, scores)
    assert caught.value.code == "record.rating"
    assert bench.store.ratings(made.run.id) == []


@pytest.mark.parametrize("reference", ["zzzz", "", "nothing.png"])
def test_unknown_runs_are_named(bench: Workbench, reference: str) -> None:
    make_picture(bench, SPEC)
    with pytest.raises(PackshotError) as caught:
        replay(bench, reference)
    assert caught.value.exit_code == 2

"""The face for Python: tables, pictures and pages of an experiment, with the fake engine."""

from __future__ import annotations

import io
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import packshot
from packshot.errors import EngineError, OutputError, PackshotError, PlanError, RecordError, SpecError, WorkspaceError
from packshot.metadata import read_record
from packshot.result import Criterion, CriterionScore, Rating, Sameness
from packshot.wiring import now_utc

PLAN: dict[str, Any] = {
    "schema": "packshot.plan/1",
    "name": "mugs",
    "title": "Mugs <b>& more</b>",
    "question": "What do steps do?",
    "smoke": {"name": "try", "prompt": "a watch", "steps": 3},
    "baseline": {"name": "baseline", "prompt": "a red mug on a white background", "steps": 6},
    "arms": [
        {"name": "again"},
        {"name": "steps3", "change": {"steps": np.int64(3)}},
        {"name": "steps9", "change": {"steps": 9}},
    ],
}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_instruments: None) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PACKSHOT_DEVICE", "cpu")
    monkeypatch.setenv("PACKSHOT_THREADS", "1")
    return tmp_path


def mugs(**changes: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return packshot.run(PLAN | changes, engine="fake", progress=False)


def test_cells_are_rows_with_settings_and_evidence_as_columns() -> None:
    cells = mugs().cells().set_index("cell")
    assert list(cells.index) == ["try", "baseline", "again", "steps3", "steps9"]
    assert list(cells["steps"]) == [3, 6, 6, 3, 9]
    assert set(cells["state"]) == {"succeeded"}
    assert cells.loc["again", "digest"] == cells.loc["baseline", "digest"] != cells.loc["steps3", "digest"]
    assert cells.loc["steps9", "seconds"] == pytest.approx(0.009)
    assert cells.loc["steps3", "change"] == "steps 3"
    assert cells.loc["baseline", "background_as_asked"] in ("yes", "no")
    assert cells["frame_fill"].notna().any()


def test_effects_trends_and_front_are_tidy_tables() -> None:
    opened = mugs()
    effects = opened.effects()
    assert set(effects["arm"]) == {"steps3", "steps9"}, "neither the smoke test nor the repeated baseline"
    seconds = effects[(effects["measure"] == "seconds") & (effects["arm"] == "steps3")].iloc[0]
    assert seconds["difference"] == pytest.approx(-0.003)
    assert seconds["low"] is None or np.isnan(seconds["low"])
    assert effects["shown"].isna().all(), "one pair each"
    assert "cannot be told from luck" in seconds["sentence"]
    assert effects.attrs["left_out"] == ["again asks for the same pictures as baseline: nothing to compare."]
    assert len(effects.attrs["caveats"]) >= 1
    assert set(opened.effects("lightness")["measure"]) == {"lightness"}
    trends = opened.trends()
    levels = trends[trends["measure"] == "seconds"]
    assert list(levels["level"]) == [3, 6, 9]
    assert levels["slope"].iloc[0] == pytest.approx(0.001)
    front = opened.front("background_unevenness")
    assert list(front["arm"]) == ["steps3", "baseline", "steps9"]
    assert front.attrs["measure"] == "background_unevenness"
    assert front.attrs["recommendation"] == opened.recommend("background_unevenness").sentence
    with pytest.raises(RecordError) as unknown:
        opened.effects("beauty")
    assert unknown.value.code == "record.measure"


def test_evidence_is_long_and_numbers_are_numbers() -> None:
    table = mugs().evidence()
    assert not table.duplicated(["cell", "name"]).any()
    asked = table[table["name"] == "background_as_asked"]
    assert set(asked["number"].dropna()) <= {0.0, 1.0}
    assert table[table["name"] == "background_colour"]["number"].isna().all()
    assert table[table["name"] == "likeness_psnr"]["value"].isna().all()


def test_ratings_are_read_as_they_are_now() -> None:
    opened = mugs()
    assert list(opened.ratings().columns) == [
        "cell", "run", "rater", "blind", "created_at", "criterion", "score", "reason",
    ]  # fmt: skip
    assert len(opened.ratings()) == 0
    run_id = opened.cells().set_index("cell").loc["baseline", "run"]
    scores = {criterion: CriterionScore(score=2) for criterion in Criterion}
    with packshot.open_workbench() as bench:
        bench.store.add_rating(Rating(id="R1", run_id=run_id, rater="Ada", created_at=now_utc(), scores=scores))
    ratings = opened.ratings()
    assert list(ratings["cell"]) == ["baseline"] * 5, "under one cell, though two share the run"
    assert set(ratings["criterion"]) == {str(criterion) for criterion in Criterion}


def test_pictures_are_a_mapping_that_a_notebook_shows(folder: Path) -> None:
    pictures = mugs().pictures
    assert list(pictures) == ["try", "baseline", "again", "steps3", "steps9"]
    assert len(pictures) == 5
    picture = pictures["steps3"]
    shown = np.asarray(Image.open(io.BytesIO(picture._repr_png_())))
    assert np.array_equal(shown, picture.pixels)
    assert picture.path == folder / "outputs" / "mugs" / "steps3.png"
    assert picture.record.resolved.intent.steps == 3
    assert {entry.name for entry in picture.evidence} >= {"lightness", "frame_fill"}
    assert picture.replay().sameness is Sameness.IDENTICAL
    saved = picture.save(folder / "kept" / "mug.png")
    assert read_record(saved)[0].run_id == picture.record.run_id
    with pytest.raises(OutputError):
        pictures["steps9"].save(saved)
    with pytest.raises(KeyError):
        pictures["nobody"]
    assert "nobody" not in pictures


def test_the_grid_and_the_report(folder: Path) -> None:
    opened = mugs()
    grid = opened.grid()
    assert grid.pixels.ndim == 3
    assert grid._repr_png_()[:4] == b"\x89PNG"
    assert opened.grid(limit=1).pixels.shape[1] < grid.pixels.shape[1]
    assert opened.report == folder / "outputs" / "mugs" / "report.html"
    opened.report.unlink()
    with pytest.raises(RecordError) as missing:
        _ = opened.report
    assert "write_report" in str(missing.value.hint)
    assert opened.write_report() == opened.report


def test_the_page_is_escaped_and_has_no_script() -> None:
    page = mugs()._repr_html_()
    assert "Mugs &lt;b&gt;&amp; more&lt;/b&gt;" in page
    assert "<b>" not in page
    assert page.count("<img ") == 4, "five cells, two of one picture"
    assert "<script" not in page
    hostile = PLAN["baseline"] | {"prompt": '"><script>alert(1)</script> mug'}
    assert "<script" not in mugs(baseline=hostile)._repr_html_()


def test_an_experiment_is_opened_again_from_another_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = mugs()
    other = folder / "elsewhere"
    other.mkdir()
    monkeypatch.chdir(other)
    assert len(opened.cells()) == 5, "a notebook may change its folder"
    again = packshot.open("mugs", workspace=folder / ".packshot", engine="fake")
    assert again.title == PLAN["title"]
    with pytest.raises(WorkspaceError):
        packshot.open("mugs", engine="fake")
    with pytest.raises(RecordError) as missing:
        packshot.open("cups", workspace=folder / ".packshot")
    assert missing.value.code == "record.not_found"
    assert not (other / ".packshot").exists()


@pytest.mark.slow
def test_a_plan_is_a_name_a_file_a_mapping_or_a_plan(folder: Path) -> None:
    import yaml

    plain = PLAN | {"arms": [{"name": "steps3", "change": {"steps": 3}}]}
    path = folder / "mugs.yaml"
    path.write_text(yaml.safe_dump(plain), encoding="utf-8")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for plan in (path, str(path), plain, packshot.find_plan(str(path), folder)):
            assert packshot.run(plan, engine="fake", progress=False).name == "mugs"
        assert packshot.run("lab", engine="fake", progress=False).name == "lab"
    with pytest.raises(PlanError, match="no plan named 'labb'"):
        packshot.run("labb", engine="fake")
    with pytest.raises(PlanError, match="unknown key 'stepz'") as mistaken:
        packshot.run(PLAN | {"arms": [{"name": "x", "change": {"stepz": 3}}]}, engine="fake")
    assert mistaken.value.message.startswith("the plan, at `stepz: 3`: ")
    with pytest.raises(PlanError):
        packshot.run(PLAN | {"title": object()}, engine="fake")


def test_progress_is_said_unless_told_otherwise(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.warns(UserWarning, match="“unicorn” is not among them"):
        packshot.run(PLAN | {"baseline": PLAN["baseline"] | {"prompt": "a red unicorn"}}, engine="fake")
    assert "steps9" in capsys.readouterr().err
    mugs()
    assert capsys.readouterr().err == ""


def test_generate_gives_a_picture(folder: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        picture = packshot.generate(
            "product photo of a red mug on a white background", steps=3, seed=7, engine="fake", out=folder / "mug.png"
        )
    assert picture.path == folder / "mug.png"
    assert picture.record.resolved.intent.seed == 7
    assert picture.pixels.shape[2] == 3
    assert picture.replay().sameness is Sameness.IDENTICAL
    assert "seed 7" in repr(picture)


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"stepz": 3}, "no setting named stepz"), ({"steps": "many"}, "impossible steps"), ({"steps": 0}, "steps")],
)
def test_what_cannot_be_made_is_refused(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(SpecError, match=words):
        packshot.generate("a mug", engine="fake", **settings)


def test_a_failure_is_an_error_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    from packshot.engine import FakeEngine
    from packshot.result import Failure

    failure = Failure(code="engine.out_of_memory", message="not enough memory", hint="less")
    monkeypatch.setattr("packshot.wiring.workbench.fake_engine", lambda: FakeEngine(fails={"a red mug": failure}))
    with pytest.raises(EngineError) as failed:
        packshot.generate("a red mug", engine="fake")
    assert (failed.value.code, failed.value.hint) == ("engine.out_of_memory", "less")
    with pytest.warns(UserWarning, match="baseline has no picture: not enough memory"):
        opened = packshot.run(
            PLAN | {"baseline": {"name": "baseline", "prompt": "a red mug"}, "arms": []}, engine="fake", progress=False
        )
    assert list(opened.pictures) == ["try"]
    assert len(opened.effects()) == 0
    assert opened.cells().set_index("cell").loc["baseline", "failure"] == "not enough memory"
    assert len(opened.trends()) == len(opened.front()) == 0
    with pytest.raises(RecordError):
        opened.grid()
    assert "1 of 2 cells have a picture" in opened._repr_html_()


def test_seeds_replicate_the_plan() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        opened = packshot.run(PLAN, seeds=np.int64(2), engine="fake", progress=False)
    assert list(opened.pictures) == [
        "try", "baseline_s42", "again_s42", "steps3_s42", "steps9_s42",
        "baseline_s43", "again_s43", "steps3_s43", "steps9_s43",
    ]  # fmt: skip
    with pytest.raises(PlanError, match="no number of seeds"):
        packshot.run(PLAN, seeds=0, engine="fake", progress=False)


def test_model_and_source_are_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from packshot.notebook import start

    asked: list[dict[str, Any]] = []

    def stop(_bench: object, _plan: object, **settings: Any) -> None:
        asked.append(settings)
        raise InterruptedError

    monkeypatch.setattr(start, "run_experiment", stop)
    with pytest.raises(InterruptedError):
        packshot.run("lab", engine="fake", model="sd15", source=Path("shoe.jpg"))
    assert (asked[0]["model"], asked[0]["source"]) == ("sd15", "shoe.jpg")


def test_a_report_is_written_in_another_language(folder: Path) -> None:
    opened = mugs()
    page = opened.write_report(folder / "fr", language="fr", pictures=2)
    assert '<html lang="fr"' in page.read_text(encoding="utf-8")
    with pytest.raises(PackshotError):
        opened.write_report(language="xx")
    height, width, _ = opened.grid().pixels.shape
    assert repr(opened.grid()) == f"<contact sheet: {width}×{height}>"


def test_an_unknown_engine_is_refused() -> None:
    with pytest.raises(PackshotError) as refused:
        packshot.run("lab", engine="steam")
    assert refused.value.code == "settings.invalid"


def test_a_session_without_tables_needs_no_pandas() -> None:
    code = (
        "import sys, packshot; packshot.run, packshot.open, packshot.generate; "
        "sys.exit(bool({'torch', 'pandas', 'scipy.stats'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


@pytest.mark.slow
def test_the_lab_with_the_built_in_model() -> None:
    opened = packshot.run("lab", progress=False)
    assert (opened.cells()["state"] == "succeeded").all()
    assert opened.effects("seconds")["difference"].notna().all()
    strength = opened.trends("likeness_ssim")
    assert list(strength["level"]) == [0.35, 0.6, 0.85]
    assert (strength["slope"] < 0).all(), "more strength, less of the source"
    assert opened.pictures["t2i_run02_steps15"].replay().sameness is Sameness.IDENTICAL

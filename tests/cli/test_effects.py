"""`packshot effects`: table, words, JSON and CSV, and what it refuses."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

Call = Callable[..., object]


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first test that needs it leaves its folder for the others."""
    return tmp_path_factory.mktemp("lab") / "finished"


@pytest.fixture
def lab(call: Call, finished: Path, tmp_path: Path) -> Call:
    """A call in a folder where the lab's plan was run."""
    if finished.is_dir():
        shutil.copytree(finished, tmp_path, dirs_exist_ok=True)
    else:
        assert call("experiment", "run", "lab", "--json").code == 0
        shutil.copytree(tmp_path, finished)
    return call


def test_one_picture_per_setting_is_called_luck(lab: Call) -> None:
    said = lab("effects", "lab")
    assert said.code == 0
    assert "one pair, cannot be told from luck" in said.out
    assert "take more seeds." in said.out
    assert "Nothing recommended: the settings cannot be told apart from the baseline with 1 pair" in said.out
    assert "--seeds 5 takes more seeds" in said.out
    assert "t2i_run01_baseline asks for the same pictures as baseline" in said.out
    assert "smoke_test" not in said.out
    assert "more without a difference shown" in said.out
    assert len(lab("effects", "lab", "--all").out.splitlines()) > len(said.out.splitlines())


def test_one_measure_alone(lab: Call) -> None:
    said = lab("effects", "lab", "--measure", "lightness")
    assert "lightness" in said.out
    assert "sharpness" not in said.out
    assert "Neither more nor less of lightness is better" in said.out


def test_the_recommendation_reaches_what_is_asked(lab: Call) -> None:
    said = lab("effects", "lab", "--measure", "background_unevenness", "--at-least", "1000").out
    assert "t2i_run02_steps15 is the quickest" in said, "the front is of the baseline's task: pictures from words"
    assert "of at most 1000" in said
    nothing = lab("effects", "lab", "--measure", "background_unevenness", "--at-least", "-1").out
    assert "comes nearest" in nothing


def test_json_holds_everything(lab: Call) -> None:
    data = lab("effects", "lab", "--json").data
    assert data["experiment"] == "lab"
    assert {effect["pairs"] for effect in data["effects"]} == {1}
    steps = next(effect for effect in data["effects"] if effect["arm"] == "t2i_run02_steps15")
    assert (steps["change"], steps["against"], steps["interval"]) == ({"steps": "15"}, "baseline", None)
    parameters = {(trend["parameter"], tuple(trend["where"])) for trend in data["trends"]}
    assert parameters == {("steps", ()), ("guidance", ()), ("strength", ("source",))}
    assert any(setting["on_front"] for setting in data["settings"])
    assert data["quality"] == "background_as_asked"
    assert data["recommendation"]["sentence"]


def test_csv_is_written_again_and_never_over_another_file(lab: Call, tmp_path: Path) -> None:
    path = tmp_path / "effects.csv"
    for _ in range(2):
        assert lab("effects", "lab", "--csv", str(path)).code == 0
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(lab("effects", "lab", "--json").data["effects"])
    assert rows[0]["measure"] == "seconds"
    assert float(rows[0]["difference"]) == pytest.approx(-0.015)
    other = tmp_path / "notes.txt"
    other.write_text("mine\n", encoding="utf-8")
    refused = lab("effects", "lab", "--json", "--csv", str(other))
    assert (refused.code, refused.error["code"]) == (2, "output.exists")
    assert other.read_text(encoding="utf-8") == "mine\n"


def test_wrong_use_is_refused(lab: Call) -> None:
    for arguments, code in (
        (("effects", "nothing"), "record.not_found"),
        (("effects", "lab", "--measure", "beauty"), "record.measure"),
        (("effects", "lab", "--measure", "lightness", "--at-least", "3"), "record.measure"),
        (("effects", "lab", "--at-least", "nan"), "record.measure"),
        (("effects", "lab", "--at-least", "much"), "spec.invalid"),
        (("effects",), "spec.invalid"),
    ):
        refused = lab(*arguments, "--json")
        assert (refused.code, refused.error["code"]) == (2, code), arguments


def test_without_a_workspace_nothing_is_made(call: Call, tmp_path: Path) -> None:
    assert call("effects", "lab").code == 2
    assert not (tmp_path / ".packshot").exists()

"""`rate --blind`, `ratings …` and `evaluate` as a person calls them."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.product.drawings import GROUNDS, disc, draw

Call = Callable[..., Any]
PLAN = """schema: packshot.plan/1
name: mugs
title: Mugs
question: What do steps do?
baseline: {name: baseline, prompt: a red mug, steps: 2, seed: 1}
arms:
  - {name: steps3, change: {steps: 3}}
  - {name: steps4, change: {steps: 4}}
"""


class Terminal(io.StringIO):
    """Somebody types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def experiment(call: Call) -> Call:
    """Three pictures."""
    Path("mugs.yaml").write_text(PLAN)
    assert call("experiment", "run", "mugs.yaml").code == 0
    return call


def types(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("".join(f"{line}\n" for line in lines)))


def test_a_blind_session_at_the_terminal(experiment: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    one = ["2", "", "1", "soft", "7", "0", "a third strap", "1", "", ""]  # 7 is no score; the last is left open
    types(monkeypatch, *one, "q")
    first = experiment("rate", "mugs", "--blind", "--by", "Ada")
    assert first.code == 0, first.err
    assert "picture 1 of 3" in first.out
    assert "prompt: a red mug" in first.out
    assert "could be shown after retouching" in first.out
    assert "steps3" not in first.out
    assert "baseline" not in first.out
    assert "1 of 3 pictures are rated (order of seed" in first.out
    types(monkeypatch, *[word for _ in range(2) for word in ("1", "") * 5])
    second = experiment("rate", "mugs", "--blind", "--by", "Ada")
    assert "picture 2 of 3" in second.out
    assert "picture 1 of 3" not in second.out
    assert "3 of 3 pictures are rated" in second.out
    assert "3 of 3 pictures are rated" in experiment("rate", "mugs", "--blind", "--by", "Ada").out
    rows = experiment("ratings", "export", "mugs", "--out", "r.json", "--json").data
    assert rows["rows"] == 4 + 5 + 5
    reasons = {row["reason"] for row in json.loads(Path("r.json").read_text())["data"]}
    assert reasons == {"", "soft", "a third strap"}


def test_nobody_at_the_terminal_is_refused(experiment: Call) -> None:
    answer = experiment("rate", "mugs", "--blind", "--by", "Ada", "--json")
    assert (answer.code, answer.error["code"]) == (2, "record.rating")
    assert "--scores-file" in answer.error["hint"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["rate", "mugs", "--blind", "--by", "Ada", "--scores", "1,1,1,1,1"],
        ["rate", "mugs", "--by", "Ada", "--seed", "3"],
        ["rate", "other", "--blind", "--by", "Ada"],
        ["rate", "mugs", "--blind", "--by", "Ada", "--scores-file", "none.csv"],
        ["ratings", "sheet", "other", "--out", "to-rate"],
        ["ratings", "import", "none.csv", "--by", "Ada"],
        ["ratings", "export", "mugs", "--out", "ratings.xls"],
        ["ratings", "agreement", "other"],
        ["evaluate", "nowhere"],
        ["evaluate", "mugs", "--prompt", "a mug"],
        ["evaluate", ".", "--prompts", "none.csv"],
        ["evaluate", ".", "--source", "none.png"],
    ],
)
def test_wrong_calls_are_refused(experiment: Call, arguments: list[str]) -> None:
    answer = experiment(*arguments, "--json")
    assert answer.code == 2, answer.out
    assert answer.error["message"]


def test_scores_from_files_and_the_agreement(experiment: Call) -> None:
    head = "number,adherence,realism,artifacts,usability,reproducibility\n"
    Path("scores.csv").write_text(head + "1,2,1,0,1,\n2,1,1,2,0,\n")
    answer = experiment(
        "rate", "mugs", "--blind", "--by", "Ada", "--seed", "3", "--scores-file", "scores.csv", "--json"
    )
    assert answer.code == 0, answer.err
    assert (answer.data["seed"], len(answer.data["kept"])) == (3, 2)
    assert "nobody has rated" not in experiment("ratings", "agreement", "mugs").out
    sheet = experiment("ratings", "sheet", "mugs", "--blind", "--out", "to-rate", "--by", "Ben", "--json").data
    assert sheet["pictures"] == 3
    assert experiment("ratings", "import", sheet["table"], "--by", "Ben", "--json").data["left_open"] == 3
    shown = experiment("ratings", "agreement", "mugs")
    assert "not enough" in shown.out
    entries = experiment("ratings", "agreement", "mugs", "--json").data
    assert {(entry["one"], entry["other"]) for entry in entries} == {("Ada", "proposal")}
    assert all(entry["kappa"] is None for entry in entries)


def test_nobody_has_rated(experiment: Call) -> None:
    assert "nobody has rated mugs yet" in experiment("ratings", "agreement", "mugs").out


def test_a_folder_of_another_tool(call: Call) -> None:
    Path("sd15").mkdir()
    for name, ground in (("one", "grey"), ("two", "white"), ("three", "grey")):
        Image.fromarray(draw(disc(radius=0.4), GROUNDS[ground], (30, 60, 160))).save(f"sd15/{name}.png")
    answer = call("evaluate", "sd15", "--prompt", "a blue ball on a white background")
    assert answer.code == 0, answer.err
    assert "2 of 3 pictures asked for a white background have another" in answer.out
    assert "background not as asked" in answer.out
    assert Path("outputs/evaluation-sd15/evaluation.html").is_file()
    data = call("evaluate", "sd15", "--prompt", "a ball on a white background", "--out", "here", "--json").data
    assert data["summary"][0] == "2 of 3 pictures asked for a white background have another"
    scores = {picture["file"]: picture["proposal"]["scores"]["usability"]["score"] for picture in data["pictures"]}
    assert (scores["one.png"], scores["three.png"]) == (1, 1)
    assert scores["two.png"] in (2, None)
    assert json.loads(Path("here/evidence.json").read_text())["schema"] == "packshot.evaluation/1"


def test_an_experiment_is_evaluated_again(experiment: Call) -> None:
    data = experiment("evaluate", "mugs", "--json").data
    assert [picture["file"] for picture in data["pictures"]] == ["baseline", "steps3", "steps4"]
    assert data["pictures"][0]["prompt_from"] == "its own record"

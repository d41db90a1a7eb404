"""Several raters, blind: what they see, what they do not, and what comes of it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from packshot.errors import OutputError, PackshotError, RecordError
from packshot.experiment import find_plan
from packshot.result import Criterion, Evidence
from packshot.workflow import (
    Workbench,
    export_ratings,
    import_sheet,
    open_session,
    rate,
    rate_from_table,
    rating_agreement,
    rating_rows,
    run_experiment,
    write_neutral,
    write_sheet,
)

PLAN = """schema: packshot.plan/1
name: mugs
title: Mugs
question: What do steps do?
baseline: {name: baseline, prompt: a red mug on a white background, width: 64, height: 64, steps: 2, seed: 1}
arms:
  - {name: again, change: {}}
  - {name: steps3, change: {steps: 3}}
  - {name: steps4, change: {steps: 4}}
  - {name: steps5, change: {steps: 5}}
  - {name: steps6, change: {steps: 6}}
"""
SEEN = dict.fromkeys((c for c in Criterion if c is not Criterion.REPRODUCIBILITY), (1, "looks fine"))


@pytest.fixture
def made(bench: Workbench, tmp_path: Path) -> Workbench:
    """Five pictures under six names."""
    (tmp_path / "mugs.yaml").write_text(PLAN)
    run_experiment(bench, find_plan(str(tmp_path / "mugs.yaml"), bench.plans))
    return bench


def fill_in(table: Path, scores: list[list[str]]) -> None:
    """Writes scores into the rows of a sheet, as a spreadsheet would."""
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row, given in zip(rows, scores, strict=True):
        row.update(zip([c.value for c in Criterion], given, strict=False))
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


def test_each_rater_has_an_order_and_each_picture_comes_once(made: Workbench) -> None:
    ada, ben = open_session(made, "mugs", "Ada"), open_session(made, "mugs", "Ben")
    assert len(ada.pictures) == 5
    assert {p.run_id for p in ada.pictures} == {p.run_id for p in ben.pictures}
    assert open_session(made, "mugs", " Ada ").pictures == ada.pictures
    assert ada.seed != ben.seed
    orders = {tuple(p.run_id for p in open_session(made, "mugs", "Ada", seed).pictures) for seed in range(20)}
    assert len(orders) > 10
    assert open_session(made, "mugs", "Ada", 7).seed == 7


def test_a_session_goes_on_where_it_stopped(made: Workbench) -> None:
    first = open_session(made, "mugs", "Ada").open[0]
    rate(made, first.run_id, "Ada", SEEN, blind=True)
    rate(made, open_session(made, "mugs", "Ada").pictures[1].run_id, "Ada", dict.fromkeys(Criterion, (2, "")))
    session = open_session(made, "mugs", "Ada")
    assert session.done == {1}, "an open rating is not a blind one"
    assert [p.number for p in session.open] == [2, 3, 4, 5]
    assert len(open_session(made, "mugs", "Ben").open) == 5


def test_neutral_copies_say_nothing(made: Workbench, tmp_path: Path) -> None:
    picture = open_session(made, "mugs", "Ada").pictures[2]
    files = write_neutral(made, picture, tmp_path / "neutral")
    assert files.picture.name == "003.png"
    assert files.source is None
    with Image.open(files.picture) as copy:
        assert copy.info == {}
        run = made.store.run(picture.run_id)
        assert run.result is not None
        assert np.array_equal(np.asarray(copy), made.store.pictures.get(run.result.picture_digest))


def test_a_blind_rating_may_leave_open_what_cannot_be_seen(made: Workbench) -> None:
    run_id = open_session(made, "mugs", "Ada").pictures[0].run_id
    rating = rate(made, run_id, "Ada", SEEN, blind=True)
    assert (rating.blind, rating.total) == (True, None)
    assert made.store.ratings(run_id) == [rating]
    with pytest.raises(RecordError, match="not complete"):
        rate(made, run_id, "Ada", SEEN)
    with pytest.raises(RecordError, match="not complete"):
        rate(made, run_id, "Ada", {Criterion.REALISM: (1, "")}, blind=True)


def test_a_sheet_goes_out_and_comes_back(made: Workbench, tmp_path: Path) -> None:
    sheet = write_sheet(made, "mugs", tmp_path / "sheet", by="Ada")
    assert sorted(p.name for p in sheet.folder.iterdir()) == [
        *(f"00{n}.png" for n in range(1, 6)),
        "ratings.csv",
        "rubric.txt",
    ]
    text = sheet.table.read_text(encoding="utf-8-sig")
    assert "steps" not in text
    assert "baseline" not in text
    assert all(picture.run_id not in text for picture in open_session(made, "mugs", "Ada").pictures)
    assert "could be shown after retouching" in (sheet.folder / "rubric.txt").read_text()
    with pytest.raises(OutputError, match="already there"):
        write_sheet(made, "mugs", tmp_path / "sheet", by="Ada")
    fill_in(
        sheet.table, [["0", "0", "0", "0"], ["1", "1", "1", "1"], ["2", "2", "2", "2"], ["1", "2", "1", "2", "2"], []]
    )
    done = import_sheet(made, sheet.table, "Ada")
    assert (len(done.ratings), done.left_open, done.known) == (4, 1, 0)
    assert all(rating.blind for rating in done.ratings)
    order = open_session(made, "mugs", "Ada").pictures
    assert [entry.score for entry in made.store.ratings(order[2].run_id)[0].scores.values()] == [2, 2, 2, 2]
    again = import_sheet(made, sheet.table, "Ada")
    assert (again.ratings, again.known) == ((), 4)
    assert len(import_sheet(made, sheet.table, "Ben").ratings) == 4


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("\n2,", "\n9,"), "rates no picture"),
        (("2,1,1,1", "2,3,1,1"), "not a score in the column adherence"),
        (("2,1,1,1", "2,1,1,"), "line 3 is not complete"),
        (("\n2,", "\n1,"), "another line"),
        (("realism", "beauty"), "not a table of ratings"),
        (("number", "no"), "not a table of ratings"),
    ],
)
def test_a_wrong_table_gives_no_rating_at_all(
    made: Workbench, tmp_path: Path, change: tuple[str, str], message: str
) -> None:
    good = "number,adherence,realism,artifacts,usability,reproducibility\n1,2,2,2,2,2\n2,1,1,1,1,\n"
    path = tmp_path / "scores.csv"
    path.write_text(good.replace(*change, 1))
    with pytest.raises(RecordError, match=message) as caught:
        rate_from_table(made, path, "mugs", "Ada")
    assert caught.value.code == "record.rating"
    assert made.store.experiment_ratings("mugs") == []
    path.write_text(good)
    assert len(rate_from_table(made, path, "mugs", "Ada").ratings) == 2


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"a,b\n1,2\n", None])
def test_what_is_no_table_is_refused(made: Workbench, tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "scores.csv"
    if content is not None:
        path.write_bytes(content)
    for call in (lambda: import_sheet(made, path, "Ada"), lambda: rate_from_table(made, path, "mugs", "Ada")):
        with pytest.raises(PackshotError):
            call()


def test_ratings_are_exported_with_the_proposal_beside(made: Workbench, tmp_path: Path) -> None:
    picture = open_session(made, "mugs", "Ada").pictures[0]
    found = Evidence(name="text_found", value=1.0, unit="pieces", sentence="“SPEEDY” can be read in the picture.")
    made.store.set_evidence(picture.run_id, [found])
    rate(made, picture.run_id, "Ada", dict.fromkeys(Criterion, (2, "=1+1")))
    rate(made, picture.run_id, "Ada", SEEN, blind=True)
    assert export_ratings(made, "mugs", tmp_path / "ratings.csv") == 9
    with (tmp_path / "ratings.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    artifacts = [row for row in rows if row["criterion"] == "artifacts"]
    assert [(row["score"], row["proposed"], row["blind"], row["newest"]) for row in artifacts] == [
        ("2", "0", "False", "False"),
        ("1", "0", "True", "True"),
    ]
    assert artifacts[0]["reason"] == "'=1+1", "no spreadsheet may take a reason for a formula"
    assert "SPEEDY" in artifacts[0]["proposed_reason"]
    assert export_ratings(made, "mugs", tmp_path / "ratings.json") == 9
    data = json.loads((tmp_path / "ratings.json").read_text())
    assert data["schema"] == "packshot.ratings/1"
    assert data["data"] == rating_rows(made, "mugs")
    assert data["data"][0]["reason"] == "=1+1"
    with pytest.raises(OutputError, match="CSV or JSON"):
        export_ratings(made, "mugs", tmp_path / "ratings.xls")


def test_agreement_of_an_experiments_raters(made: Workbench) -> None:
    for number, picture in enumerate(open_session(made, "mugs", "Ada").pictures):
        rate(made, picture.run_id, "Ada", dict.fromkeys(SEEN, (number % 3, "")), blind=True)
        rate(made, picture.run_id, "Ben", dict.fromkeys(Criterion, (number % 3, "")))
    rng = np.random.default_rng(0)
    both = next(entry for entry in rating_agreement(made, "mugs", rng) if entry.other == "Ben")
    assert (both.pictures, both.scores, both.kappa) == (5, 20, pytest.approx(1.0))
    assert {entry.one for entry in rating_agreement(made, "mugs", rng, blind_only=True)} == {"Ada"}


def test_an_experiment_without_pictures_is_refused(bench: Workbench) -> None:
    for call in (open_session, rating_rows):
        with pytest.raises(RecordError):
            call(bench, "nothing", "Ada") if call is open_session else call(bench, "nothing")
    bench.store.save_experiment("empty", {}, [])
    with pytest.raises(RecordError, match="no picture to rate"):
        open_session(bench, "empty", "Ada")

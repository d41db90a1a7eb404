"""The benchmark of the evidence: its arithmetic, its folder, its page, and what must hold on a few of its pictures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("numba")

from benchmarks.evidence import grounds, places, words
from benchmarks.evidence.case import FIRST_SEED, Case, Sort
from benchmarks.evidence.counts import Errors, Share, Verdicts, errors, verdicts
from benchmarks.evidence.drawn import drawn
from benchmarks.evidence.fault_rows import rows_of_faults
from benchmarks.evidence.found import Found, found
from benchmarks.evidence.judged import AS_ASKED, CUT, IMPURE, Row
from benchmarks.evidence.learnt import Measure, halves, learn
from benchmarks.evidence.likeness_rows import rows_of_likeness
from benchmarks.evidence.sorts import FAULTS
from benchmarks.evidence.table import as_json, markdown, write_into
from benchmarks.evidence.walk import Findings
from packshot.evaluation import Asked, evaluate
from training.render.swap import CONTROLS, PRODUCT_CHANGES

FEW = 4


def judged(case: Case) -> Found:
    values = {entry.name: entry.value for entry in evaluate(case.pixels, Asked(case.prompt), case.source)}
    return Found(case.truth, values)


def test_wilsons_interval_is_the_published_one() -> None:
    assert Share(81, 263).interval == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert Share(500, 500).interval == pytest.approx((0.9924, 1.0), abs=1e-4)
    assert Share(0, 0).interval is None


def test_what_was_not_evaluated_counts_as_a_no() -> None:
    seen = verdicts([True, True, False, None], [False, True, None])
    assert seen == Verdicts(caught=2, missed=2, false_alarms=1, rightly_quiet=2, not_evaluated=2)
    assert (seen.recall.value, seen.precision.value) == (0.5, pytest.approx(2 / 3))


def test_errors_are_absolute_and_say_how_many_there_were() -> None:
    seen = errors([1.0, None, 5.0], [2.0, 9.0, 2.0])
    assert seen == Errors(2.0, pytest.approx(2.9), Share(2, 3))
    assert errors([None], [1.0]) is None


def test_a_limit_is_learnt_where_it_parts_best() -> None:
    good = [Found({}, {"x": value, "y": 0.5}) for value in (1.0, 2.0, 3.0)]
    bad = [Found({}, {"x": value, "y": 0.5}) for value in (7.0, 8.0, 9.0)]
    rule = learn((Measure("x", True), Measure("y", False)), bad, good)
    assert rule is not None
    assert [rule(case) for case in (*bad, *good)] == [True] * 3 + [False] * 3
    assert "x >" in rule.words
    assert rule(Found({}, {"x": None, "y": None})) is None
    assert learn((Measure("z", True),), bad, good) is None
    assert halves(bad) == (bad[:1], bad[1:])


def test_a_picture_is_drawn_once_and_measured_once(tmp_path: Path) -> None:
    calls: list[int] = []

    def draw(seed: int, size: int) -> Case:
        calls.append(seed)
        return Case(np.full((size, size, 3), 255, np.uint8), "a mug on white", {"ground": "white"})

    sort = Sort("a sort: with a name", draw, 64)
    first, again = found(tmp_path, sort, 3), found(tmp_path, sort, 3)
    assert first == again
    assert calls == [FIRST_SEED + 3]
    assert drawn(tmp_path / "drawn", sort, 3).prompt == "a mug on white"
    assert first.values["background_pure_white"] == 100.0
    assert not list(tmp_path.rglob("*.writing"))


def test_the_table_stands_between_the_markers(tmp_path: Path) -> None:
    rows = [
        Row("cut_at_border", "cut", verdicts([True, False], [False]), target=True),
        Row("frame_fill", "fill", Errors(1.0, 2.0, Share(3, 4)), unit="%"),
        Row("background_colour", "name", Share(1, 2)),
        Row("text_found", "a word", None),
    ]
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- measured: begin -->\nformer\n<!-- measured: end -->\nafter\n", encoding="utf-8")
    write_into(page, markdown(rows, "2026-01-02", 7))
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before")
    assert text.endswith("after\n")
    assert "former" not in text
    for part in ("**0.500 (", "1.00 %", "Not evaluated: text_found (a word).", "2026-01-02", "7 pictures"):
        assert part in text
    assert [row["of"] for row in as_json(rows, "2026-01-02", 7)["rows"]] == ["cut", "fill", "name", "a word"]
    page.write_text("no markers", encoding="utf-8")
    with pytest.raises(ValueError, match="markers"):
        write_into(page, "text")


def test_every_row_about_changes_and_faults_can_be_judged() -> None:
    findings: Findings = {}
    for change in (*PRODUCT_CHANGES, *CONTROLS):
        far = 0.0 if change in CONTROLS else 10.0
        values = {"likeness_colour": 1.0 + far, "likeness_shape": 0.99 - far / 50, "likeness_product_ssim": 0.9}
        findings[f"changed: {change}"] = [Found({"change": change}, dict(values)) for _ in range(4)]
    assert all(row.outcome == Verdicts(2, 0, 0, 4, 0) for row in rows_of_likeness(findings)[:5])
    findings = {sort.name: [Found({"noise": 3.0, "burnt": 2.0}, {"noise": 4.0})] * 2 for sort in FAULTS}
    outcomes = {row.evidence: row.outcome for row in rows_of_faults(findings)}
    assert outcomes["noise"] == Errors(1.0, 1.0, Share(2, 2))
    assert outcomes["banding"] is None
    assert outcomes["sharpness"] is None


@pytest.mark.slow
def test_grounds_are_named_and_compared_with_the_prompt() -> None:
    for number in range(FEW):
        right = judged(grounds.coloured(FIRST_SEED + number, 256, asked_rightly=True))
        wrong = judged(grounds.coloured(FIRST_SEED + number, 256, asked_rightly=False))
        assert right.values["background_colour"] == right.truth["colour"]
        assert (AS_ASKED(right), AS_ASKED(wrong)) == (False, True)


@pytest.mark.slow
def test_white_is_told_from_nearly_white() -> None:
    for number in range(FEW):
        white = judged(grounds.white(FIRST_SEED + number, 256))
        other = judged(grounds.not_white(FIRST_SEED + number, 256))
        assert (IMPURE(white), AS_ASKED(white), IMPURE(other)) == (False, False, True)
        if other.truth["ground"] != "off-white":
            assert AS_ASKED(other), number


@pytest.mark.slow
def test_cut_is_told_from_close() -> None:
    cut = [judged(places.cut(FIRST_SEED + number, 256)) for number in range(FEW)]
    whole = [judged(places.whole(FIRST_SEED + number, 256)) for number in range(FEW)]
    assert not any(CUT(case) for case in whole)
    assert sum(bool(CUT(case)) for case in cut) >= FEW - 1


def test_places_and_shadows_are_near_the_truth() -> None:
    cases = [judged(places.framed(FIRST_SEED + number, 256)) for number in range(FEW)]
    for name, truth, limit in (("frame_fill", "fill", 4.0), ("off_centre", "off_centre", 2.0)):
        values = [value if isinstance(value := case.values[name], float) else None for case in cases]
        seen = errors(values, [float(case.truth[truth]) for case in cases])
        assert seen is not None
        assert seen.mean < limit
    depths = [(case.values["shadow_strength"], case.truth["shadow"]) for case in cases]
    away = [abs(float(value) - float(truth)) for value, truth in depths if value is not None]
    assert len(away) >= FEW // 2
    assert np.median(away) < 8.0


def test_words_have_the_height_and_contrast_that_are_asked_for() -> None:
    case = words.written(FIRST_SEED, 512, (20.0, 40.0), (3.0, 21.0))
    plain = words.plain(FIRST_SEED, 512)
    assert 20.0 <= float(case.truth["cap_px"]) <= 40.0
    assert float(case.truth["contrast"]) >= 3.0
    assert case.truth["text"] in words.READABLE
    assert plain.truth["text"] == ""
    font = words._font(30.0)
    _, top, _, bottom = font.getbbox("H")
    assert bottom - top == pytest.approx(30.0, abs=1.0)

"""Sentences rest on the numbers of the experiment, and say so where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from packshot.report import ReportData, gather, open_language
from packshot.report.cost import cost_rows, cost_summary
from packshot.report.facts import LUCK, Facts, find_facts
from packshot.report.reproduction import environment, needs, replay_summary
from packshot.report.risks import find_risks
from packshot.report.wording import decibels
from packshot.result import Evidence, Sameness, psnr_db
from tests.report.samples import MemorySource, failed, lab, provenance, rating, replayed, run_id, shapes


def report(source: MemorySource) -> ReportData:
    return gather(source, "lab", {})


def facts_on(source: MemorySource, start: str) -> Facts:
    return next(facts for facts in find_facts(report(source)) if facts.heading.startswith(start))


def risk_texts(source: MemorySource) -> dict[str, str]:
    return {risk.title: " ".join(risk.shown) for risk in find_risks(report(source))}


def test_a_run_under_two_names_is_one_picture() -> None:
    data = report(lab())
    assert len(data.rows) == 11
    assert len(data.shots) == len(cost_rows(data)) == 10
    assert data.baseline is not None
    assert data.baseline.names == ("baseline", "t2i_run01_baseline")
    assert cost_summary(data)[0].startswith("10 pictures took 7.21 s,")


def test_each_arm_differs_in_what_it_changes() -> None:
    differs = {shot.name: shot.differs for shot in report(lab()).shots}
    assert differs["baseline"] == ()
    assert differs["t2i_run02_steps15"] == ("steps",)
    assert differs["t2i_run06_ddim"] == ("scheduler",)
    assert differs["i2i_run08_strength060"] == ("mode", "strength", "source")
    assert differs["smoke_test"] == ("prompt", "steps")


def test_steps_are_told_with_their_seconds_and_distance() -> None:
    steps = facts_on(lab(), "Steps")
    assert steps.heading == "Steps: 15, 30 and 50"
    assert steps.cells == ("t2i_run02_steps15", "baseline", "t2i_run03_steps50")
    assert "15 steps took 0.46 s, 30 steps took 0.77 s (the baseline) and 50 steps took 1.20 s" in steps.sentences[0]
    fifteen, fifty = (decibels(psnr_db(shapes(n), shapes(1))) for n in (3, 4))
    assert f"{fifteen} for 15 steps and {fifty} for 50 steps" in steps.sentences[1]
    assert steps.caveat == LUCK


def test_a_picture_of_another_scene_is_not_compared() -> None:
    psnr = {shot.name: shot.psnr_to_baseline_db for shot in report(lab()).shots}
    assert psnr["smoke_test"] is None
    assert psnr["baseline"] is None
    assert psnr["i2i_run07_strength035"] is None
    assert psnr["t2i_run06_ddim"] == pytest.approx(psnr_db(shapes(7), shapes(1)))


def test_strengths_are_told_with_what_was_kept() -> None:
    strengths = facts_on(lab(), "Strength")
    assert strengths.heading == "Strength: 0.35, 0.6 and 0.85"
    assert strengths.sentences[0] == (
        "Strength 0.35 took 10 of 30 steps in 0.43 s; PSNR 27.1 dB and SSIM 0.910 against the source."
    )
    assert "Likeness SSIM fell with every higher strength: from 0.910 to 0.380." in strengths.sentences


def test_a_trend_is_only_told_where_it_holds() -> None:
    source = lab()
    source.found[run_id(9)] = [Evidence(name="likeness_ssim", value=0.2, unit=None, sentence="")]
    words = " ".join(facts_on(source, "Strength").sentences)
    assert "Likeness SSIM neither fell nor rose steadily with strength: from 0.910 to 0.380." in words
    assert "Likeness PSNR" not in words  # two values make no trend


def test_what_was_not_measured_is_said() -> None:
    source = lab()
    source.found.clear()
    assert "likeness to the source was not measured" in facts_on(source, "Strength").sentences[0]
    risks = risk_texts(source)
    assert "none was compared with it" in risks["A product that is no longer the source's"]
    assert "What they have was not measured." in risks["A background that a shop refuses"]
    assert "was not measured" in risks["Text, logos and other people's marks"]


def test_the_caveat_goes_when_a_setting_has_two_pictures() -> None:
    source = lab()
    twin = source.runs[run_id(3)].model_copy(update={"id": run_id(33)})
    source.runs[twin.id] = twin
    cells = source.known.cells
    again = cells[3].model_copy(update={"name": "again", "position": 20, "run_id": twin.id})
    source.known = source.known.model_copy(update={"cells": (*cells, again)})
    assert facts_on(source, "Steps").caveat is None


def test_backgrounds_are_told_once_for_all_that_measured_the_same() -> None:
    source = lab()
    white = "A white background was asked for, and it is white."
    source.found[run_id(3)] = [Evidence(name="background_as_asked", value="yes", unit=None, sentence=white)]
    told = facts_on(source, "Background").sentences
    assert told[0] == "1 of 10 pictures have the background that the prompt asks for."
    assert f"`t2i_run02_steps15`: {white}" in told
    assert len(told) == 3  # the tally, the nine, the one
    risk = risk_texts(source)["A background that a shop refuses"]
    assert risk.startswith("10 pictures asked for a background. Background as asked: no in 9 and yes in 1. ")
    assert "Pure white in the border: 3.50 % in 9 pictures." in risk


def test_backgrounds_that_nobody_judged_are_told_as_measured() -> None:
    source = lab()
    for entries in source.found.values():
        entries[:] = [e for e in entries if e.name == "background_pure_white"]
    told = facts_on(source, "Background").sentences
    assert len(told) == 1
    assert told[0].endswith("3.5 % of the border is pure white (255, 255, 255).")


def test_a_failed_baseline_leaves_no_comparison() -> None:
    source = lab()
    failed(source, 1)
    assert [facts.heading.split(":")[0].split(",")[0] for facts in find_facts(report(source))] == [
        "Strength",
        "Background",
    ]


def test_ratings_reach_risks_and_cost() -> None:
    source = lab()
    source.rated[run_id(1)] = [rating(run_id(1), (2, 2, 1, 0, 2), reason="grey, not white")]
    source.rated[run_id(10)] = [rating(run_id(10), (0, 1, 0, 1, 1), rater="Bob")]
    judged = risk_texts(source)["Publishing what nobody judged"]
    assert "2 of 10 pictures were rated by a person. 1 of 2 ratings gave usability 0." in judged
    assert "`baseline`, rated by Ada: grey, not white" in judged
    assert "Of 2 rated pictures, `baseline` has the highest total (7 of 10) at 0.77 s." in cost_summary(report(source))


@pytest.mark.parametrize(
    ("totals", "sentence"),
    [
        ((6, 6, 6), "All 3 rated pictures have the same total (6 of 10)."),
        ((6, 4, 6), "Of 3 rated pictures, 2 share the highest total (6 of 10)."),
    ],
)
def test_no_picture_is_the_best_where_several_are(totals: tuple[int, ...], sentence: str) -> None:
    source = lab()
    for number, total in zip((1, 3, 10), totals, strict=True):
        source.rated[run_id(number)] = [rating(run_id(number), (2, 2, total - 4, 0, 0))]
    told = cost_summary(report(source))
    assert told[-1] == sentence
    assert not any("has the highest" in each for each in told)
    assert open_language("fr").knows(sentence)


def test_replays_are_counted_and_named() -> None:
    source = lab()
    assert "reproducibility is not measured" in replay_summary(report(source))[0]
    replayed(source, 1, Sameness.IDENTICAL)
    replayed(source, 9, Sameness.CLOSE, 44.25, "threads 2, recorded 1")
    told = replay_summary(report(source))
    assert told[0] == "2 replays: 1 identical and 1 close."
    assert told[1] == "2 of 10 pictures replayed at least once."
    assert told[2] == "`i2i_run08_strength060`: close, 44.2 dB (threads 2, recorded 1)."


def test_the_environment_shows_where_runs_differ() -> None:
    source = lab()
    run = source.runs[run_id(4)]
    assert run.result is not None
    other = run.result.model_copy(update={"provenance": provenance(50, threads=1)})
    source.runs[run.id] = run.model_copy(update={"result": other})
    facts = {fact.name: fact for fact in environment(report(source))}
    assert facts["torch"].values[0][0] == "2.13.0"
    assert facts["precision"].is_uniform
    threads = dict(facts["threads"].values)
    assert threads["1"] == ("t2i_run03_steps50",)
    assert len(threads["2"]) == 9


def test_what_is_needed_names_weights_and_source() -> None:
    data = report(lab())
    photo = next(shot.intent.source for shot in data.shots if shot.intent.source)
    assert any("sha256:5a5a5a5a5a" in need for need in needs(data))
    assert any(photo.digest[:10] in need for need in needs(data))


def test_an_empty_experiment_has_nothing_to_say() -> None:
    source = lab()
    bare = tuple(cell.model_copy(update={"run_id": None}) for cell in source.known.cells)
    source.known = source.known.model_copy(update={"cells": bare})
    data = report(source)
    assert (find_facts(data), find_risks(data), cost_rows(data), environment(data)) == ((), (), (), ())


def test_a_source_that_is_gone_is_left_out() -> None:
    source = lab()
    photo = next(shot.intent.source for shot in report(source).shots if shot.intent.source)
    del source.pictures.known[photo.digest]
    shots = report(source).shots
    assert all(shot.source is None for shot in shots)
    assert all(np.any(shot.picture.load()) for shot in shots if shot.picture is not None)

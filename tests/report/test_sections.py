"""What each section says: resting on the numbers given, bounded in size, the same every time."""

from __future__ import annotations

import json
import re
import tracemalloc
from dataclasses import asdict, replace
from itertools import combinations

import numpy as np
import pytest

from packshot.report import ReportData, gather, open_language, render_html
from packshot.report.answer import short_answer
from packshot.report.arms import change_words, matrices
from packshot.report.charts.effects import effect_chart
from packshot.report.charts.figures import draw
from packshot.report.charts.labels import place_labels
from packshot.report.charts.render import rendered
from packshot.report.charts.theme import DARK, LIGHT
from packshot.report.findings import find_defects, not_looked_for
from packshot.report.regions import regions_of
from packshot.report.strengths import strengths_of
from packshot.report.wording import between, measured, measured_alike, rounded_signed
from packshot.result import Criterion, Evidence, Pixels
from tests.report.samples import (
    ARMS,
    MemorySource,
    analysed,
    analysis,
    failed,
    lab,
    proposal,
    rating,
    replicated,
    run_id,
    shapes,
)

ENGLISH = open_language("en")


def page(data: ReportData) -> str:
    return render_html(data, draw(data.analysis, ENGLISH), ENGLISH)


def test_one_picture_per_setting_cannot_be_told_from_luck() -> None:
    answer = short_answer(gather(lab(), "lab", {}))
    assert answer.shown == ()
    assert answer.untold == (
        "There is one picture per setting: whether a difference is an effect or luck cannot be told.",
    )
    assert answer.command == "packshot experiment run lab --seeds 5"


def test_another_model_is_in_the_command_and_a_strange_name_is_quoted() -> None:
    source = lab()
    run = source.runs[run_id(1)]
    origin = run.resolved.origin.model_copy(update={"model": "a b; rm"})
    source.runs[run.id] = run.model_copy(update={"resolved": run.resolved.model_copy(update={"origin": origin})})
    assert short_answer(gather(source, "lab", {})).command == "packshot experiment run lab --model 'a b; rm' --seeds 5"


def test_what_a_shop_asks_comes_first_then_what_else_is_shown() -> None:
    answer = short_answer(analysed(gather(replicated(), "many", {})))
    assert answer.asked[0].startswith("Over guidance 4 to 12, adherence rises")
    assert answer.asked[0].endswith("The mean goes from 0.330 to 0.390.")
    assert answer.asked[1] == "No difference shown in adherence by steps 15 and steps 50 (5 pairs each)."
    assert any(line.startswith("Over strength 0.35 to 0.85, likeness SSIM falls") for line in answer.asked)
    assert answer.asked[-1].startswith("Steps "), "seconds last"
    assert not any("likeness" in sentence for sentence in answer.shown), "strength and likeness are told once"
    assert re.fullmatch(r"\d+ more differences( and \d+ more trends)? shown: see the effects below.", answer.shown[-1])
    assert answer.untold[0].startswith("No difference shown in 7 of 24 comparisons, which is no proof")
    assert answer.command is None


def test_the_arms_of_a_defect_are_named() -> None:
    seen = short_answer(analysed(gather(replicated(2), "many", {}), pairs=2)).seen
    assert seen[0] == "18 of 18 pictures have another background than the prompt asks for."
    assert any(s.startswith("4 of 18 pictures show text that nobody asked for: steps 50 (1 of 2)") for s in seen), seen


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.6, "0.600"), (29.04, "29.0"), (7.0, "7"), (-8.11e-06, "0"), (0.00123, "0.0012"), (999.7, "1,000"), (0.0, "0")],
)
def test_numbers_have_three_digits_and_no_more_than_four_decimals(value: float, words: str) -> None:
    assert measured(value, None) == words


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (0.039, "%", "0.04 %"),
        (0.001, "%", "0 %"),
        (100.0, "L*", "100 L*"),
        (1.0, "pieces", "1 piece"),
        (0.0, "pieces", "0 pieces"),
    ],
)
def test_with_a_unit_two_decimals_are_enough(value: float, unit: str, words: str) -> None:
    assert measured(value, unit) == words


@pytest.mark.parametrize(
    ("values", "unit", "words"),
    [
        ((100.0, 99.96), "L*", ("100.0 L*", "100.0 L*")),
        ((0.039, 0.0), "%", ("0.04 %", "0.00 %")),
        ((-0.001, 0.5), "px", ("0.00 px", "0.50 px")),
        ((3.0, 12.0), "pieces", ("3 pieces", "12 pieces")),
        ((0.9371, 0.5), None, ("0.937", "0.500")),
        ((1204.4, 7.25), None, ("1,204.40", "7.25")),
        ((100.0, 99.6), "L*", ("100.0 L*", "99.6 L*")),
        ((None, 0.25), None, ("not measured", "0.250")),
        (("grey", "white"), None, ("grey", "white")),
    ],
)
def test_values_beside_each_other_have_as_many_decimals(
    values: tuple[float | str | None, ...], unit: str | None, words: tuple[str, ...]
) -> None:
    assert measured_alike([(value, unit) for value in values]) == words


def test_a_difference_has_the_digits_that_its_interval_warrants() -> None:
    assert rounded_signed(-0.012345, 0.004) == "−0.0123"
    assert rounded_signed(-8.11e-06, 8.11e-06) == "0"
    assert between(-12.34, 15.9) == "−12 to 16"


def test_names_stand_on_no_point_and_on_no_other_name() -> None:
    points = [(10.0, 100.0), (30.0, 108.0), (100.0, 40.0), (104.0, 30.0), (440.0, 20.0)]
    labels = place_labels([(points[i], "guidance 2") for i in (0, 2, 3, 4)], points, (), (0.0, 0.0, 445.0, 250.0))
    boxes = []
    for label, index in zip(labels, (0, 2, 3, 4), strict=True):
        x, y = points[index][0] + label.dx, points[index][1] + label.dy
        left = {"left": x, "right": x - 62, "center": x - 31}[label.align]
        assert 0 <= left <= 445 - 62
        assert not any(left < px < left + 62 and abs(py - y) < 6 for px, py in points)
        boxes.append((left, y))
    assert all(abs(a - c) >= 62 or abs(b - d) >= 13 for (a, b), (c, d) in combinations(boxes, 2))


def test_a_point_without_spread_is_drawn_as_the_legend_says() -> None:
    effect = analysed(gather(replicated(), "many", {})).analysis.effects[0]
    untold = replace(effect, interval=None, shown=None, difference=0.7)
    alike = replace(effect, interval=None, shown=False, difference=0.0)
    hollow, filled = (effect_chart([e], "adherence", ENGLISH).light for e in (untold, alike))
    point = re.compile(r'aria-roledescription="point"[^>]*')
    assert " fill=" not in point.findall(hollow)[0]
    assert " fill=" in point.findall(filled)[0]


def test_two_pairs_are_too_few() -> None:
    answer = short_answer(analysed(gather(replicated(2), "many", {}), pairs=2))
    assert answer.untold[0].startswith("2 pairs per setting: an interval needs 3.")
    assert answer.command is not None


def test_arms_stand_over_seeds_for_each_product() -> None:
    data = gather(replicated(2, ("mug", "vase"), arms=ARMS[:3]), "many", {})
    found = matrices(data)
    assert [(matrix.product, matrix.columns) for matrix in found] == [
        ("mug", ("seed 0", "seed 1")),
        ("vase", ("seed 0", "seed 1")),
    ]
    arm, row = found[1].rows[1]
    assert arm.change == "steps 15"
    assert [shot.name for shot in row if shot] == ["steps15_vase_s0", "steps15_vase_s1"]


def test_products_alone_are_columns() -> None:
    found = matrices(gather(replicated(1, ("mug", "vase"), arms=ARMS[:2]), "many", {}))
    assert [matrix.columns for matrix in found] == [("mug", "vase")]
    assert matrices(gather(lab(), "lab", {})) == ()


def test_each_cell_is_compared_with_the_baseline_of_its_block() -> None:
    data = gather(replicated(2), "many", {})
    differs = {shot.name: shot.differs for shot in data.shots}
    assert differs["guidance4_s1"] == ("guidance",)
    assert differs["baseline_s1"] == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"guidance": 4.0}, "guidance 4"),
        ({"scheduler": "DDIM"}, "DDIM"),
        ({"source": "builtin:lab-source", "strength": "0.35"}, "strength 0.35"),
        ({"source": "b.png"}, "b.png"),
        ({"steps": 15, "negative_prompt": "text"}, "steps 15, negative prompt text"),
        ({}, ""),
    ],
)
def test_a_change_is_said_in_words(change: dict[str, object], words: str) -> None:
    assert change_words(change.items()) == words


def test_strengths_say_what_was_kept_and_whether_it_can_be_used() -> None:
    source = replicated(1)
    for number, entries in source.found.items():
        source.found[number] = [e for e in entries if e.name not in {"text_found", "cut_at_border"}]
    data = gather(source, "many", {})
    unproposed = replace(data, shots=tuple(replace(shot, proposal=None) for shot in data.shots))
    low, _, high = strengths_of(unproposed)
    assert (low.strength, high.strength) == (0.35, 0.85)
    assert "The product's structure (SSIM): 0.825, partly kept." in low.changed
    assert "The product's colour (CIEDE2000 to the source's): 10.2, changed." in high.changed
    assert any(sentence.startswith("The background: ") for sentence in high.changed + high.kept)
    assert high.verdict == "not usable"
    assert "The product's colour (CIEDE2000 to the source's) is not the source's." in high.reasons


def test_a_proposed_usability_is_the_verdict() -> None:
    data = analysed(gather(replicated(1), "many", {}))
    entry = strengths_of(data)[0]
    assert entry.verdict == "usable after retouching"
    assert entry.reasons == (proposal(0).scores[Criterion.USABILITY].reason,)


def test_without_a_measured_product_nothing_is_said_to_be_usable() -> None:
    source = lab()
    source.found.clear()
    entry = strengths_of(gather(source, "lab", {}))[0]
    assert (entry.verdict, entry.kept, entry.changed) == ("cannot be told", (), ())


def test_defects_are_counted_where_they_were_measured() -> None:
    data = gather(replicated(1), "many", {})
    sentences = [finding.sentence for finding in find_defects(data)]
    assert sentences == [
        "9 of 9 pictures have another background than the prompt asks for.",
        "3 of 9 pictures show a product that the frame cuts.",
        "2 of 9 pictures show text that nobody asked for.",
    ]
    assert [(name, pictures) for name, _, pictures in not_looked_for(data)] == [("adherence", 9)]


def test_boxes_are_drawn_once_with_all_that_speaks_of_them() -> None:
    shot = gather(replicated(1), "many", {}).shots[3]
    product, text = regions_of(shot)
    assert [entry.name for entry in product.entries][:3] == ["frame_fill", "off_centre", "cut_at_border"]
    assert (text.number, [entry.name for entry in text.entries]) == (2, ["text_found"])
    assert [region.number for region in regions_of(shot, ("text_found",))] == [1]
    html = page(gather(replicated(1), "many", {}))
    left, top, right, _ = product.box
    unit = 64 / 256
    assert f'class="box" x="{left + unit}" y="{top + unit}" width="{right - left - 2 * unit}"' in html


def test_what_was_not_measured_has_no_box() -> None:
    source = replicated(1)
    source.found[run_id(0)] = [
        Evidence(name="x", value=None, unit=None, sentence="Not evaluated: no.", regions=((0, 0, 9, 9),))
    ]
    assert regions_of(gather(source, "many", {}).shots[0]) == ()


def test_proposal_and_people_stand_apart() -> None:
    source = replicated(1)
    source.rated[run_id(1)] = [rating(run_id(1), (2, 1, 1, 0, 2)), rating(run_id(1), (2, 2, 1, 1, 2), "Bob")]
    html = page(analysed(gather(source, "many", {})))
    rubric = html[html.index('<section id="rubric">') : html.index('<section id="cost">')]
    proposed, people = rubric.split("Rated by people", 1)
    assert "4 of 5 evaluated" in proposed
    assert "Ada" not in proposed
    assert "<strong>6</strong>" in people
    assert "<strong>8</strong>" in people
    assert "weighted kappa 0.61" in people


def test_every_chart_has_both_papers_and_words() -> None:
    data = analysed(gather(replicated(), "many", {}))
    charts = draw(data.analysis, ENGLISH).all
    assert [chart.name for chart in charts] == [
        "report-effect-adherence",
        "report-effect-likeness_ssim",
        "report-effect-seconds",
        "report-trend-guidance-adherence",
        "report-trend-strength-likeness_ssim",
        "report-quality",
        "report-seconds",
    ]
    assert all(chart.alt and chart.light != chart.dark for chart in charts)
    assert all("http" not in re.sub(r'xmlns(:xlink)?="[^"]*"', "", chart.light) for chart in charts)
    assert page(data).count('<source media="screen and (prefers-color-scheme: dark)" srcset="data:image/svg') == len(
        charts
    )


def test_the_interval_is_drawn_where_it_is() -> None:
    data = analysed(gather(replicated(), "many", {}))
    svg = draw(data.analysis, ENGLISH).effects[1].light
    effects = [e for e in analysis().effects if e.measure == "likeness_ssim"]
    rule = re.compile(r'translate\(([\d.]+),[\d.]+\)" x2="(-?[\d.]+)" y2="0"')
    ends = [(float(x), float(x) + float(width)) for x, width in rule.findall(svg)][-len(effects) :]
    ends = [tuple(sorted(pair)) for pair in ends]
    truth = [(e.interval.low, e.interval.high) for e in effects if e.interval]
    slope, offset = np.polyfit(np.ravel(truth), np.ravel(ends), 1)
    assert np.allclose(np.ravel(truth) * slope + offset, np.ravel(ends), atol=0.5)


def test_the_dark_chart_is_what_the_dark_palette_renders() -> None:
    for language in (ENGLISH, open_language("fr")):
        for chart in draw(analysed(gather(replicated(), "many", {})).analysis, language).all:
            definition = json.dumps(chart.drawn(DARK).to_dict(validate=False))
            assert chart.dark == rendered.__wrapped__(definition), chart.name
    assert len(set(asdict(LIGHT).values())) == len(asdict(LIGHT)), "no colour stands for two"


def test_the_same_data_gives_the_same_page() -> None:
    pages = []
    for _ in range(2):
        rendered.cache_clear()
        pages.append(page(analysed(gather(replicated(2), "many", {}))))
    assert pages[0] == pages[1]


def test_eighty_five_pictures_stay_under_eight_megabytes_and_fold_their_settings() -> None:
    def noise(seed: int) -> Pixels:
        return np.random.default_rng(seed).integers(0, 256, (128, 128, 3), dtype=np.uint8)

    arms = tuple((f"arm{place}", {"guidance": 1.0 + place} if place else {}) for place in range(17))
    source = replicated(5, draw=noise, arms=(("baseline", {}), *arms[1:]))
    data = replace(gather(source, "many", {}), analysis=analysis())
    html = page(data)
    assert len(html.encode()) < 8_000_000
    assert html.count('<details class="arm"') == 17
    assert html.count('<article class="card"') == 85


def test_a_long_experiment_shows_its_first_pictures_and_says_so() -> None:
    source = replicated(8)
    failed(source, 70)
    data = gather(source, "many", {}, shown=20)
    assert (len(data.shots), data.hidden.runs, data.hidden.pictures) == (20, 52, 51)
    html = page(data)
    assert "This page shows the first 20 of 72 runs; effects are over all of them." in html
    assert "packshot report many --pictures 72" in html
    assert "71 of 72 runs" in html


def test_the_baseline_is_shown_wherever_it_stands() -> None:
    source = replicated(1, arms=(*ARMS[1:], ARMS[0]))
    data = gather(source, "many", {}, shown=3)
    assert data.baseline is not None
    assert [shot.arm for shot in data.shots] == ["steps15", "steps50", "baseline"]


@pytest.mark.slow
def test_pixels_are_not_kept() -> None:
    """Forty pictures of 3 MB, drawn when they are read: no more than a few are held at once."""

    class Drawn(dict[str, Pixels]):
        def __getitem__(self, digest: str) -> Pixels:
            return np.tile(super().__getitem__(digest), (16, 16, 1))

    source: MemorySource = replicated(5, arms=ARMS[:8], draw=lambda seed: shapes(seed % 40))
    source.pictures.known = Drawn(source.pictures.known)
    tracemalloc.start()
    data = gather(source, "many", {})
    html = render_html(data, draw(data.analysis, ENGLISH), ENGLISH)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(html) > 0
    assert peak < 60_000_000

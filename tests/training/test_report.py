"""The report's formulas on known answers, its prompts, and a card in which no number is missing."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.render import BACKGROUND_COLOURS, KINDS, PRODUCT_COLOURS, random_scene, render
from training.report import card, figures, statistics
from training.report.prompts import Asked, asked, on_white
from training.report.sheets import sheet


def test_every_kind_colour_and_ground_is_asked_for_and_no_prompt_twice() -> None:
    prompts = asked(480)
    assert set(Counter(a.kind for a in prompts).values()) == {480 // len(KINDS)}
    assert {a.product_colour for a in prompts} == set(PRODUCT_COLOURS)
    grounds = Counter(a.background_colour for a in prompts)
    assert set(grounds) == set(BACKGROUND_COLOURS)
    assert min(grounds.values()) > 480 / len(grounds) * 0.6
    assert len({a.seed for a in prompts}) == 480
    assert len({a.prompt for a in prompts}) > 400
    assert not [a for a in prompts if a.product_colour == a.background_colour != "white"]
    assert asked(480) == prompts


def test_a_prompt_reads_as_the_lab_writes_it() -> None:
    text = Asked("headphones", "black", "orange", 1).prompt
    assert text == (
        "ultra-realistic product photo of a pair of black headphones on an orange background, "
        "studio lighting, soft shadow, very sharp"
    )
    assert {a.background_colour for a in on_white(30)} == {"white"}


def test_frechet_distance_of_known_normals() -> None:
    rng = np.random.default_rng(0)
    one = rng.normal(size=(4000, 8))
    assert statistics.frechet(one, one) == pytest.approx(0.0, abs=1e-6)
    assert statistics.frechet(one, one + np.array([3.0] + [0.0] * 7)) == pytest.approx(9.0, rel=0.01)
    assert statistics.frechet(one, 2.0 * one) == pytest.approx(8.0, rel=0.05)


def test_an_effect_is_shown_only_where_its_interval_excludes_zero() -> None:
    rng = np.random.default_rng(1)
    before = rng.normal(size=40)
    assert statistics.effect(before + 0.5 + 0.1 * rng.normal(size=40), before).shown
    nothing = statistics.effect(before + rng.permutation(np.repeat([-1.0, 1.0], 20)), before)
    assert not nothing.shown
    assert nothing.low < 0.0 < nothing.high
    assert nothing.pairs == 40


@given(st.integers(0, 10_000))
def test_blurring_lowers_edge_strength_and_likeness_is_highest_with_itself(seed: int) -> None:
    rng = np.random.default_rng(seed)
    picture = rng.integers(0, 256, (32, 32, 3), np.uint8)
    soft = ((picture[:, :-1].astype(int) + picture[:, 1:]) // 2).astype(np.uint8)
    assert statistics.edge_strength(soft[None])[0] < statistics.edge_strength(picture[None])[0]
    assert statistics.psnr_db(picture, picture) > 100.0
    assert statistics.ssim(picture, picture) == pytest.approx(1.0)


def test_the_paper_of_a_white_ground_is_white_and_of_a_black_one_is_not() -> None:
    assert figures.paper("white").min() > 254.9
    assert figures.paper("black").max() < 30.0


def test_whiteness_counts_borders() -> None:
    white, grey = np.full((64, 64, 3), 252, np.uint8), np.full((64, 64, 3), 249, np.uint8)
    white[20:40, 20:40] = 0
    assert figures.whiteness(np.stack([white, grey, white, white]))["share_250"] == 0.75


def test_a_sheet_has_a_place_for_every_picture() -> None:
    pictures = np.stack([render(random_scene(seed), 64).picture for seed in range(5)])
    made = sheet(pictures, 3, list("abcde"), side=64)
    assert made.size == (3 * 64 + 2 * 6, 2 * (64 + 18) + 6)
    assert (np.asarray(made)[:64, :64] == pictures[0]).all()


def test_the_card_in_the_documentation_is_the_one_of_the_figures_kept_with_it(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    kept = json.loads((root / "docs" / "studio-tiny.json").read_text(encoding="utf-8"))
    card.write(kept, tmp_path / "card.md")
    assert (tmp_path / "card.md").read_text(encoding="utf-8") == (root / "docs" / "studio-tiny.md").read_text(
        encoding="utf-8"
    )


def test_the_figures_are_those_of_the_weights_in_the_package() -> None:
    from packshot.models import embedded_folder
    from training.report.__main__ import weights_digest

    root = Path(__file__).parents[2]
    kept = json.loads((root / "docs" / "studio-tiny.json").read_text(encoding="utf-8"))
    assert kept["weights"] == weights_digest(embedded_folder())


def test_unknown_words_are_flagged_and_known_prompts_seldom_are() -> None:
    """The aims of the card, on prompts by writers who had not seen the rule."""
    from packshot.models import embedded_folder
    from training.report.words import warnings

    measured = warnings(embedded_folder())
    assert measured["unknown_prompts"] == 200
    assert measured["known_prompts"] == 400
    assert measured["flagged"] >= 0.95
    assert measured["false_alarms"] <= 0.02

"""Whether the frame cuts the product: at which sides, how surely, and what only comes close."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from packshot.evaluation.framing import framing_evidence
from packshot.product import plain_background_mask
from tests.product.drawings import GROUNDS, disc, draw


@pytest.mark.parametrize("size", [128, 256, 512, 900])
@pytest.mark.parametrize(("gap_share", "crosses"), [(-0.05, ("right",)), (0.02, ())])
def test_a_cut_product_crosses_and_a_close_one_does_not(size: int, gap_share: float, crosses: tuple[str, ...]) -> None:
    mask = disc(size, centre=(1 - 0.3 - gap_share, 0.5))
    found = plain_background_mask(draw(mask, GROUNDS["grey"], (180, 90, 30), shadow=0.3, blur=0.8))
    assert found.crosses == crosses
    assert found.border_confidence > 0.9


def test_a_product_that_smears_over_its_gap_is_not_cut() -> None:
    mask = disc(256, centre=(1 - 0.3 - 0.02, 0.5))
    soft = ndimage.gaussian_filter(draw(mask, GROUNDS["grey"], (180, 90, 30)), (3, 3, 0))
    found = plain_background_mask(soft)
    assert found.mask[:, -1].any()
    assert found.crosses == ()


def test_a_cut_product_that_covers_half_the_border_is_still_cut() -> None:
    picture = draw(disc(256, centre=(0.1, 0.1), radius=0.8), GROUNDS["white"], (30, 60, 160), shadow=0.2)
    found = plain_background_mask(picture)
    assert found.confidence < 0.5 <= found.border_confidence
    place, _, cut = framing_evidence(found)
    assert place.value is None
    assert "where the product ends could not be told" in place.sentence
    assert cut.value == "left, top"
    assert "left and top" in cut.sentence
    assert len(cut.regions) == 2


def test_a_product_of_which_no_outline_can_be_told_is_not_said_to_be_whole() -> None:
    """A piece like shadow was found inside, and the border is clear: nothing crosses it, and nobody knows what ends."""
    sure = plain_background_mask(draw(disc(), GROUNDS["white"], (30, 60, 160)))
    assert [entry.value for entry in framing_evidence(sure)][2] == "no"
    doubtful = replace(sure, confidence=0.4)
    assert doubtful.border_confidence > 0.9
    found = framing_evidence(doubtful)
    assert [(entry.value, entry.regions) for entry in found] == [(None, ())] * 3
    assert {entry.sentence for entry in found} == {
        "Not evaluated: no product could be told from the background (confidence 0.40 of 1)."
    }


def test_a_line_across_the_border_is_no_product() -> None:
    picture = draw(disc(), GROUNDS["grey"], (180, 90, 30))
    picture[126:129, 128:] = (180, 90, 30)
    assert plain_background_mask(picture).crosses == ()


def test_nothing_is_trusted_on_a_carpet() -> None:
    flecks = np.random.default_rng(1).integers(-28, 28, (32, 32, 1)).repeat(8, 0).repeat(8, 1)
    picture = draw(disc(), (140, 110, 80), (30, 60, 160)).astype(int)
    carpet = np.clip(np.where(disc()[..., None], picture, picture + flecks), 0, 255).astype(np.uint8)
    found = plain_background_mask(carpet)
    assert found.confidence < 0.5
    assert found.border_confidence < 0.5
    noisy = draw(disc(), (140, 110, 80), (30, 60, 160), noise=6.0)
    assert plain_background_mask(noisy).confidence > 0.9


def test_a_floor_is_no_product() -> None:
    picture = np.full((256, 256, 3), (190, 190, 186), np.uint8)
    picture[140:] = (120, 70, 40)
    picture[90:200, 90:170] = (30, 60, 160)
    found = plain_background_mask(picture)
    assert found.confidence < 0.5
    assert found.border_confidence < 0.5

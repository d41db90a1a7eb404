"""What a lock measured, as evidence, in both languages."""

from __future__ import annotations

import pytest

from packshot.evaluation import Asked, evaluate, lock_evidence
from packshot.report import open_language
from packshot.result import LockMeasure
from packshot.spec import LockOrigin, Mode
from tests.product.drawings import GROUNDS, disc, draw

MEASURED = LockMeasure(core_pixels=4000, core_difference=0, edge_pixels=310, edge_difference=121)


def test_the_promise_is_a_number() -> None:
    found = {
        entry.name: entry.value for entry in lock_evidence(MEASURED, LockOrigin(method="given-mask/1", confidence=1.0))
    }
    assert found == {"lock_difference": 0.0, "lock_edge_difference": 121.0, "mask_confidence": 1.0}
    assert len(lock_evidence(MEASURED, None)) == 2


@pytest.mark.parametrize("doubts", [(), ("the ground is not plain", "nothing was told apart from the ground")])
def test_it_is_said_in_french(doubts: tuple[str, ...]) -> None:
    french = open_language("fr")
    origin = LockOrigin(method="grabcut/1", confidence=0.31, doubts=doubts)
    for entry in lock_evidence(MEASURED, origin):
        assert french.knows(entry.sentence), entry.sentence
        assert " the " not in french.say(entry.sentence), "doubts are said too"
        assert french.knows(entry.name.replace("_", " ")), entry.name
    for note in (
        "the product is scaled to 50.0 % of its size in the photo",
        "the photo's frame cuts the product: left, bottom",
        "the photo has 6000×4000 px: made smaller to 4096×2731",
        "the mask is doubtful and was accepted: the ground is not plain",
    ):
        assert french.knows(note), note


def test_a_lock_is_not_compared_with_its_source() -> None:
    pixels = draw(disc(64), GROUNDS["white"], (200, 20, 30))
    entries = {entry.name: entry for entry in evaluate(pixels, Asked("", mode=Mode.LOCK), None)}
    assert entries["likeness_psnr"].value is None
    assert "the product's pixels are the photo's own" in entries["likeness_psnr"].sentence
    assert open_language("fr").knows(entries["likeness_psnr"].sentence)

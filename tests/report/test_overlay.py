"""Boxes over a picture."""

from __future__ import annotations

from packshot.report.overlay import legend_of, overlay_boxes
from packshot.result import Box, Evidence

PRODUCT, TEXT, GROUND = (10, 20, 110, 220), (30, 40, 60, 50), (0, 0, 300, 300)


def entry(name: str, *regions: Box, value: float | None = 1.0) -> Evidence:
    return Evidence(name=name, value=value, unit=None, sentence=f"About {name}.", regions=regions)


def test_a_region_is_drawn_once_the_larger_first_and_the_fault_is_said_first() -> None:
    found = overlay_boxes(
        [entry("text_found", TEXT), entry("frame_fill", PRODUCT), entry("cut_at_border", PRODUCT)], {"cut_at_border"}
    )
    assert [(box.number, box.box, box.is_fault) for box in found] == [(1, PRODUCT, True), (2, TEXT, False)]
    assert found[0].sentences == ("About cut_at_border.", "About frame_fill.")
    assert (found[0].left, found[0].top, found[0].width, found[0].height) == (10, 20, 100, 200)


def test_what_was_not_measured_and_a_ground_that_is_white_are_not_drawn() -> None:
    evidence = [entry("text_found", TEXT, value=None), entry("clipped_highlights", GROUND)]
    assert overlay_boxes(evidence, set()) == ()
    assert [box.box for box in overlay_boxes(evidence, {"clipped_highlights"})] == [GROUND]


def test_boxes_that_say_the_same_share_a_line() -> None:
    text = Evidence(name="text_found", value=2, unit=None, sentence="T", regions=((0, 0, 9, 9), (20, 0, 24, 4)))
    fill = Evidence(name="frame_fill", value=50.0, unit="%", sentence="F", regions=((0, 0, 40, 40),))
    lines = legend_of(overlay_boxes([text, fill], {"text_found"}))
    assert [(line.numbers, line.sentences, line.is_fault) for line in lines] == [
        ((1,), ("F",), False),
        ((2, 3), ("T",), True),
    ]

"""The proposed rubric on evidence whose scores a shop's person would not argue with."""

from __future__ import annotations

import pytest

from packshot.evaluation import Asked, evaluate, find_faults, propose
from packshot.evaluation.proposing import said_once
from packshot.evaluation.rubric import FAULTS, NEEDED, NEEDED_WITH_SOURCE
from packshot.result import Criterion, Evidence, Proposal, Sameness
from tests.product.drawings import GROUNDS, disc, draw

GOOD: dict[str, float | str | None] = {
    "background_colour": "white",
    "background_lightness": 100.0,
    "background_pure_white": 98.0,
    "background_unevenness": 1.0,
    "background_as_asked": "yes",
    "frame_fill": 80.0,
    "off_centre": 1.0,
    "cut_at_border": "no",
    "collapsed": "no",
    "clipped_highlights": 0.0,
    "clipped_shadows": 0.0,
    "sharpness": 300.0,
    "noise": 2.0,
    "banding": 0.0,
    "text_found": 0.0,
    "adherence": 0.6,
}
FROM_SOURCE: dict[str, float | str | None] = {
    "likeness_psnr": 30.0,
    "likeness_product_ssim": 0.95,
    "likeness_colour": 1.0,
    "likeness_shape": 0.96,
    "likeness_text": 100.0,
}


def measured(**changes: float | str | None) -> list[Evidence]:
    return [
        Evidence(name=name, value=value, unit=None, sentence=f"What {name} says, by studio-tiny's own CLIP.")
        for name, value in {**GOOD, **changes}.items()
    ]


def proposed(*replays: Sameness, **changes: float | str | None) -> Proposal:
    return propose(measured(**changes), replays)


def score(criterion: Criterion, **changes: float | str | None) -> int | None:
    return proposed(**changes).scores[criterion].score


def test_a_good_picture_is_not_proved_to_be_a_photo_without_flaws() -> None:
    found = proposed(Sameness.IDENTICAL)
    assert {criterion: entry.score for criterion, entry in found.scores.items()} == {
        Criterion.ADHERENCE: 2,
        Criterion.REALISM: None,
        Criterion.ARTIFACTS: None,
        Criterion.USABILITY: None,
        Criterion.REPRODUCIBILITY: 2,
    }
    assert (found.evaluated, found.total) == (2, None)
    assert all(entry.reason.endswith(".") for entry in found.scores.values())


@pytest.mark.parametrize(
    ("criterion", "changes", "expected"),
    [
        (Criterion.USABILITY, {"background_as_asked": "no", "background_colour": "grey"}, 1),
        (Criterion.USABILITY, {"background_pure_white": 3.0}, 1),
        (Criterion.USABILITY, {"background_pure_white": 3.0, "background_as_asked": None}, None),
        (Criterion.USABILITY, {"background_pure_white": 0.0, "background_colour": "blue"}, None),
        (Criterion.USABILITY, {"background_unevenness": 40.0}, None),
        (Criterion.USABILITY, {"background_unevenness": 40.0, "background_colour": "blue"}, 1),
        (Criterion.USABILITY, {"cut_at_border": "left"}, 1),
        (Criterion.USABILITY, {"cut_at_border": "left, bottom"}, 0),
        (Criterion.USABILITY, {"text_found": 2.0}, 0),
        (Criterion.USABILITY, {"frame_fill": 40.0}, 1),
        (Criterion.USABILITY, {"off_centre": 12.0}, 1),
        (Criterion.USABILITY, {"frame_fill": 40.0, "off_centre": 12.0, "background_as_asked": "no"}, 1),
        (Criterion.USABILITY, {"collapsed": "yes"}, 0),
        (Criterion.USABILITY, {"sharpness": 1.0}, 1),
        (Criterion.ARTIFACTS, {"text_found": 1.0}, 0),
        (Criterion.ARTIFACTS, {"banding": 40.0}, None),
        (Criterion.REALISM, {"banding": 40.0}, None),
        (Criterion.REALISM, {"noise": 45.0}, 0),
        (Criterion.REALISM, {"collapsed": "yes"}, 0),
        (Criterion.ADHERENCE, {"adherence": 0.3}, 1),
        (Criterion.ADHERENCE, {"adherence": -0.1}, 0),
        (Criterion.ADHERENCE, {"background_as_asked": "no"}, 1),
        (Criterion.ADHERENCE, {"background_as_asked": "no", "adherence": 0.0}, 0),
        (Criterion.ADHERENCE, {"adherence": None}, None),
        (Criterion.ADHERENCE, {"adherence": None, "collapsed": "yes"}, 0),
    ],
)
def test_what_a_value_costs(criterion: Criterion, changes: dict[str, float | str | None], expected: int | None) -> None:
    assert score(criterion, **changes) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, 2),
        ({"likeness_shape": 0.7}, 1),
        ({"likeness_shape": 0.3}, 0),
        ({"likeness_colour": 6.0}, 1),
        ({"likeness_colour": 25.0}, 0),
        ({"likeness_product_ssim": 0.5}, 1),
        ({"likeness_product_ssim": 0.1}, 1),
        ({"likeness_text": 40.0}, 0),
        ({"likeness_shape": None}, None),
        ({"likeness_text": None}, 2),
    ],
)
def test_a_picture_from_a_source_has_to_be_its_product(
    changes: dict[str, float | str | None], expected: int | None
) -> None:
    assert score(Criterion.USABILITY, **{**FROM_SOURCE, **changes}) == expected


def test_a_fault_counts_where_not_all_was_looked_at_and_no_fault_does_not() -> None:
    grey = proposed(background_as_asked="no", text_found=None, cut_at_border=None).scores[Criterion.USABILITY]
    assert grey.score == 1
    assert "It may be less, for not all was looked at: text and the frame's edge could not be." in grey.reason
    assert grey.evidence == ("background_as_asked",)
    unread = proposed(text_found=None).scores[Criterion.USABILITY]
    assert unread.score is None
    assert "but text could not be looked at" in unread.reason
    assert unread.evidence == ()


def test_the_reason_quotes_the_evidence() -> None:
    quoted = [
        Evidence(name="text_found", value=1.0, unit=None, sentence="Text that nobody asked for: “SPEEDY”."),
    ]
    entry = propose(quoted, []).scores[Criterion.ARTIFACTS]
    assert entry.score == 0
    assert "SPEEDY" in entry.reason
    assert entry.evidence == ("text_found",)


def test_what_bounds_a_score_is_said_where_there_is_none() -> None:
    entry = proposed(adherence=None, background_as_asked="no").scores[Criterion.ADHERENCE]
    assert entry.score is None
    assert "At most 1: What background_as_asked says" in entry.reason


def test_no_threshold_for_a_scorer_that_is_not_known() -> None:
    other = [Evidence(name="adherence", value=0.6, unit=None, sentence="0.60 by some-clip.")]
    assert propose(other, []).scores[Criterion.ADHERENCE].score is None
    own = [Evidence(name="adherence", value=0.6, unit=None, sentence="0.60 by studio-tiny's own CLIP.")]
    assert propose(own, []).scores[Criterion.ADHERENCE].score == 2


@pytest.mark.parametrize(
    ("replays", "expected"),
    [
        ([], None),
        ([Sameness.IDENTICAL], 2),
        ([Sameness.CLOSE], 1),
        ([Sameness.DIFFERENT], 0),
        ([Sameness.IDENTICAL, Sameness.CLOSE, Sameness.IDENTICAL], 1),
    ],
)
def test_reproducibility_is_what_replays_measured(replays: list[Sameness], expected: int | None) -> None:
    assert propose([], replays).scores[Criterion.REPRODUCIBILITY].score == expected


def test_without_evidence_nothing_is_evaluated() -> None:
    found = propose([], [])
    assert (found.evaluated, found.total) == (0, None)
    assert all(entry.reason.startswith("Not evaluated: ") for entry in found.scores.values())


def test_faults_come_gravest_first_and_once() -> None:
    found = find_faults(measured(cut_at_border="top", likeness_shape=0.2, noise=50.0))
    assert [fault.cost for fault in found] == sorted((fault.cost for fault in found), reverse=True)
    assert len({(fault.criterion, fault.evidence[-1]) for fault in found}) == len(found)
    assert {fault.label for fault in found} >= {"cut by the frame", "another shape than the source's"}


def test_all_rules_speak_of_evidence_that_there_is() -> None:
    known = set(GOOD) | set(FROM_SOURCE)
    spoken = {sign.evidence for fault in FAULTS for sign in fault.signs} | set(NEEDED_WITH_SOURCE)
    assert spoken | {name for names in NEEDED.values() for name in names} <= known
    assert all(fault.cost in (1, 2) and fault.why.endswith(".") for fault in FAULTS)


def test_a_grey_ground_that_was_asked_to_be_white_never_gets_full_marks() -> None:
    picture = draw(disc(radius=0.4), GROUNDS["grey"], (30, 60, 160))
    entry = propose(evaluate(picture, Asked("a mug on a white background"), None), []).scores[Criterion.USABILITY]
    assert entry.score == 1
    assert "A white background was asked for, and it is grey" in entry.reason


def test_a_picture_from_words_is_never_proved_usable() -> None:
    limit = "only a person sees"
    alone = proposed().scores[Criterion.USABILITY]
    assert alone.score is None
    assert limit in alone.reason
    assert limit in proposed(background_as_asked="no").scores[Criterion.USABILITY].reason
    compared = proposed(**FROM_SOURCE).scores[Criterion.USABILITY]
    assert compared.score == 2
    assert limit not in compared.reason


def test_only_what_decides_is_named() -> None:
    entry = proposed(text_found=1.0, background_as_asked="no").scores[Criterion.USABILITY]
    assert entry.evidence == ("text_found",)
    assert "background_as_asked" not in entry.reason


def test_a_sentence_that_comes_again_is_said_once() -> None:
    reason = "Colours differ by 14.0 in the mean. It has to be corrected. SSIM is 0.45. It has to be corrected. It may."
    assert said_once([reason]) == "Colours differ by 14.0 in the mean. SSIM is 0.45. It has to be corrected. It may."

"""Rows about faults of known strength: noise, steps, burnt lights, blur."""

from __future__ import annotations

from itertools import pairwise

from benchmarks.evidence.counts import Share
from benchmarks.evidence.faults import BLURS_PX
from benchmarks.evidence.found import Found
from benchmarks.evidence.judged import Row, compared, off
from benchmarks.evidence.learnt import Measure, halves, learn
from benchmarks.evidence.walk import Findings

BANDING = Measure("banding", True)


def rows_of_faults(findings: Findings) -> list[Row]:
    """Errors of the numbers; banding against a learnt limit; how often more blur gives a lower sharpness."""
    return [
        off(("noise", "added Gaussian noise, 0–12 grey levels"), "noise", findings["noise"], "grey levels"),
        off(("clipped_highlights", "share of the product burnt out"), "burnt", findings["burnt"], "%"),
        _banding(findings),
        Row("sharpness", "lower after more blur", _ordered([findings[f"blur {sigma}"] for sigma in BLURS_PX])),
    ]


def _banding(findings: Findings) -> Row:
    (learn_bad, bad), (learn_good, good) = halves(findings["steps"]), halves(findings["smooth"])
    rule = learn((BANDING,), learn_bad, learn_good)
    if rule is None:
        return Row("banding", "12 to 32 levels a channel", None)
    return compared(("banding", f"12 to 32 levels a channel ({rule.words})"), rule, bad, good)


def _ordered(by_blur: list[list[Found]]) -> Share | None:
    """Of all neighbouring pairs of blurs of one picture, those whose sharpness falls."""
    right = total = 0
    for series in zip(*by_blur, strict=True):
        values = [case.values.get("sharpness") for case in series]
        numbers = [float(value) for value in values if value is not None]
        right += sum(later < earlier for earlier, later in pairwise(numbers))
        total += len(numbers) - 1
    return Share(right, total) if total > 0 else None

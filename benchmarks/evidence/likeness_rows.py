"""Rows about image-to-image: another product, or the same one before another ground or in another light."""

from __future__ import annotations

from benchmarks.evidence.found import Found
from benchmarks.evidence.judged import Row, compared
from benchmarks.evidence.learnt import Measure, Rule, halves, learn
from benchmarks.evidence.walk import Findings
from training.render.swap import CONTROLS, PRODUCT_CHANGES

COLOUR, SHAPE, STRUCTURE = (
    Measure("likeness_colour", True),
    Measure("likeness_shape", False),
    Measure("likeness_product_ssim", False),
)
TOGETHER = "likeness_colour, likeness_shape, likeness_product_ssim"
ALONE = (
    (COLOUR, "product colour"),
    (COLOUR, "accent colour"),
    (SHAPE, "kind"),
    (SHAPE, "proportions"),
    (SHAPE, "part"),
    (STRUCTURE, "kind"),
)


def rows_of_likeness(findings: Findings) -> list[Row]:
    """All three together against every change, then each alone against the changes that are its own."""
    learning, controls = _halves(findings, CONTROLS)
    wrong, _ = _halves(findings, PRODUCT_CHANGES)
    rule = learn((COLOUR, SHAPE, STRUCTURE), wrong, learning)
    rows = [_row(TOGETHER, change, rule, findings, controls) for change in PRODUCT_CHANGES]
    for measure, change in ALONE:
        own, _ = _halves(findings, (change,))
        rows.append(_row(measure.name, change, learn((measure,), own, learning), findings, controls))
    return rows


def _halves(findings: Findings, changes: tuple[str, ...]) -> tuple[list[Found], list[Found]]:
    parts = [halves(findings[f"changed: {change}"]) for change in changes]
    return [case for first, _ in parts for case in first], [case for _, second in parts for case in second]


def _row(name: str, change: str, rule: Rule | None, findings: Findings, controls: list[Found]) -> Row:
    of = f"changed: {change}"
    if rule is None:
        return Row(name, of, None)
    return compared((name, f"{of} ({rule.words})"), rule, halves(findings[of])[1], controls)

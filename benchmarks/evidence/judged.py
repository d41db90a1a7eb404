"""Findings against the truth, as rows of a table. Knows the names of evidence and of sorts, and nothing of pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.evidence.counts import Errors, Share, Verdicts, errors, verdicts
from benchmarks.evidence.found import Found
from benchmarks.evidence.walk import Findings

PURE = 99.0
"""Per cent of the border that the shop's rule asks to be pure white."""

Flag = Callable[[Found], bool | None]


@dataclass(frozen=True)
class Row:
    """One line: which evidence, of what, and how it fared. `outcome` is None where it was never evaluated."""

    evidence: str
    of: str
    outcome: Verdicts | Errors | Share | None
    target: bool = False
    """Whether recall and precision of at least 0.95 are asked for."""
    unit: str = ""


def flagged(name: str, defect: Callable[[float | str], bool]) -> Flag:
    """Whether a value shows the defect; None where there is no value."""

    def flag(case: Found) -> bool | None:
        value = case.values.get(name)
        return None if value is None else defect(value)

    return flag


AS_ASKED = flagged("background_as_asked", lambda value: value == "no")
IMPURE = flagged("background_pure_white", lambda value: float(value) < PURE)
CUT = flagged("cut_at_border", lambda value: value != "no")
TEXT = flagged("text_found", lambda value: float(value) > 0)


def compared(row: tuple[str, str], flag: Flag, bad: list[Found], good: list[Found], target: bool = False) -> Row:
    """A row of verdicts about pictures with and without the defect."""
    seen = [flag(case) for case in (*bad, *good)]
    if all(verdict is None for verdict in seen):
        return Row(*row, None, target)
    return Row(*row, verdicts(seen[: len(bad)], seen[len(bad) :]), target)


def off(row: tuple[str, str], truth: str, cases: list[Found], unit: str) -> Row:
    """A row of errors of a number."""
    found = [_number(case.values.get(row[0])) for case in cases]
    return Row(*row, errors(found, [float(case.truth[truth]) for case in cases]), unit=unit)


def named_right(row: tuple[str, str], truth: str, cases: list[Found]) -> Row:
    """A row that says how often a name was the right one."""
    return Row(*row, Share(sum(case.values.get(row[0]) == case.truth[truth] for case in cases), len(cases)))


def rows_of_grounds(findings: Findings, again: str = "") -> list[Row]:
    """Colour and white; `again` is the sorts' ending."""
    right, wrong = findings[f"ground as asked{again}"], findings[f"another ground asked{again}"]
    white, other = findings[f"white{again}"], findings[f"not white{again}"]
    greys = [case for case in other if case.truth["ground"] == "grey"]
    vignettes = [case for case in other if case.truth["ground"] == "vignette"]
    nearly = [case for case in other if case.truth["ground"] == "off-white" and float(case.truth["lightness"]) >= 96]
    rows = [
        named_right(("background_colour", f"the ground's name{again}"), "colour", right + wrong),
        compared(("background_as_asked", f"another colour than asked{again}"), AS_ASKED, wrong, right, True),
    ]
    said = (f"white asked, light grey{again}", f"white asked, vignette{again}")
    if not again.endswith("softened"):
        rows.append(compared(("background_pure_white", f"not pure white{again}"), IMPURE, other, white, True))
    rows.append(compared(("background_as_asked", said[0]), AS_ASKED, greys, white + nearly, True))
    rows.append(compared(("background_as_asked", said[1]), AS_ASKED, vignettes, white + nearly, True))
    return rows


def rows_of_places(findings: Findings, again: str = "") -> list[Row]:
    """Fill, centring, cut."""
    framed, whole, cut = (findings[f"{name}{again}"] for name in ("framed", "whole", "cut"))
    cut = [case for case in cut if case.truth["cut"] != "no"]
    whole = [case for case in whole if case.truth["cut"] == "no"]
    return [
        compared(("cut_at_border", f"the frame cuts the product{again}"), CUT, cut, whole, True),
        named_right(("cut_at_border", f"exactly the sides that are cut{again}"), "cut", cut),
        off(("frame_fill", f"product's longer side{again}"), "fill", framed, "%"),
        off(("off_centre", f"product's distance from the middle{again}"), "off_centre", framed, "%"),
        off(("shadow_strength", f"light taken at its deepest{again}"), "shadow", framed, "%"),
    ]


def rows_of_words(findings: Findings) -> list[Row]:
    """Text stuck on."""
    asked = (
        ("word", "cap height 20–40 px, contrast ≥ 3", True),
        ("small word", "cap height 12–20 px, contrast ≥ 3", False),
        ("faint word", "cap height 20–40 px, contrast 1.5–3", False),
    )
    good = findings["no word"]
    return [compared(("text_found", of), TEXT, findings[sort], good, target) for sort, of, target in asked]


def _number(value: float | str | None) -> float | None:
    return float(value) if isinstance(value, int | float) else None

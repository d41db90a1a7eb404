"""For each strength: what of the source was kept, what changed, and whether the picture can be used, from its evidence.

The source is measured in the same way as the pictures, so that background and light can be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Final

from packshot.evaluation import Asked, evaluate
from packshot.report.arms import ArmShots, arms_of
from packshot.report.data import ReportData, Shot
from packshot.report.findings import defects_of
from packshot.report.wording import count, measured, number
from packshot.resolve import fit_source
from packshot.result import Criterion

USABLE: Final = {0: "not usable", 1: "usable after retouching", 2: "usable as it is"}
RETOUCHED: Final = {"background_as_asked"}
"""Defects that leave the product as it is: its ground can be replaced."""
LIGHT_SAME: Final = 5.0
"""L* by which the mean lightness of the product may differ before light is called changed."""


@dataclass(frozen=True, slots=True)
class _Bound:
    """An evidence, what it is called, and from where on its value means kept, or at least partly kept."""

    name: str
    words: str
    unit: str | None
    kept: float
    partly: float
    higher_is_closer: bool = True


PRODUCT: Final = (
    _Bound("likeness_product_ssim", "the product's structure (SSIM)", None, 0.90, 0.60),
    _Bound("likeness_shape", "the product's outline (overlap of the masks)", None, 0.95, 0.85),
    _Bound(
        "likeness_colour", "the product's colour (CIEDE2000 to the source's)", None, 2.0, 4.0, higher_is_closer=False
    ),
    _Bound("likeness_text", "the product's text (kept)", "%", 99.0, 50.0),
)
WHOLE: Final = (_Bound("likeness_ssim", "the whole picture's structure (SSIM)", None, 0.90, 0.60),)
"""CIEDE2000: from about 2 a trained eye sees a difference side by side, from 4 anyone does. SSIM and overlap:
rules of thumb, for one picture beside its source; the numbers stand beside the words."""


@dataclass(frozen=True, slots=True, eq=False)
class Strength:
    """One arm that starts from a source. Sentences; `verdict` in words, with the reasons for it."""

    strength: float
    arm: ArmShots
    shown: Shot
    kept: tuple[str, ...]
    changed: tuple[str, ...]
    verdict: str
    reasons: tuple[str, ...]


def strengths_of(data: ReportData) -> tuple[Strength, ...]:
    """Every arm with pictures from a source, from little to much change."""
    measured_sources: dict[tuple[object, ...], dict[str, float | str | None]] = {}
    found = [_strength(arm, measured_sources) for arm in arms_of(data) if any(s.is_img2img for s in arm.made)]
    return tuple(sorted(found, key=lambda entry: entry.strength))


def _strength(arm: ArmShots, known: dict[tuple[object, ...], dict[str, float | str | None]]) -> Strength:
    shots = [shot for shot in arm.made if shot.is_img2img]
    kept, changed, against = _product(shots)
    for sentence, is_same in (*_background(shots, known), *_light(shots, known)):
        (kept if is_same else changed).append(sentence)
    verdict, reasons = _verdict(shots, against)
    return Strength(
        shots[0].intent.strength or 0.0, arm, shots[0], tuple(kept), tuple(changed), verdict, tuple(reasons)
    )


def _product(shots: Sequence[Shot]) -> tuple[list[str], list[str], list[str]]:
    """What was kept and changed of the product, and what of it speaks against using the picture."""
    kept: list[str] = []
    changed: list[str] = []
    against: list[str] = []
    bounds = [bound for bound in PRODUCT if _numbers(shots, bound.name)] or list(WHOLE)
    for bound in bounds:
        values = _numbers(shots, bound.name)
        if not values:
            continue
        grade = _grade(fmean(values), bound)
        sentence = f"{bound.words[:1].upper()}{bound.words[1:]}: {spread(values, bound.unit)}, {grade}."
        (kept if grade == "kept" else changed).append(sentence)
        if grade == "changed":
            against.append(f"{bound.words[:1].upper()}{bound.words[1:]} is not the source's.")
    return kept, changed, against


def _grade(value: float, bound: _Bound) -> str:
    sign = 1 if bound.higher_is_closer else -1
    if sign * value >= sign * bound.kept:
        return "kept"
    return "partly kept" if sign * value >= sign * bound.partly else "changed"


def _background(
    shots: Sequence[Shot], known: dict[tuple[object, ...], dict[str, float | str | None]]
) -> list[tuple[str, bool]]:
    colours = [shot.measured("background_colour") for shot in shots]
    names = [colour for colour in colours if isinstance(colour, str)]
    before = _of_source(shots[0], known).get("background_colour")
    if not names or not isinstance(before, str):
        return []
    same = sum(name == before for name in names)
    if len(names) == 1:
        words = f"the same as the source's ({before})" if same else f"{before} in the source, {names[0]} here"
        return [(f"The background: {words}.", bool(same))]
    return [
        (f"The background: {before} in the source, {before} in {same} of {count(len(names), 'picture')} here.",
         same == len(names))
    ]  # fmt: skip


def _light(
    shots: Sequence[Shot], known: dict[tuple[object, ...], dict[str, float | str | None]]
) -> list[tuple[str, bool]]:
    values, before = _numbers(shots, "lightness"), _of_source(shots[0], known).get("lightness")
    if not values or not isinstance(before, float):
        return []
    is_same = abs(fmean(values) - before) <= LIGHT_SAME
    told = "the same light" if is_same else "darker" if fmean(values) < before else "brighter"
    return [(f"The light: lightness {before:.0f} of 100 in the source, {fmean(values):.0f} here: {told}.", is_same)]


def _verdict(shots: Sequence[Shot], against: Sequence[str]) -> tuple[str, list[str]]:
    """From the proposed score of usability where there is one, else from what was measured."""
    proposed = [(shot, shot.proposal.scores.get(Criterion.USABILITY)) for shot in shots if shot.proposal is not None]
    scored = [(shot, entry, entry.score) for shot, entry in proposed if entry is not None and entry.score is not None]
    if scored:
        shot, worst, score = min(scored, key=lambda found: found[2])
        if len(scored) == 1:
            return USABLE[score], [worst.reason]
        tally = [f"{sum(found[2] == score for found in scored)} of {count(len(scored), 'picture')} {words}"
                 for score, words in USABLE.items() if any(found[2] == score for found in scored)]  # fmt: skip
        return "; ".join(tally), [f"`{shot.name}`: {worst.reason}"]
    defects = [entry.sentence for shot in shots[:1] for entry in shot.evidence if entry.name in defects_of(shot)]
    if against or set(defects_of(shots[0])) - RETOUCHED:
        return USABLE[0], [*against, *defects]
    if defects:
        return USABLE[1], defects
    if not any(_numbers(shots, bound.name) for bound in PRODUCT):
        return "cannot be told", ["The likeness inside the product was not measured."]
    return "nothing measured speaks against it", []


def spread(values: Sequence[float], unit: str | None) -> str:
    """`0.91`, or for several pictures `0.91 on average, 0.88 to 0.94 in 5 pictures`."""
    if len(values) == 1:
        return measured(values[0], unit)
    if measured(min(values), unit) == measured(max(values), unit):
        return f"{measured(values[0], unit)} in each of {count(len(values), 'picture')}"
    ends = f"{measured(min(values), unit)} to {measured(max(values), unit)}"
    return f"{measured(fmean(values), unit)} on average, {ends} in {count(len(values), 'picture')}"


def _numbers(shots: Sequence[Shot], name: str) -> list[float]:
    values = [shot.measured(name) for shot in shots]
    return [value for value in values if isinstance(value, float)]


def _of_source(
    shot: Shot, known: dict[tuple[object, ...], dict[str, float | str | None]]
) -> dict[str, float | str | None]:
    """What `evaluate` says of the source as the model took it; empty where it is not at hand."""
    intent = shot.intent
    if shot.source is None or intent.fit is None:
        return {}
    key = (shot.source.digest, intent.width, intent.height, intent.fit)
    if key not in known:
        fitted = fit_source(shot.source.load(), (intent.width, intent.height), intent.fit)
        known[key] = {entry.name: entry.value for entry in evaluate(fitted, Asked(intent.prompt), None)}
    return known[key]


def heading(entry: Strength) -> str:
    """`Strength 0.35`."""
    return f"Strength {number(entry.strength)}"

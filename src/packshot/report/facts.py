"""Sentences about what the numbers of one experiment show. Each rests on a number of this very experiment.

Knows nothing about what a setting ought to do: a sentence says which way a number went, never why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from packshot.report.data import ReportData, Shot
from packshot.report.differences import settings_of
from packshot.report.sheets import steps
from packshot.report.wording import count, decibels, listing, measured, number, seconds
from packshot.result import Evidence

LUCK: Final = "One picture per setting: cannot be told from luck."
VARIED: Final = ("steps", "guidance", "scheduler", "seed", "size", "model", "LoRA", "prompt", "negative prompt")
LIKENESS: Final = "likeness"
BACKGROUND: Final = "background"
AS_ASKED: Final = "background_as_asked"
NAMED: Final = {
    "likeness_colour": "colour difference to the source",
    "likeness_product_ssim": "likeness SSIM inside the product",
    "likeness_shape": "likeness of the product's shape",
    "likeness_text": "kept text of the source",
    "seconds": "seconds per picture",
    "background_pure_white": "pure white in the border",
}
"""What its name alone does not say, in few words."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Sentences on one question, the cells that they speak of, and what limits them."""

    heading: str
    sentences: tuple[str, ...]
    cells: tuple[str, ...]
    caveat: str | None = None


def find_facts(data: ReportData) -> tuple[Facts, ...]:
    """What the experiment shows: by varied setting, by strength, and for the background."""
    found = [_varied(data, field) for field in VARIED]
    found += [_strengths(data), _background(data)]
    return tuple(facts for facts in found if facts is not None)


def likeness_of(shot: Shot) -> tuple[Evidence, ...]:
    """What was measured of a picture against its source."""
    return tuple(e for e in shot.evidence if e.name.startswith(LIKENESS) and isinstance(e.value, float))


def by_strength(data: ReportData) -> list[Shot]:
    """Pictures from a source, from little to much change."""
    shots = [shot for shot in data.made if shot.intent.strength is not None]
    return sorted(shots, key=lambda shot: shot.intent.strength or 0.0)


def as_asked(shot: Shot) -> str | None:
    """Whether the background is the one asked for, yes or no; None where it was not measured."""
    values = [e.value for e in shot.evidence if e.name == AS_ASKED]
    return values[0] if values and isinstance(values[0], str) else None


def sentence_of(words: str) -> str:
    """The words with a capital first letter; abbreviations stay as they are."""
    return words[:1].upper() + words[1:]


def words_of(name: str) -> str:
    """An evidence's name as words: `likeness_ssim` → `likeness SSIM`."""
    if name in NAMED:
        return NAMED[name]
    abbreviations = {"ssim", "psnr", "iou", "clip", "lab", "rgb"}
    return " ".join(word.upper() if word in abbreviations else word for word in name.split("_"))


def _varied(data: ReportData, field: str) -> Facts | None:
    base = data.baseline
    if base is None or base.picture is None:
        return None
    arms = [shot for shot in data.made if shot.differs == (field,)]
    if not arms:
        return None
    shots = sorted([base, *arms], key=lambda shot: _order(settings_of(shot.intent)[field]))
    sentences = [_times(shots, field, base)]
    compared = [shot for shot in arms if shot.psnr_to_baseline_db is not None]
    if compared:
        parts = [f"{decibels(shot.psnr_to_baseline_db or 0.0)} for {_label(shot, field)}" for shot in compared]
        sentences.append(f"PSNR against the baseline's picture: {listing(parts)}; higher is more alike.")
    return Facts(
        heading=f"{sentence_of(field)}: {listing([_value(shot, field) for shot in shots])}",
        sentences=tuple(sentences),
        cells=tuple(shot.name for shot in shots),
        caveat=_caveat(shots, field),
    )


def _times(shots: Sequence[Shot], field: str, base: Shot) -> str:
    parts = []
    for shot in shots:
        took = "an unknown time" if shot.timings is None else seconds(shot.timings.picture_s)
        mark = " (the baseline)" if shot is base else ""
        parts.append(f"{_label(shot, field)} took {took}{mark}")
    return f"{sentence_of(listing(parts))}, without loading the weights."


def _label(shot: Shot, field: str) -> str:
    """The setting as a sentence names it: `15 steps`, `guidance 4`, `DDIM`."""
    value = _value(shot, field)
    if field == "steps":
        return f"{value} steps"
    return f"{field} {value}" if field in {"guidance", "seed"} else value


def _value(shot: Shot, field: str) -> str:
    """The setting's value; long ones by the cell's name."""
    return (
        f"`{shot.name}`" if field in {"prompt", "negative prompt", "model", "LoRA"} else settings_of(shot.intent)[field]
    )


def _order(value: str) -> tuple[int, float, str]:
    try:
        return (0, float(value), "")
    except ValueError:
        return (1, 0.0, value)


def _caveat(shots: Iterable[Shot], field: str) -> str | None:
    values = [settings_of(shot.intent)[field] for shot in shots]
    return LUCK if len(values) == len(set(values)) else None


def _strengths(data: ReportData) -> Facts | None:
    shots = by_strength(data)
    if not shots:
        return None
    sentences = []
    for shot in shots:
        took = "" if shot.timings is None else f" in {seconds(shot.timings.picture_s)}"
        kept = listing([f"{_short(e.name)} {measured(e.value, e.unit)}" for e in likeness_of(shot)])
        strength = number(shot.intent.strength or 0.0)
        what = f"{kept} against the source" if kept else "likeness to the source was not measured"
        sentences.append(f"Strength {strength} took {steps(shot)} steps{took}; {what}.")
    values = [shot.intent.strength for shot in shots]
    return Facts(
        heading=f"Strength: {listing([number(value or 0.0) for value in dict.fromkeys(values)])}",
        sentences=(*sentences, *_trends(shots)),
        cells=tuple(shot.name for shot in shots),
        caveat=LUCK if len(values) == len(set(values)) else None,
    )


def _short(name: str) -> str:
    return words_of(name.removeprefix(LIKENESS).strip("_")) if name != LIKENESS else LIKENESS


def _trends(shots: Sequence[Shot]) -> list[str]:
    """Which way each likeness went as strength rose: only where it was measured at three strengths or more."""
    sentences = []
    for name in dict.fromkeys(e.name for shot in shots for e in likeness_of(shot)):
        pairs = [(shot.intent.strength, e) for shot in shots for e in likeness_of(shot) if e.name == name]
        values = [float(e.value) for _, e in pairs if isinstance(e.value, float)]
        if len(values) < 3 or len({strength for strength, _ in pairs}) != len(values):
            continue
        fell = all(a > b for a, b in pairwise(values))
        rose = all(a < b for a, b in pairwise(values))
        way = "fell with every higher strength" if fell else "rose with every higher strength" if rose else None
        first, last = measured(values[0], pairs[0][1].unit), measured(values[-1], pairs[-1][1].unit)
        verb = way or "neither fell nor rose steadily with strength"
        sentences.append(f"{sentence_of(words_of(name))} {verb}: from {first} to {last}.")
    return sentences


def _background(data: ReportData) -> Facts | None:
    """Whether the background is the one asked for, where that was measured; else whatever was measured of it."""
    judged = any(as_asked(shot) is not None for shot in data.made)
    alike: dict[str, list[Shot]] = {}
    for shot in data.made:
        entries = [e for e in shot.evidence if e.name.startswith(AS_ASKED if judged else BACKGROUND)]
        words = " ".join(_ended(e.sentence) for e in entries if e.value is not None and e.sentence)
        if words:
            alike.setdefault(words, []).append(shot)
    shots = [shot for group in alike.values() for shot in group]
    if not shots:
        return None
    lines = [f"{listing([f'`{shot.name}`' for shot in group])}: {words}" for words, group in alike.items()]
    if judged:
        kept = sum(as_asked(shot) == "yes" for shot in shots)
        lines.insert(0, f"{kept} of {count(len(shots), 'picture')} have the background that the prompt asks for.")
    return Facts(
        heading=f"Background, asked and measured, in {count(len(shots), 'picture')}",
        sentences=tuple(lines),
        cells=tuple(shot.name for shot in shots),
    )


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."

"""What the evidence finds wrong, counted over the pictures, with the places in them. Judges nothing unmeasured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from packshot.report.data import ReportData, Shot
from packshot.report.wording import count

Value = float | str


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """One kind of defect: a sentence with the numbers, and the pictures that have it."""

    name: str
    sentence: str
    shots: tuple[Shot, ...]


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    has: Callable[[Value], bool]
    words: str


KINDS: Final = (
    _Kind("collapsed", lambda value: value == "yes", "are blank or collapsed"),
    _Kind("background_as_asked", lambda value: value == "no", "have another background than the prompt asks for"),
    _Kind("cut_at_border", lambda value: value != "no", "show a product that the frame cuts"),
    _Kind("text_found", lambda value: isinstance(value, float) and value > 0, "show text that nobody asked for"),
)


def find_defects(data: ReportData) -> tuple[Finding, ...]:
    """Each kind of defect that was looked for, in the pictures in which it could be measured."""
    return tuple(
        _finding(kind, data.made) for kind in KINDS if any(s.measured(kind.name) is not None for s in data.made)
    )


def not_looked_for(data: ReportData) -> tuple[tuple[str, str, int], ...]:
    """What was measured in none of the pictures: its name, the reason as the evidence gives it, how many pictures."""
    reasons: dict[tuple[str, str], int] = {}
    seen = {entry.name for shot in data.made for entry in shot.evidence if entry.value is not None}
    for shot in data.made:
        for entry in shot.evidence:
            if entry.name not in seen:
                reasons[entry.name, entry.sentence] = reasons.get((entry.name, entry.sentence), 0) + 1
    return tuple((name, sentence, pictures) for (name, sentence), pictures in reasons.items())


def defects_of(shot: Shot) -> tuple[str, ...]:
    """The names of the evidence that speaks against a picture."""
    found = []
    for kind in KINDS:
        value = shot.measured(kind.name)
        if value is not None and kind.has(value):
            found.append(kind.name)
    return tuple(found)


def _finding(kind: _Kind, shots: Sequence[Shot]) -> Finding:
    measured = [shot for shot in shots if shot.measured(kind.name) is not None]
    having = tuple(shot for shot in measured if kind.name in defects_of(shot))
    sentence = f"{len(having)} of {count(len(measured), 'picture')} {kind.words}."
    return Finding(kind.name, sentence, having)

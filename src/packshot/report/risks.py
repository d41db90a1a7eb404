"""What this experiment's numbers say about selling with its pictures. Nothing that was not measured is asserted."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import fmean
from typing import Final

from packshot.report.data import ReportData, Shot
from packshot.report.facts import AS_ASKED, BACKGROUND, as_asked, by_strength, likeness_of, sentence_of, words_of
from packshot.report.wording import count, listing, measured, number
from packshot.result import Criterion, Evidence, Rating

LISTED: Final = 5
"""Pictures or ratings told one by one; of more, how many."""
TELLING: Final = (AS_ASKED, "background_colour", "background_pure_white")
"""What a shop asks about a background; other measures stand with each picture."""


@dataclass(frozen=True, slots=True)
class Risk:
    """A risk, what this experiment shows of it, and what limits it."""

    title: str
    shown: tuple[str, ...]
    limit: str


def find_risks(data: ReportData) -> tuple[Risk, ...]:
    """The risks that this experiment can speak of, and, said so, those that it did not measure."""
    found = [_invented(data), _changed(data), _background(data), _marks(data), _judged(data)]
    return tuple(risk for risk in found if risk is not None)


def _invented(data: ReportData) -> Risk | None:
    shots = [shot for shot in data.made if not shot.is_img2img]
    if not shots:
        return None
    return Risk(
        "A product that does not exist",
        (f"{len(shots)} of {count(len(data.made), 'picture')} came from words alone: no real product stands behind.",),
        "Label them as concept or lifestyle pictures; a picture that sells starts from the product's photo.",
    )


def _changed(data: ReportData) -> Risk | None:
    shots = by_strength(data)
    if not shots:
        return None
    shown = []
    for name in dict.fromkeys(e.name for shot in shots for e in likeness_of(shot)):
        measures = [(shot, e) for shot in shots for e in likeness_of(shot) if e.name == name]
        shown.append(_by_strength(name, measures))
    if not shown:
        shown.append(f"Not measured: {count(len(shots), 'picture')} came from a source, none was compared with it.")
    return Risk(
        "A product that is no longer the source's",
        tuple(shown),
        "Compare each picture with its source before it is shown; keep the strength at which the product is the same.",
    )


def _by_strength(name: str, measures: list[tuple[Shot, Evidence]]) -> str:
    """What was measured at each strength; of several pictures their mean."""
    values: dict[float, list[float]] = {}
    for shot, entry in measures:
        if isinstance(entry.value, float):
            values.setdefault(shot.intent.strength or 0.0, []).append(entry.value)
    unit = measures[0][1].unit
    parts = [f"{measured(fmean(found), unit)} at {number(strength)}" for strength, found in values.items()]
    many = "" if len(values) == len(measures) else f", in the mean of {count(len(measures), 'picture')}"
    return f"{sentence_of(words_of(name))}, by strength{many}: {listing(parts)}."


def _background(data: ReportData) -> Risk | None:
    asked = [shot for shot in data.made if as_asked(shot) is not None or "background" in shot.intent.prompt.lower()]
    if not asked:
        return None
    names = {e.name: e.unit for shot in asked for e in shot.evidence if e.name.startswith(BACKGROUND)}
    names = {name: names[name] for name in TELLING if name in names} or names
    shown = [f"{count(len(asked), 'picture')} asked for a background."]
    for name, unit in names.items():
        values = [e.value for shot in asked for e in shot.evidence if e.name == name]
        numbers = [value for value in values if isinstance(value, float)]
        words = [value for value in values if isinstance(value, str)]
        if numbers:
            ends = dict.fromkeys(measured(end, unit) for end in (min(numbers), max(numbers)))
            spread = " to ".join(ends)
            shown.append(f"{sentence_of(words_of(name))}: {spread} in {count(len(numbers), 'picture')}.")
        if words:
            tally = [f"{word} in {words.count(word)}" for word in dict.fromkeys(words)]
            shown.append(f"{sentence_of(words_of(name))}: {listing(tally)}.")
    if not names:
        shown.append("What they have was not measured.")
    return Risk(
        "A background that a shop refuses",
        tuple(shown),
        "Measure the background of each picture; do not go by the prompt.",
    )


def _marks(data: ReportData) -> Risk | None:
    if not data.made:
        return None
    asked = [shot for shot in data.made if any(w in shot.intent.negative_prompt.lower() for w in ("logo", "text"))]
    entries = [e for shot in data.made for e in shot.evidence if e.name.startswith(("text", "logo"))]
    looked = [entry for entry in entries if entry.value is not None]
    shown = [f"{count(len(asked), 'negative prompt')} asked for no text or logo."] if asked else []
    if looked:
        seen = list(dict.fromkeys(entry.sentence for entry in looked if entry.value not in (0.0, "")))
        shown += seen[:LISTED]
        if len(seen) > LISTED:
            shown.append(f"{len(seen) - LISTED} more such pictures.")
        having = sum(entry.value not in (0.0, "") for entry in looked)
        shown.append(f"{having} of {count(len(looked), 'picture')} show text that nobody asked for.")
        shown.append("Marks without letters are not looked for.")
    else:
        shown.append(f"Whether any of the {count(len(data.made), 'picture')} shows text or a mark was not measured.")
    return Risk(
        "Text, logos and other people's marks", tuple(shown), "Look at every picture at full size before it is used."
    )


def _judged(data: ReportData) -> Risk | None:
    if not data.made:
        return None
    rated = [(shot, rating) for shot in data.made for rating in shot.ratings]
    unusable = [_reason(shot, rating) for shot, rating in rated if _usability(rating) == 0]
    people = {shot.name for shot, _ in rated}
    shown = [f"{len(people)} of {count(len(data.made), 'picture')} were rated by a person."]
    if rated:
        shown.append(f"{len(unusable)} of {count(len(rated), 'rating')} gave usability 0.")
    more = [f"{len(unusable) - LISTED} more such ratings."] if len(unusable) > LISTED else []
    return Risk(
        "Publishing what nobody judged",
        (*shown, *unusable[:LISTED], *more),
        "Rate each picture, with reasons, before a release.",
    )


def _usability(rating: Rating) -> int | None:
    entry = rating.scores.get(Criterion.USABILITY)
    return None if entry is None else entry.score


def _reason(shot: Shot, rating: Rating) -> str:
    reason = rating.scores[Criterion.USABILITY].reason
    return f"`{shot.name}`, rated by {rating.rater}: {reason or 'usability 0, no reason given'}"

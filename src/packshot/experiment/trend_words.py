"""Trends in plain words: the direction, and whether the means go one way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from packshot.experiment.effect import Interval
from packshot.experiment.effect_measures import words
from packshot.experiment.effect_words import LABEL_MAX, LUCK, amount, basis, capital, number, precision
from packshot.experiment.statistics import Block, Sample


def trend_sentence(
    *,
    parameter: str,
    where: Sequence[tuple[str, str]],
    measure: str,
    unit: str | None,
    levels: Sequence[tuple[float, float]],
    found: Sample,
    blocks: Iterable[Block],
    of: int,
    interval: Interval | None,
    shown: bool | None,
) -> str:
    """One or two sentences; `levels` are the parameter's values with the measure's mean, `of` all blocks there are."""
    slope, what = found.mean, words(measure)
    scale = precision(slope, interval)
    beside = f" ({_short(where)})" if where else ""
    over = f"over {parameter} {levels[0][0]:g} to {levels[-1][0]:g}{beside}"
    per = "per step" if parameter == "steps" else "per unit"
    places = list(blocks)
    noun = "block" if len({product for product, _seed in places}) > 1 else "seed"
    rests_on = basis(found, of, places, noun)
    shape = _shape(parameter, levels)
    if shown:
        verb, sign = ("rises", 1) if slope > 0 else ("falls", -1)
        inside = rests_on
        if interval is not None:
            ends = sorted((sign * interval.low, sign * interval.high))
            inside = f"95 % {number(ends[0], scale)} to {number(ends[1], scale)}; {rests_on}"
        return f"{capital(over)}, {what} {verb} by {amount(abs(slope), scale, unit)} {per} ({inside}).{shape}"
    if shown is False and interval is not None:
        inside = f"95 % {number(interval.low, scale)} to {number(interval.high, scale)}; {rests_on}"
        return f"No slope shown in {what} {over}: {amount(slope, scale, unit)} {per} ({inside}).{shape}"
    if shown is False:
        return f"No slope shown in {what} {over}: none in all that was compared ({rests_on}).{shape}"
    if found.blocks in LUCK:
        why = LUCK[found.blocks].replace("pair", noun)
    else:
        why = f"{rests_on}, too few without spread to tell from luck"
    return f"{capital(what)} {over}: {amount(slope, scale, unit)} {per}; {why}."


def _short(where: Sequence[tuple[str, str]]) -> str:
    text = ", ".join(f"{key} {value}" for key, value in where)
    return text if len(text) <= LABEL_MAX else f"{text[: LABEL_MAX - 1]}…"


def _shape(parameter: str, levels: Sequence[tuple[float, float]]) -> str:
    """What a slope hides: where the means turn."""
    means = [mean for _level, mean in levels]
    if len(set(means)) == 1:
        return ""
    steps = [after - before for before, after in pairwise(means)]
    if all(step >= 0 for step in steps) or all(step <= 0 for step in steps):
        return " The means go one way."
    highest, lowest = means.index(max(means)), means.index(min(means))
    ends = (0, len(means) - 1)
    turns = [
        f"{name} at {parameter} {levels[place][0]:g}"
        for name, place in (("highest", highest), ("lowest", lowest))
        if place not in ends
    ]
    return f" The means do not go one way: {' and '.join(turns)}." if turns else " The means do not go one way."

"""Effects in plain words: numbers at the digits that their interval warrants, and luck called luck."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final

from packshot.experiment.effect import Interval
from packshot.experiment.effect_measures import words
from packshot.experiment.statistics import Block, Sample

LABEL_MAX: Final = 40
"""A change in more characters (a prompt) is called by its arm's name."""

LEAST: Final = 0.01
"""What is less in any unit is nothing to a reader."""

LUCK: Final = {1: "one pair, cannot be told from luck", 2: "two pairs, cannot be told from luck"}


def number(value: float, scale: float) -> str:
    """A number at two digits of `scale`, with a true minus sign: `0.031`, `−12`."""
    decimals = 2 if not scale else min(max(1 - math.floor(math.log10(abs(scale))), 0), 6)
    text = f"{value:.{decimals}f}"
    return (text.lstrip("-") if float(text) == 0 else text).replace("-", "−")


def precision(value: float, interval: Interval | None) -> float:
    """What the digits of a value rest on: half its interval, else itself."""
    return abs(value) if interval is None else (interval.high - interval.low) / 2 or abs(value)


def amount(value: float, scale: float, unit: str | None) -> str:
    """A difference with its unit; of percentages it is in percentage points."""
    shown = {"%": " percentage points", None: ""}.get(unit, f" {unit}")
    return f"{number(value, scale)}{shown}"


def seen(value: float, unit: str | None) -> str:
    """A difference that rests on nothing but itself, at two digits; with a unit at most two decimals."""
    if unit is None or abs(value) >= LEAST:
        return amount(value, max(abs(value), LEAST * 10) if unit else abs(value), unit)
    return f"less than {amount(LEAST, LEAST * 10, unit)}"


def label(arm: str, change: Sequence[tuple[str, str]]) -> str:
    """An arm as a reader knows it: by its change (`guidance 12`), or by its name where that is long or nothing."""
    text = ", ".join(f"{key} {value}" for key, value in change)
    return text if 0 < len(text) <= LABEL_MAX else arm


def capital(text: str) -> str:
    """The sentence's first letter, but not that of a name (`t2i_run02`)."""
    first = text.split(" ")[0]
    return text[:1].upper() + text[1:] if first.replace("'", "").isalpha() else text


def count(quantity: int, noun: str) -> str:
    """`1 pair`, `3 pairs`."""
    return f"{quantity} {noun}" if quantity == 1 else f"{quantity} {noun}s"


def listing(names: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def basis(found: Sample, of: int, blocks: Iterable[Block], noun: str = "pair") -> str:
    """What a number rests on: `5 pairs`, `4 of 5 pairs`, `25 pairs of 5 products`, `5 pairs, for mug alone`."""
    text = count(found.blocks, noun) if found.blocks == of else f"{found.blocks} of {count(of, noun)}"
    if found.clustered:
        return f"{text} of {count(found.products, 'product')}"
    named = sorted({product for product, _seed in blocks if product})
    return f"{text}, for {listing(named)} {'only' if len(named) > 1 else 'alone'}" if named else text


def effect_sentence(
    *,
    who: str,
    measure: str,
    unit: str | None,
    found: Sample,
    rests_on: str,
    interval: Interval | None,
    shown: bool | None,
) -> str:
    """What an arm does to a measure, in one sentence; `who` is the arm's label."""
    mean, what = found.mean, words(measure)
    scale = precision(mean, interval)
    if shown and interval is not None:
        verb, sign = ("raises", 1) if mean > 0 else ("lowers", -1)
        ends = sorted((sign * interval.low, sign * interval.high))
        inside = f"95 % {number(ends[0], scale)} to {number(ends[1], scale)}, {rests_on}"
        return f"{capital(who)} {verb} {what} by {amount(abs(mean), scale, unit)} ({inside})."
    if shown is False and interval is not None:
        inside = f"95 % {number(interval.low, scale)} to {number(interval.high, scale)}, {rests_on}"
        return f"No difference shown in {what} by {who}: {amount(mean, scale, unit)} ({inside})."
    if shown is False:
        return f"No difference shown in {what} by {who}: the same in all that was compared ({rests_on})."
    more = "higher" if mean > 0 else "lower"
    difference = f"{seen(abs(mean), unit)} {more}" if mean else "the same"
    if shown:
        return f"{capital(what)}: {difference} with {who} each time ({rests_on}; no spread, so no interval)."
    if found.blocks in LUCK:
        missing = f" ({rests_on})" if rests_on not in ("1 pair", "2 pairs") else ""
        return f"{capital(what)}: {difference} with {who}; {LUCK[found.blocks]}{missing}."
    return f"{capital(what)}: {difference} with {who} each time ({rests_on}); too few without spread to tell from luck."

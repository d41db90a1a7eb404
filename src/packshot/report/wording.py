"""Numbers and names as a reader expects them: one place, so that HTML, Markdown and sheets agree."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

DECIMALS: Final = 4
"""The most that a table has: what is smaller is nothing to a reader."""

UNIT_DECIMALS: Final = 2
"""The most that a value with a unit has: a thousandth of a per cent or of a pixel is nothing to a reader."""

COUNTED: Final = frozenset({"characters", "letters", "pictures", "pieces", "words"})
"""Units of what is counted: of one, the last letter goes."""


def seconds(value: float) -> str:
    """`0.71 s`, `12.4 s`, `2 min 05 s`."""
    if value >= 60:
        whole = round(value)
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{value:.1f} s" if value >= 10 else f"{value:.2f} s"


def memory(size_bytes: int | None) -> str:
    """`812 MiB`, `2.4 GiB`."""
    if size_bytes is None:
        return "not measured"
    mebibytes = size_bytes / 2**20
    return f"{mebibytes / 1024:.1f} GiB" if mebibytes >= 1024 else f"{mebibytes:.0f} MiB"


def number(value: float) -> str:
    """As short as it is exact: `7.5`, `4`, `0.35`."""
    return repr(float(value)).removesuffix(".0")


def measured(value: float | str | None, unit: str | None) -> str:
    """A measured value with its unit, at three digits: `0.540`, `29.0`, `1,204`, `7`.

    No more than four decimals, with a unit two.
    """
    if value is None:
        return "not measured"
    if isinstance(value, str):
        return value
    most = DECIMALS if unit is None else UNIT_DECIMALS
    return _with_unit(_three_digits(value, most), unit)


def measured_alike(entries: Sequence[tuple[float | str | None, str | None]]) -> tuple[str, ...]:
    """Values and units of one measure in several pictures, all with the decimals that the finest of them needs."""
    parts = [value for value, _ in entries if isinstance(value, int | float) and not float(value).is_integer()]
    finest = min((abs(value) for value in parts if math.isfinite(value)), default=None)
    return tuple(
        measured(value, unit)
        if finest is None or not isinstance(value, int | float) or not math.isfinite(value)
        else _with_unit(f"{value:,.{_decimals(finest, DECIMALS if unit is None else UNIT_DECIMALS)}f}", unit)
        for value, unit in entries
    )


def rounded(value: float, scale: float) -> str:
    """A number at two digits of `scale`, what it rests on, and no more than four decimals: `0.031`, `−12`."""
    decimals = DECIMALS if not scale else min(max(1 - math.floor(math.log10(abs(scale))), 0), DECIMALS)
    text = f"{value:,.{decimals}f}"
    return _minus(text if float(text.replace(",", "")) else "0")


def rounded_signed(value: float, scale: float) -> str:
    """`rounded` with its sign: `+0.031`, `−12`, `0`."""
    text = rounded(value, scale)
    return f"+{text}" if value > 0 and text != "0" else text


def decibels(value: float) -> str:
    """`21.3 dB`; equal pictures have no number."""
    return "equal pixels" if value == float("inf") else f"{value:.1f} dB"


def size(width: int, height: int) -> str:
    """`256×256`."""
    return f"{width}×{height}"


def moment(value: datetime | None) -> str:
    """`2026-11-23 00:40 UTC`."""
    return "" if value is None else f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def short(digest: str) -> str:
    """The first ten digits of a digest, its prefix kept: enough to tell two apart by eye."""
    prefix, colon, digits = digest.rpartition(":")
    return f"{prefix}{colon}{digits[:10]}"


def listing(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def count(quantity: int, noun: str) -> str:
    """`1 picture`, `3 pictures`."""
    return f"{quantity} {noun}" if quantity == 1 else f"{quantity} {noun}s"


def between(low: float, high: float, scale: float | None = None) -> str:
    """`−0.02 to 0.31`, at two digits of `scale`; without one at two digits of half the way between them."""
    resting = (high - low) / 2 if scale is None else scale
    return f"{rounded(low, resting)} to {rounded(high, resting)}"


def _with_unit(text: str, unit: str | None) -> str:
    if not float(text.replace(",", "")):
        text = text.removeprefix("-")
    one = unit is not None and unit in COUNTED and text == "1"
    return f"{_minus(text)} {unit[:-1] if one and unit else unit}" if unit else _minus(text)


def _three_digits(value: float, most: int) -> str:
    if value == math.inf or value == -math.inf:
        return f"{value:g}"
    if float(value).is_integer() and abs(value) < 999.5:
        return f"{value:.0f}"
    text = f"{value:,.{_decimals(value, most)}f}"
    return text if float(text.replace(",", "")) else "0"


def _decimals(value: float, most: int) -> int:
    """How many a value has at three digits."""
    if abs(value) < 10**-DECIMALS:
        return most
    return min(max(2 - math.floor(math.log10(abs(value))), 0), most) if abs(value) < 999.5 else 0


def _minus(text: str) -> str:
    return text.replace("-", "−")

"""Numbers and names as a reader expects them: one place, so that HTML, Markdown and sheets agree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime


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
    """A measured value with its unit, at three digits."""
    if value is None:
        return "not measured"
    if isinstance(value, str):
        return value
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return f"{text} {unit}" if unit else text


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


def signed(value: float, unit: str | None) -> str:
    """A difference with its sign and unit, at three digits: `+0.02`, `−1.5 dB`, `0`."""
    text = measured(value, unit)
    return f"+{text}" if value > 0 else _minus("0" if text == "-0" else text)


def between(low: float, high: float) -> str:
    """`−0.02 to 0.31`."""
    return _minus(f"{measured(low, None)} to {measured(high, None)}")


def _minus(text: str) -> str:
    return text.replace("-", "−")

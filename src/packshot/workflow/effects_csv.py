"""Effects as a CSV file: one row for each comparison, numbers as they were derived."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from packshot.errors import OutputError
from packshot.experiment import Effect, Interval
from packshot.metadata import write_atomically

COLUMNS: Final = (
    "arm", "against", "change", "measure", "unit", "pairs", "products", "against_mean", "arm_mean", "difference",
    "low", "high", "method", "bootstrap_low", "bootstrap_high", "bootstrap_method", "shown", "sentence",
)  # fmt: skip


def effect_row(effect: Effect) -> dict[str, object]:
    """An effect as a flat row; None where there is no interval."""
    return {
        "arm": effect.arm,
        "against": effect.against,
        "change": ", ".join(f"{key} {value}" for key, value in effect.change),
        "measure": effect.measure,
        "unit": effect.unit,
        "pairs": effect.pairs,
        "products": effect.products,
        "against_mean": effect.against_mean,
        "arm_mean": effect.arm_mean,
        "difference": effect.difference,
        **_interval("", effect.interval),
        **_interval("bootstrap_", effect.bootstrap),
        "shown": effect.shown,
        "sentence": effect.sentence,
    }


def _interval(prefix: str, interval: Interval | None) -> dict[str, object]:
    ends = (None, None, None) if interval is None else (interval.low, interval.high, interval.method)
    return {f"{prefix}{name}": value for name, value in zip(("low", "high", "method"), ends, strict=True)}


def write_effects(path: Path, effects: Iterable[Effect]) -> Path:
    """Write the file, over an earlier one of the same kind. Raises OutputError where another file is there."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(effect_row(effect) for effect in effects)
    if path.exists() and not _is_ours(path):
        raise OutputError(
            "output.exists",
            f"{path} is already there",
            expected="a free name, or an earlier file of effects",
            got="another file",
            hint="name another file by --csv, or move that one away",
        )
    write_atomically(path, text.getvalue().encode("utf-8"))
    return path


def _is_ours(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.readline(1000).decode("utf-8", "replace").strip() == ",".join(COLUMNS)
    except OSError:
        return False

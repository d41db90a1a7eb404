"""Tidy tables: one row for one thing, one column for one kind of value. Made from values; reads no store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from packshot.experiment import Setting, Trend, change_words, number_of
from packshot.result import MeasuredCell
from packshot.workflow import effect_row
from packshot.workflow.effects_csv import COLUMNS as EFFECT_COLUMNS

if TYPE_CHECKING:
    from pandas import DataFrame

    from packshot.experiment import Effect

CELL_COLUMNS: Final = (
    "cell", "arm", "against", "group", "change", "product", "seed", "state", "failure", "run", "spec_hash", "digest",
    "seconds", "mode", "prompt", "negative_prompt", "model", "scheduler", "steps", "guidance", "strength", "width",
    "height",
)  # fmt: skip
EVIDENCE_COLUMNS: Final = ("cell", "arm", "seed", "product", "name", "value", "number", "unit", "sentence", "regions")
RATING_COLUMNS: Final = ("cell", "run", "rater", "blind", "created_at", "criterion", "score", "reason")
TREND_COLUMNS: Final = (
    "parameter", "where", "measure", "unit", "level", "mean", "low", "high", "slope", "slope_low", "slope_high",
    "blocks", "shown", "sentence",
)  # fmt: skip
FRONT_COLUMNS: Final = ("arm", "quality", "seconds", "pictures", "on_front")


def cells_table(measured: Iterable[MeasuredCell]) -> DataFrame:
    """One row for each cell: its settings, seconds and digest, and each evidence's value as a column."""
    entries = list(measured)
    names = dict.fromkeys(evidence.name for entry in entries for evidence in entry.evidence)
    rows = [_cell_row(entry) | {one.name: one.value for one in entry.evidence} for entry in entries]
    return _frame(rows, (*CELL_COLUMNS, *names))


def _cell_row(entry: MeasuredCell) -> dict[str, Any]:
    cell, run = entry.cell, entry.run
    row: dict[str, Any] = {
        "cell": cell.name,
        "arm": cell.arm or cell.name,
        "against": cell.against,
        "group": cell.group,
        "change": words_of(change_words(cell.change)),
        "product": cell.product,
        "seed": cell.seed,
        "state": "missing" if run is None else str(run.state),
        "spec_hash": cell.spec_hash,
    }
    if run is None:
        return row
    intent = run.resolved.intent
    row |= {name: getattr(intent, name) for name in ("seed", "prompt", "negative_prompt", "steps", "guidance")}
    row |= {"strength": intent.strength, "width": intent.width, "height": intent.height, "mode": str(intent.mode)}
    row |= {"run": run.id, "model": run.resolved.origin.model, "scheduler": intent.scheduler.name}
    row["failure"] = None if run.failure is None else run.failure.message
    if run.result is not None:
        row |= {"digest": run.result.picture_digest, "seconds": run.result.timings.picture_s}
    return row


def evidence_table(measured: Iterable[MeasuredCell]) -> DataFrame:
    """One row for each evidence of each cell; `number` is yes and no as 1 and 0, and empty where it is no number."""
    rows = [
        {
            "cell": entry.cell.name,
            "arm": entry.cell.arm or entry.cell.name,
            "seed": entry.cell.seed,
            "product": entry.cell.product,
            "name": one.name,
            "value": one.value,
            "number": number_of(one),
            "unit": one.unit,
            "sentence": one.sentence,
            "regions": one.regions,
        }
        for entry in measured
        for one in entry.evidence
    ]
    return _frame(rows, EVIDENCE_COLUMNS)


def ratings_table(measured: Iterable[MeasuredCell]) -> DataFrame:
    """One row for each score that a person gave. A run with two cells stands once, under the first."""
    seen: set[str] = set()
    rows: list[dict[str, Any]] = []
    for entry in measured:
        for rating in entry.ratings:
            if rating.id not in seen:
                seen.add(rating.id)
                rows += [
                    {
                        "cell": entry.cell.name,
                        "run": rating.run_id,
                        "rater": rating.rater,
                        "blind": rating.blind,
                        "created_at": rating.created_at,
                        "criterion": str(criterion),
                        "score": given.score,
                        "reason": given.reason,
                    }
                    for criterion, given in rating.scores.items()
                ]
    return _frame(rows, RATING_COLUMNS)


def effects_table(found: Iterable[Effect]) -> DataFrame:
    """One row for each comparison. `shown` is empty where luck cannot be told."""
    table = _frame([effect_row(effect) for effect in found], EFFECT_COLUMNS)
    return table.astype({"shown": "boolean"})


def trends_table(found: Iterable[Trend]) -> DataFrame:
    """One row for each level of each trend, with the trend's slope beside."""
    rows = [
        {
            "parameter": trend.parameter,
            "where": words_of(trend.where),
            "measure": trend.measure,
            "unit": trend.unit,
            "level": level,
            "mean": mean,
            "low": None if interval is None else interval.low,
            "high": None if interval is None else interval.high,
            "slope": trend.slope,
            "slope_low": None if trend.interval is None else trend.interval.low,
            "slope_high": None if trend.interval is None else trend.interval.high,
            "blocks": trend.blocks,
            "shown": trend.shown,
            "sentence": trend.sentence,
        }
        for trend in found
        for level, mean, interval in trend.levels
    ]
    return _frame(rows, TREND_COLUMNS).astype({"shown": "boolean"})


def front_table(found: Iterable[Setting]) -> DataFrame:
    """One row for each setting, quickest first."""
    return _frame([{name: getattr(setting, name) for name in FRONT_COLUMNS} for setting in found], FRONT_COLUMNS)


def words_of(change: Sequence[tuple[str, str]]) -> str:
    """`steps 15, guidance 4`."""
    return ", ".join(f"{key} {value}" for key, value in change)


def _frame(rows: list[dict[str, Any]], columns: Sequence[str]) -> DataFrame:
    """All columns are there, also without a row."""
    from pandas import DataFrame

    return DataFrame(rows, columns=list(columns))

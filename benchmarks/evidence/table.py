"""Rows as Markdown and as JSON, and the Markdown into its page. Knows no evidence."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from benchmarks.evidence.counts import Errors, Share, Verdicts
from benchmarks.evidence.judged import Row

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def markdown(rows: list[Row], date: str, pictures: int) -> str:
    """Three tables: verdicts, shares, errors; then what was not evaluated."""
    defects = [row for row in rows if isinstance(row.outcome, Verdicts)]
    shares = [row for row in rows if isinstance(row.outcome, Share)]
    numbers = [row for row in rows if isinstance(row.outcome, Errors)]
    missing = [f"{row.evidence} ({row.of})" for row in rows if row.outcome is None]
    parts = [
        f"Measured on {date} with {pictures:,} pictures. In bold what has a target: 0.95 and more in both.",
        _table("evidence | the defect | with | without | recall | precision | not evaluated", map(_defect, defects)),
        _table("evidence | what | pictures | right", map(_share, shares)),
        _table("evidence | of what | pictures | mean error | 95 % of errors below | evaluated", map(_error, numbers)),
    ]
    if missing:
        parts.append("Not evaluated: " + "; ".join(missing) + ".")
    return "\n\n".join(parts)


def as_json(rows: list[Row], date: str, pictures: int) -> dict[str, Any]:
    """The same, for programs."""
    return {"schema": "packshot.evidence-accuracy/1", "date": date, "pictures": pictures, "rows": list(map(_row, rows))}


def write_into(page: Path, text: str) -> None:
    """Replaces what stands between the page's two markers. Raises ValueError where it has none."""
    old = page.read_text(encoding="utf-8")
    new, count = re.subn(
        f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: f"{BEGIN}\n\n{text}\n\n{END}", old, flags=re.DOTALL
    )
    if count != 1:
        raise ValueError(f"expected the markers {BEGIN} and {END} once in {page}, got them {count} times")
    page.write_text(new, encoding="utf-8")


def _table(head: str, lines: Any) -> str:
    return "\n".join([f"| {head} |", "|" + " --- |" * (head.count("|") + 1), *lines])


def _defect(row: Row) -> str:
    seen = row.outcome
    assert isinstance(seen, Verdicts)
    recall, precision = _of(seen.recall), _of(seen.precision)
    if row.target:
        recall, precision = f"**{recall}**", f"**{precision}**"
    with_defect, without = seen.recall.whole, seen.false_alarms + seen.rightly_quiet
    return f"| {row.evidence} | {row.of} | {with_defect} | {without} | {recall} | {precision} | {seen.not_evaluated} |"


def _share(row: Row) -> str:
    assert isinstance(row.outcome, Share)
    return f"| {row.evidence} | {row.of} | {row.outcome.whole} | {_of(row.outcome)} |"


def _error(row: Row) -> str:
    seen = row.outcome
    assert isinstance(seen, Errors)
    unit = f" {row.unit}".rstrip()
    mean, quantile = f"{seen.mean:.2f}{unit}", f"{seen.quantile:.2f}{unit}"
    return f"| {row.evidence} | {row.of} | {seen.evaluated.whole} | {mean} | {quantile} | {_of(seen.evaluated)} |"


def _of(share: Share) -> str:
    if share.value is None or share.interval is None:
        return "–"
    low, high = share.interval
    return f"{share.value:.3f} ({low:.3f}–{high:.3f})"


def _row(row: Row) -> dict[str, Any]:
    return {"evidence": row.evidence, "of": row.of, "target": row.target, "unit": row.unit} | _outcome(row.outcome)


def _outcome(outcome: Verdicts | Errors | Share | None) -> dict[str, Any]:
    if isinstance(outcome, Verdicts):
        counts = {name: getattr(outcome, name) for name in outcome.__dataclass_fields__}
        return counts | {"recall": _numbers(outcome.recall), "precision": _numbers(outcome.precision)}
    if isinstance(outcome, Errors):
        return {
            "mean_error": outcome.mean,
            "quantile_95": outcome.quantile,
            "evaluated": _numbers(outcome.evaluated),
        }
    return {"share": _numbers(outcome)} if outcome is not None else {"not_evaluated": True}


def _numbers(share: Share) -> dict[str, Any]:
    return {"part": share.part, "whole": share.whole, "value": share.value, "interval": share.interval}

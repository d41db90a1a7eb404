"""What the pictures cost in seconds and memory. Every run counts once, under however many names. Knows no prices."""

from __future__ import annotations

from dataclasses import dataclass

from packshot.report.data import ReportData, Shot
from packshot.report.wording import count, memory, seconds


@dataclass(frozen=True, slots=True)
class CostRow:
    """One run's seconds by stage. `rated` are the totals of 10 that people gave."""

    name: str
    run_id: str
    load_s: float
    encode_s: float
    denoise_s: float
    decode_s: float
    picture_s: float
    step_s: float
    peak_memory_bytes: int | None
    rated: tuple[int, ...]


def cost_rows(data: ReportData) -> tuple[CostRow, ...]:
    """One row for each picture."""
    return tuple(row for row in map(_row, data.made) if row is not None)


def cost_summary(data: ReportData) -> tuple[str, ...]:
    """The sums, in sentences."""
    rows = cost_rows(data)
    if not rows:
        return ()
    total_s = sum(row.picture_s for row in rows)
    load_s = sum(row.load_s for row in rows)
    quickest, slowest = min(rows, key=lambda r: r.picture_s), max(rows, key=lambda r: r.picture_s)
    peaks = [row.peak_memory_bytes for row in rows if row.peak_memory_bytes is not None]
    sentences = [
        f"{count(len(rows), 'picture')} took {seconds(total_s)}, and loading the weights {seconds(load_s)}.",
        f"On average {seconds(total_s / len(rows))} a picture: {3600 * len(rows) / total_s:,.0f} pictures an hour."
        if total_s > 0
        else "",
        f"The quickest, `{quickest.name}`, took {seconds(quickest.picture_s)}; "
        f"the slowest, `{slowest.name}`, {seconds(slowest.picture_s)}."
        if len(rows) > 1
        else "",
        f"Peak memory: {memory(max(peaks))}." if peaks else "",
        *_quality(rows),
    ]
    return tuple(filter(None, sentences))


def _quality(rows: tuple[CostRow, ...]) -> list[str]:
    """The best rated picture and its price, where at least two were rated; where several are best, no one is."""
    rated = [row for row in rows if row.rated]
    if len(rated) < 2:
        return []
    most = max(map(_mean, rated))
    best = [row for row in rated if _mean(row) == most]
    if len(best) == len(rated):
        return [f"All {len(rated)} rated pictures have the same total ({most:g} of 10)."]
    if len(best) > 1:
        return [f"Of {len(rated)} rated pictures, {len(best)} share the highest total ({most:g} of 10)."]
    return [
        f"Of {len(rated)} rated pictures, `{best[0].name}` has the highest total ({most:g} of 10) "
        f"at {seconds(best[0].picture_s)}."
    ]


def _mean(row: CostRow) -> float:
    return sum(row.rated) / len(row.rated)


def _row(shot: Shot) -> CostRow | None:
    timings, provenance = shot.timings, shot.provenance
    if timings is None or provenance is None:
        return None
    return CostRow(
        name=shot.name,
        run_id=shot.run.id,
        load_s=timings.load_s,
        encode_s=timings.encode_s,
        denoise_s=timings.denoise_s,
        decode_s=timings.decode_s,
        picture_s=timings.picture_s,
        step_s=timings.denoise_s / max(shot.intent.steps_taken, 1),
        peak_memory_bytes=provenance.peak_memory_bytes,
        rated=tuple(rating.total for rating in shot.ratings if rating.total is not None),
    )

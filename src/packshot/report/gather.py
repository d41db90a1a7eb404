"""Reads an experiment out of a store, once, into one value."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from packshot.report.analysis import Analysis, analyse
from packshot.report.blocks import Baselines
from packshot.report.data import Hidden, ReportData, Row, Shot
from packshot.report.differences import differing
from packshot.report.source import ReportSource
from packshot.report.stored_picture import StoredPicture
from packshot.result import Cell, Experiment, Run, RunState, psnr_db

OTHER_SCENE: Final = {"mode", "prompt", "negative prompt", "model", "seed"}
"""Where one of these differs, another picture was asked for, and a distance in pixels says nothing."""
SHOWN: Final = 200
"""Pictures with which a page stays readable, and under 8 MB."""


def gather(source: ReportSource, experiment: str, exports: Mapping[str, str], shown: int = SHOWN) -> ReportData:
    """Everything that the report of an experiment shows: its first `shown` runs, and numbers over all.

    `exports` names the files beside it, by cell. A run under two names is read once. Raises what the store raises.
    """
    found = source.experiment(experiment)
    cells = sorted(found.cells, key=lambda cell: cell.position)
    names: dict[str, list[Cell]] = {}
    for cell in cells:
        if cell.run_id is not None:
            names.setdefault(cell.run_id, []).append(cell)
    analysis = analyse(source, found.name)
    waiting = [cell for cell in cells if cell.run_id is None]
    bases = Baselines(source, found, cells)
    chosen = _chosen(list(names), bases.first, shown)
    shots = {run_id: _shot(source, run_id, tuple(names[run_id]), exports, bases, analysis) for run_id in chosen}
    return ReportData(
        name=found.name,
        plan=str(found.plan.get("name") or found.name),
        title=str(found.plan.get("title") or found.name),
        question=str(found.plan.get("question") or ""),
        created_at=found.created_at,
        rows=_rows(cells, shots, {cell.name for cell in waiting[:shown]}),
        waiting=tuple(cell.name for cell in waiting),
        shots=tuple(shots.values()),
        hidden=_hidden(source, found, len(names) - len(shots), list(shots.values())),
        baseline=None if bases.first is None else shots.get(bases.first.id),
        analysis=analysis,
    )


def _chosen(run_ids: list[str], base: Run | None, shown: int) -> list[str]:
    """The first runs in the plan's order; the first baseline is one of them."""
    chosen = run_ids[: max(shown, 1)]
    if base is not None and base.id not in chosen:
        chosen[-1] = base.id
    return chosen


def _rows(cells: Sequence[Cell], shots: Mapping[str, Shot], waiting: Collection[str]) -> tuple[Row, ...]:
    """The cells of runs that are shown, and of those that have not run the first."""
    return tuple(
        Row(cell, shots.get(cell.run_id or "")) for cell in cells if cell.name in waiting or cell.run_id in shots
    )


def _hidden(source: ReportSource, found: Experiment, runs: int, shots: Sequence[Shot]) -> Hidden:
    if runs <= 0:
        return Hidden()
    made = source.count_runs(state=RunState.SUCCEEDED, experiment=found.name)
    return Hidden(runs, made - sum(shot.picture is not None for shot in shots))


def _shot(
    source: ReportSource,
    run_id: str,
    cells: tuple[Cell, ...],
    exports: Mapping[str, str],
    bases: Baselines,
    analysis: Analysis,
) -> Shot:
    run, base = source.run(run_id), bases.of(cells[0])
    differs = () if base is None else differing(run.resolved.intent, base.resolved.intent)
    evidence = tuple(source.evidence(run_id))
    replays = tuple(sorted(source.replays_of(run_id), key=lambda replay: replay.id))
    return Shot(
        run=run,
        cells=cells,
        files=tuple(exports[cell.name] for cell in cells if cell.name in exports),
        picture=_picture(source, run),
        source=_source_picture(source, run),
        evidence=evidence,
        proposal=analysis.proposals.get(run_id),
        ratings=tuple(source.ratings(run_id)),
        replays=replays,
        differs=differs,
        psnr_to_baseline_db=_psnr(source, run, base) if differs and not OTHER_SCENE & set(differs) else None,
    )


def _psnr(source: ReportSource, run: Run, base: Run | None) -> float | None:
    one, other = _picture(source, run), None if base is None else _picture(source, base)
    if one is None or other is None:
        return None
    pixels, baseline = one.load(), other.load()
    return psnr_db(pixels, baseline) if pixels.shape == baseline.shape else None


def _picture(source: ReportSource, run: Run) -> StoredPicture | None:
    return None if run.result is None else StoredPicture(run.result.picture_digest, source.pictures)


def _source_picture(source: ReportSource, run: Run) -> StoredPicture | None:
    pin = run.resolved.intent.source
    return StoredPicture(pin.digest, source.pictures) if pin is not None and source.pictures.has(pin.digest) else None

"""Reads an experiment out of a store, once, into one value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from packshot.report.data import ReportData, Row, Shot
from packshot.report.differences import differing
from packshot.report.source import ReportSource
from packshot.result import Cell, Experiment, Pixels, Run, psnr_db

BASELINE: Final = "baseline"
SMOKE_GROUP: Final = "smoke test"
OTHER_SCENE: Final = {"mode", "prompt", "negative prompt", "model", "seed"}
"""Where one of these differs, another picture was asked for, and a distance in pixels says nothing."""


def gather(source: ReportSource, experiment: str, exports: Mapping[str, str]) -> ReportData:
    """Everything that the report of an experiment shows. `exports` names the files beside it, by cell.

    A run under two names is read once. Raises what the store raises.
    """
    found = source.experiment(experiment)
    cells = sorted(found.cells, key=lambda cell: cell.position)
    names: dict[str, list[Cell]] = {}
    for cell in cells:
        if cell.run_id is not None:
            names.setdefault(cell.run_id, []).append(cell)
    base_run = _baseline_run(source, found, cells)
    base_pixels = None if base_run is None else _picture(source, base_run)
    shots = {
        run_id: _shot(source, source.run(run_id), tuple(group), exports, base_run, base_pixels)
        for run_id, group in names.items()
    }
    return ReportData(
        name=found.name,
        title=str(found.plan.get("title") or found.name),
        question=str(found.plan.get("question") or ""),
        created_at=found.created_at,
        rows=tuple(Row(cell, None if cell.run_id is None else shots[cell.run_id]) for cell in cells),
        shots=tuple(shots.values()),
        baseline=None if base_run is None else shots[base_run.id],
    )


def _baseline_run(source: ReportSource, found: Experiment, cells: list[Cell]) -> Run | None:
    """The cell that the plan calls its baseline, else the first that changes nothing and is no smoke test."""
    planned = found.plan.get(BASELINE)
    name = planned.get("name", BASELINE) if isinstance(planned, dict) else BASELINE
    candidates = [cell for cell in cells if cell.name == name]
    candidates += [cell for cell in cells if not cell.change and cell.group != SMOKE_GROUP]
    run_id = candidates[0].run_id if candidates else None
    return None if run_id is None else source.run(run_id)


def _shot(
    source: ReportSource,
    run: Run,
    cells: tuple[Cell, ...],
    exports: Mapping[str, str],
    base_run: Run | None,
    base_pixels: Pixels | None,
) -> Shot:
    pixels = _picture(source, run)
    differs = () if base_run is None else differing(run.resolved.intent, base_run.resolved.intent)
    return Shot(
        run=run,
        names=tuple(cell.name for cell in cells),
        group=cells[0].group,
        files=tuple(exports[cell.name] for cell in cells if cell.name in exports),
        pixels=pixels,
        source=_source_picture(source, run),
        evidence=tuple(source.evidence(run.id)),
        ratings=tuple(source.ratings(run.id)),
        replays=tuple(sorted(source.replays_of(run.id), key=lambda replay: replay.id)),
        differs=differs,
        psnr_to_baseline_db=_psnr(pixels, base_pixels) if differs and not OTHER_SCENE & set(differs) else None,
    )


def _psnr(pixels: Pixels | None, baseline: Pixels | None) -> float | None:
    if pixels is None or baseline is None or pixels.shape != baseline.shape:
        return None
    return psnr_db(pixels, baseline)


def _picture(source: ReportSource, run: Run) -> Pixels | None:
    return None if run.result is None else source.pictures.get(run.result.picture_digest)


def _source_picture(source: ReportSource, run: Run) -> Pixels | None:
    pin = run.resolved.intent.source
    return source.pictures.get(pin.digest) if pin is not None and source.pictures.has(pin.digest) else None

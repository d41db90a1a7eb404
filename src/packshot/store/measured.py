"""Everything of an experiment in a few queries for each page of cells, however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, select

from packshot.result import Cell, Evidence, MeasuredCell, Rating, Sameness, Verdict
from packshot.store.rows import evidence_of, rating_of, run_of
from packshot.store.tables import EVIDENCE, RATING, RUN

PAGE: Final = 250
"""Cells that are read at once: some megabytes, and few enough for one query's parameters."""


def pages(cells: Sequence[Cell]) -> list[Sequence[Cell]]:
    """The cells in their order, `PAGE` at a time."""
    return [cells[start : start + PAGE] for start in range(0, len(cells), PAGE)]


def measured_of(connection: Connection, cells: Sequence[Cell]) -> list[MeasuredCell]:
    """The cells of one page, each with its run, evidence, ratings and verdicts. Those of one run share its values."""
    mine = sorted({cell.run_id for cell in cells if cell.run_id is not None})
    runs = {
        row["id"]: run_of(row) for row in connection.execute(select(RUN).where(RUN.c.id.in_(mine))).mappings().all()
    }
    evidence: dict[str, list[Evidence]] = defaultdict(list)
    wanted = select(EVIDENCE).where(EVIDENCE.c.run_id.in_(mine)).order_by(EVIDENCE.c.run_id, EVIDENCE.c.position)
    for row in connection.execute(wanted).mappings():
        evidence[row["run_id"]].append(evidence_of(row))
    ratings: dict[str, list[Rating]] = defaultdict(list)
    given = select(RATING).where(RATING.c.run_id.in_(mine)).order_by(RATING.c.created_at, RATING.c.id)
    for row in connection.execute(given).mappings():
        ratings[row["run_id"]].append(rating_of(row))
    verdicts: dict[str, list[Sameness]] = defaultdict(list)
    replays = select(RUN.c.replay_of, RUN.c.verdict).where(RUN.c.replay_of.in_(mine), RUN.c.verdict.is_not(None))
    for row in connection.execute(replays.order_by(RUN.c.id)).mappings():
        verdicts[row["replay_of"]].append(Verdict.model_validate(row["verdict"]).sameness)
    return [
        MeasuredCell.model_construct(
            cell=cell,
            run=runs.get(cell.run_id or ""),
            evidence=tuple(evidence.get(cell.run_id or "", ())),
            ratings=tuple(ratings.get(cell.run_id or "", ())),
            replays=tuple(verdicts.get(cell.run_id or "", ())),
        )
        for cell in cells
    ]

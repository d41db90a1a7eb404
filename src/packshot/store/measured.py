"""Everything of an experiment in five queries, however many cells it has. Cells that share a run share its values."""

from __future__ import annotations

from collections import defaultdict

from sqlalchemy import Connection, select

from packshot.result import Evidence, MeasuredCell, Rating, Sameness, Verdict
from packshot.store.experiments import find_experiment
from packshot.store.rows import evidence_of, rating_of, run_of
from packshot.store.tables import CELL, EVIDENCE, RATING, RUN


def list_measured(connection: Connection, experiment: str) -> list[MeasuredCell]:
    """The cells in order, each with its run, evidence, ratings and verdicts. Raises RecordError."""
    found = find_experiment(connection, experiment)
    mine = select(CELL.c.run_id).where(CELL.c.experiment == experiment)
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
        for cell in found.cells
    ]

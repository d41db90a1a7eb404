"""The workspace of the gallery's benchmark reads as if it had been made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks import many_runs
from packshot import wiring
from packshot.result import RunQuery, RunState
from packshot.settings import Settings
from packshot.workflow import gallery_page, proposal_of


def test_everything_in_it_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_instruments: None) -> None:
    monkeypatch.setattr(many_runs, "PICTURES", 3)
    monkeypatch.setattr(many_runs, "SIDE_PX", 64)
    settings = Settings(workspace=tmp_path / "ws", device="cpu", threads=1, offline=True, output=tmp_path / "out")
    many_runs.fill(settings.workspace, 450, np.random.default_rng(1))
    with wiring.open_workbench(settings, engine="fake") as bench:
        found = bench.store.verify()
        assert found.clean
        assert (found.runs, found.pictures, found.experiments) == (450, 3, 3)
        facets = bench.store.facets()
        assert sum(facets.models.values()) == bench.store.count(RunQuery()) < 450
        assert {RunState.SUCCEEDED, RunState.FAILED} <= set(facets.states)
        assert bench.store.unscored(9) == []
        first = next(f for f in gallery_page(bench, RunQuery(), 1, 60).found if f.picture_digest is not None)
        proposal = proposal_of(bench, first.run_id)
        assert (first.points, first.criteria) == (proposal.points, proposal.evaluated)
        assert bench.store.run(first.run_id).resolved.intent.prompt == first.prompt

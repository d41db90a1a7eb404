"""The arithmetic of docs/scale.md adds up."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from benchmarks import many_runs, sizing
from benchmarks.sizing import Figure, Load, Prices, Taken, size

LOAD = Load(pictures_a_month=1_000_000, steps=30, tries=1.0, busy=0.5, overhead=0.0, months_kept=12)
FIGURE = Figure("m", "c", 2.0, 30, "nobody")
TAKEN = Taken(picture_bytes=1e6, database_bytes=1e4, rows=20)
PRICES = Prices(card_hour=2.0, object_gb=0.02, database_gb=0.1)


def test_every_number_by_hand() -> None:
    found = size(LOAD, FIGURE, TAKEN, PRICES)
    assert found.card_hours == pytest.approx(2e6 / 3600)
    assert found.cards == math.ceil(2e6 / 3600 / 365) == 2
    assert (found.objects_gb, found.database_gb, found.rows) == pytest.approx((12_000, 120, 240e6))
    assert (found.cards_money, found.objects_money, found.database_money) == pytest.approx((2920, 240, 12))
    assert found.money == pytest.approx(2920 + 240 + 12)


def test_what_is_asked_for_counts_in_proportion() -> None:
    once = size(LOAD, FIGURE, TAKEN, PRICES)
    for twice in (
        replace(LOAD, tries=2.0),
        replace(LOAD, pictures_a_month=2_000_000),
        replace(LOAD, steps=60),
        replace(LOAD, overhead=1.0),
    ):
        assert size(twice, FIGURE, TAKEN, PRICES).card_hours == pytest.approx(2 * once.card_hours)
    assert size(replace(LOAD, months_kept=24), FIGURE, TAKEN, PRICES).objects_gb == pytest.approx(24_000)
    assert size(replace(LOAD, busy=0.25), FIGURE, TAKEN, PRICES).cards == 4
    assert size(LOAD, replace(FIGURE, steps=60), TAKEN, PRICES).card_hours == pytest.approx(once.card_hours / 2)


def test_the_page_shows_what_the_script_prints(capsys: pytest.CaptureFixture[str]) -> None:
    from tests.docs.test_docs import ROOT

    sizing.main([])
    printed = [line for line in capsys.readouterr().out.splitlines() if line]
    page = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8").splitlines()
    assert len(printed) == 2 + len(sizing.FIGURES) + 2 + 2
    assert [line for line in printed if line not in page] == []


def test_a_reader_puts_in_his_own_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    sizing.main(["--pictures", "1000", "--h100", "36", "--busy", "1", "--months", "1", "--object-gb", "0"])
    lines = capsys.readouterr().out.splitlines()
    (h100,) = [line for line in lines if line.startswith("| sd15 | H100 |")]
    assert "| 1 | 26,280 | 0 |" in h100


def test_the_database_is_measured_on_real_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sizing, "FEW", 2)
    monkeypatch.setattr(many_runs, "SIDE_PX", 64)
    run_bytes, rows = sizing.measure_database(300)
    assert rows["run"] == 1.0
    assert rows["evidence"] > 5
    assert 1_000 < run_bytes < 100_000

"""The report out of a real store, in a language, of as many pictures as are asked for."""

from __future__ import annotations

import pytest

from packshot.errors import UsageError
from packshot.experiment import find_plan
from packshot.workflow import Workbench, report, run_experiment


def test_an_experiment_is_reported_in_french_and_again_in_english(bench: Workbench) -> None:
    done = run_experiment(bench, find_plan("lab", bench.plans), language="fr")
    french = done.report.html.read_text("utf-8")
    assert '<html lang="fr">' in french
    assert "Réponse courte" in french
    assert done.report.untranslated == ()
    english = report(bench, "lab").html.read_text("utf-8")
    assert '<html lang="en">' in english
    assert "Short answer" in english
    assert "packshot experiment run lab --seeds 5" in english


def test_the_same_store_gives_the_same_report(bench: Workbench) -> None:
    done = run_experiment(bench, find_plan("lab", bench.plans))
    before = done.report.html.read_bytes(), done.report.markdown.read_bytes()
    again = report(bench, "lab")
    assert (again.html.read_bytes(), again.markdown.read_bytes()) == before


def test_fewer_pictures_than_there_are(bench: Workbench) -> None:
    run_experiment(bench, find_plan("lab", bench.plans))
    html = report(bench, "lab", pictures=4).html.read_text("utf-8")
    assert html.count('<article class="card"') == 4
    assert "This page shows the first 4 of 10 runs" in html


def test_an_unknown_language_stops_before_anything_runs(bench: Workbench) -> None:
    with pytest.raises(UsageError):
        run_experiment(bench, find_plan("lab", bench.plans), language="xx")
    assert bench.store.experiments() == []

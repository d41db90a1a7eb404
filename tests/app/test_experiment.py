"""The Experiment page: from a plan to its pictures and findings, with the fake engine."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from packshot.experiment import Plan, read_plan
from packshot.result import Evidence, JobState
from packshot.service import Service
from packshot.spec import Spec
from packshot.workflow import Forecast, experiment_effects
from tests.app.frame import opened
from tests.service.conftest import HeldEngine, finished, wait_for

SMALL = """
schema: packshot.plan/1
name: small
title: "<b>Small</b> and [short](http://example.org)"
question: "Does <i>it</i> work?"
baseline: {name: base, prompt: a red mug, steps: 3}
vary: {steps: [4, 5]}
seeds: 2
"""


def small(**changes: object) -> Plan:
    return read_plan(SMALL, "small.yaml").model_copy(update=changes)


def words(page: AppTest) -> str:
    kinds = ("text", "markdown", "caption", "info", "error", "html", "subheader", "success", "warning")
    found = [str(each.value) for kind in kinds for each in page.get(kind) if hasattr(each, "value")]
    return "\n".join(found).replace("\\", "")


def html(page: AppTest) -> str:
    return "\n".join(found.proto.body for found in page.get("html"))


def built(page: AppTest, steps: str = "4, 5", seeds: int = 2) -> AppTest:
    """The form, filled with a small plan over steps."""
    page.radio(key="plan-begin").set_value("own").run()
    page.text_area(key="plan-prompt").set_value("a red mug")
    page.number_input(key="plan-steps").set_value(3)
    page.number_input(key="plan-seeds").set_value(seeds)
    return page.text_input(key="plan-values-steps").set_value(steps).run()


def ticket(page: AppTest) -> str:
    """What stands in the address: as a list where a script has put it there."""
    found = page.query_params["job"]
    return found if isinstance(found, str) else found[0]


def until_over(service: Service, page: AppTest) -> AppTest:
    finished(service, service.bench.store.job(ticket(page)))
    return page.run()


def test_a_plan_is_built_and_run_to_the_end(service: Service) -> None:
    page = built(opened("experiment"))
    assert not page.exception
    assert "2 values: 4 · 5" in words(page)
    assert "6 (3 arms × 2 seeds)" in html(page)
    assert "not measured yet" in html(page)
    page.button(key="plan-start").click().run()
    job = service.bench.store.job(ticket(page))
    assert job.experiment == "steps"
    until_over(service, page)
    assert not page.exception
    assert "6 of 6 pictures" in words(page)
    page.segmented_control(key="experiment-view-steps").set_value("pictures").run()
    assert html(page).count("/thumbnail/") == 6
    assert "Seed 42" in html(page)
    page.segmented_control(key="experiment-view-steps").set_value("files").run()
    assert not page.exception
    assert len(page.get("download_button")) == 4
    assert [link.proto.url for link in page.get("link_button")] == ["/pictures/steps.zip"]


def test_the_lab_is_forecast_before_anything_is_made(service: Service) -> None:
    page = opened("experiment")
    assert not page.exception
    assert page.radio(key="plan-builtin").value == "lab"
    assert "packshot experiment run lab" in "\n".join(code.value for code in page.code)
    assert service.bench.store.count_runs() == 0
    found: Forecast = page.session_state["plan-forecast"][1]
    assert f"{found.cells} (" in html(page)


def test_a_broken_plan_names_its_line(service: Service) -> None:
    page = opened("experiment")
    page.radio(key="plan-begin").set_value("upload").run()
    broken = SMALL.replace("steps: [4, 5]", "steps: [4, many]")
    page.get("file_uploader")[0].set_value(("mine.yaml", broken.encode(), "application/yaml")).run()
    told = page.error[0].value.replace("\\", "")
    assert "mine.yaml, line 7" in told
    assert "vary.steps" in told
    assert "Expected" in told
    assert "many" in told
    assert not [button for button in page.button if button.key == "plan-start"]


@pytest.mark.parametrize(
    ("text", "said"),
    [("many", "15, 30, 50"), ("1..999", "150"), ("5, 5", "each value once")],
)
def test_bad_values_are_said_below_their_field(service: Service, text: str, said: str) -> None:
    page = built(opened("experiment"), steps=text)
    assert not page.exception
    assert said in page.error[0].value.replace("\\", "")
    assert not [button for button in page.button if button.key == "plan-start"]


def test_a_run_is_varied(service: Service) -> None:
    spec = Spec(prompt="a green bag", steps=6, seed=9, width=192, height=192)
    run_id = finished(service, service.make([spec])).job.run_ids[0]
    page = opened("experiment", run=str(run_id), vary="guidance")
    assert not page.exception
    assert page.text_area(key="plan-prompt").value == "a green bag"
    assert page.selectbox(key="plan-parameter").value == "guidance"
    assert page.text_input(key="plan-values-guidance").value == "3.75, 7.5, 11.25"
    found: Forecast = page.session_state["plan-forecast"][1]
    assert found.first[0].cell.spec.width == 192
    assert found.states["done"] == 1, "the run itself is the baseline's first picture"
    page.text_area(key="plan-prompt").set_value("a blue bag").run()
    assert page.text_area(key="plan-prompt").value == "a blue bag", "what is typed is not filled in again"


def test_only_the_seed_is_varied(service: Service) -> None:
    run_id = finished(service, service.make([Spec(prompt="a green bag", steps=4)])).job.run_ids[0]
    page = opened("experiment", run=str(run_id), vary="seed")
    assert not page.exception
    assert "3 (1 arm × 3 seeds)" in html(page)
    page.button(key="plan-start").click().run()
    until_over(service, page)
    assert "3 of 3 pictures" in words(page)


def test_stopped_and_gone_on_with_and_found_again(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = HeldEngine()
    monkeypatch.setattr(service, "_engine", type(service._engine)(lambda: engine))
    job = service.experiment(small())
    wait_for(lambda: service.look(job.id).progress or service.bench.store.summaries())
    page = opened("experiment", job=job.id)
    assert not page.exception
    assert "waiting" in html(page)
    page.button(key="experiment-stop").click().run()
    engine.let_go()
    page = until_over(service, page)
    assert service.bench.store.job(job.id).state is JobState.STOPPED
    page.button(key="experiment-go-on").click().run()
    finished(service, job)
    again = opened("experiment", job=job.id)
    assert not again.exception
    assert "6 of 6 pictures" in words(again)


def test_an_earlier_experiment_is_opened_and_its_words_stay_words(service: Service) -> None:
    finished(service, service.experiment(small()))
    page = opened("experiment", "fr")
    page.radio(key="plan-begin").set_value("upload").run()
    page.get("file_uploader")[0].set_value(("small.yaml", SMALL.encode(), "application/yaml")).run()
    assert page.session_state["plan-forecast"][1].states["done"] == 6
    assert "small" in page.info[0].value, "what is there already is said"
    page.button(key="experiment-open-small").click().run()
    assert not page.exception
    assert "small" in page.query_params["experiment"]
    title = page.subheader[0].value
    assert "\\<b\\>" in title
    assert "\\[short\\]" in title
    assert "<i>it</i>" in page.text[0].value
    page.segmented_control(key="experiment-view-small").set_value("pictures").run()
    assert "<b>" not in html(page)
    page.segmented_control(key="experiment-view-small").set_value("report").run()
    assert not page.exception
    written = (service.bench.settings.output / "small" / "report.html").read_text(encoding="utf-8")
    assert re.search(r'<html[^>]* lang="fr"', written), "the report is written again in the page's language"


def test_no_such_ticket_is_a_sentence(service: Service) -> None:
    page = opened("experiment", job="nothing")
    assert not page.exception
    assert page.error


def test_it_speaks_french(service: Service) -> None:
    page = built(opened("experiment", "fr"))
    assert page.title[0].value == "Expérience"
    assert "6 (3 variantes × 2 graines)" in html(page).replace("\u00a0", " ").replace("\u202f", " ")


def charts(page: AppTest) -> list[dict[str, Any]]:
    """What the browser is told to draw, by the charts' own words."""
    return [json.loads(found.proto.spec) for found in page.get("vega_lite_chart")]


def test_all_effects_stand_in_numbers_and_charts_when_they_are_opened(service: Service) -> None:
    finished(service, service.experiment(small(seeds=3)))
    for number, cell in enumerate(service.bench.store.experiment("small").cells):
        seen = Evidence(name="noise", value=number**2 / 10, unit="grey levels", sentence="Measured.")
        service.bench.store.set_evidence(str(cell.run_id), [seen])
    page = opened("experiment", "fr", experiment="small")
    assert not page.exception
    assert "<table" not in html(page)
    assert not charts(page)
    page.session_state["experiment-numbers-small"] = page.session_state["experiment-charts-small"] = True
    page.run()
    assert not page.exception
    effects = experiment_effects(service.bench, "small").effects
    assert html(page).count("<tr>") == len(effects) + len({effect.measure for effect in effects})
    assert "Bruit (niveaux de gris)" in words(page)
    drawn = charts(page)
    assert any("différence avec base (niveaux de gris)" in json.dumps(each, ensure_ascii=False) for each in drawn)
    assert all(each["config"]["locale"]["number"]["decimal"] == "," for each in drawn)
    assert all("http" not in json.dumps(each).replace(each["$schema"], "") for each in drawn)
    english = opened("experiment", "en", experiment="small")
    english.session_state["experiment-charts-small"] = True
    drawn = charts(english.run())
    assert drawn
    assert all("locale" not in each["config"] for each in drawn)


def test_without_replicates_one_sentence_says_why_there_is_no_table(service: Service) -> None:
    finished(service, service.experiment(small(seeds=1)))
    page = opened("experiment", experiment="small")
    assert not page.exception
    assert words(page).count("whether a difference is an effect or luck cannot be told") == 1
    assert not [each for each in page.expander if "numbers" in each.label]

"""Rate: a whole session blind, gone on with, refused where incomplete; in the open, the proposal after the person."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from packshot.app.parts.rating.ending import _csv
from packshot.experiment import Plan
from packshot.result import Criterion, Evidence
from packshot.service import Service
from packshot.spec import Spec
from packshot.workflow import rate
from tests.app.frame import opened
from tests.app.test_compare import component, html
from tests.service.conftest import finished

PLAN = Plan.model_validate(
    {
        "schema": "packshot.plan/1",
        "name": "mugs",
        "title": "Mugs",
        "question": "What do steps do?",
        "baseline": {"name": "secret-baseline", "prompt": "a red mug", "steps": 2, "seed": 4711},
        "vary": {"steps": [3, 4]},
    }
)
SEEN = [criterion for criterion in Criterion if criterion is not Criterion.REPRODUCIBILITY]
HTML_NAME = "<b>Ada</b> *x*"


def make_mugs(service: Service) -> None:
    finished(service, service.experiment(PLAN))


@pytest.fixture
def before(request: pytest.FixtureRequest, filled: Callable[..., Path]) -> Path | None:
    return filled(make_mugs) if "mugs" in request.fixturenames else None


@pytest.fixture
def mugs(service: Service) -> Service:
    """Three pictures, with evidence that a proposal can rest on."""
    return service


def visit(page: AppTest) -> str:
    """The part of the widgets' keys that changes with each picture."""
    return next(str(button.key).rsplit("-", 1)[1] for button in page.button if str(button.key).startswith("rate-save"))


def give(page: AppTest, level: str = "1", criteria: list[Criterion] = SEEN) -> None:
    for criterion in criteria:
        page.radio(key=f"rate-{visit(page)}-{criterion.value}").set_value(level)


def save(page: AppTest) -> AppTest:
    return page.button(key=f"rate-save-{visit(page)}").click().run()


def shown_words(page: AppTest) -> str:
    kinds = (page.markdown, page.text, page.caption, page.html, page.success, page.info, page.warning, page.error)
    return "\n".join(str(entry.value) for kind in kinds for entry in kind)


def test_nothing_to_rate_says_what_to_do(service: Service) -> None:
    page = opened("rate")
    assert not page.exception
    assert "nothing to rate yet" in page.info[0].value


def test_a_blind_session_from_the_first_picture_to_the_agreement(mugs: Service) -> None:
    page = opened("rate")
    page.text_input(key="rate-name").set_value(HTML_NAME)
    assert page.toggle(key="rate-blind-experiment").value, "blind, unless it is switched off"
    page.button(key="rate-start").click().run()
    assert not page.exception
    for number in range(3):
        words = shown_words(page)
        assert page.progress[0].text == f"{number} of 3 rated"
        assert f"Picture {number + 1}" == component(page, "zoom")["pictures"][0]["caption"]
        assert not any(hidden in words for hidden in ("secret", "4711", "steps3", "Proposed"))
        assert "rate-settings" not in str([entry.key for entry in page.expander])
        give(page, str(number))
        save(page)
        assert not page.exception
    words = shown_words(page)
    assert "Everything is rated" in words
    assert "\\<b\\>Ada" in words, "a name is shown as it stands"
    assert "not enough for a kappa" in words
    kept = mugs.bench.store.experiment_ratings("mugs")
    assert [rating.rater for rating in kept] == [HTML_NAME] * 3
    assert all(rating.blind for rating in kept)
    assert sorted(rating.scores[Criterion.REALISM].score for rating in kept) == [0, 1, 2]
    assert len(list(csv.reader(io.StringIO(_csv("mugs").decode("utf-8-sig"))))) == 1 + 3 * 4


def test_an_incomplete_rating_is_refused_and_nothing_is_lost(mugs: Service) -> None:
    page = opened("rate", experiment="mugs", by="Ada", mode="blind")
    give(page, "2", SEEN[:2])
    page.text_input(key=f"rate-{visit(page)}-realism-reason").set_value("sharp")
    save(page)
    assert not page.exception
    assert "no score yet: Artifacts, Usability" in page.warning[0].value
    assert page.radio(key=f"rate-{visit(page)}-realism").value == "2"
    assert page.text_input(key=f"rate-{visit(page)}-realism-reason").value == "sharp"
    assert mugs.bench.store.experiment_ratings("mugs") == []
    give(page, "1", SEEN[2:])
    save(page)
    kept = mugs.bench.store.experiment_ratings("mugs")
    assert [rating.scores[Criterion.REALISM].reason for rating in kept] == ["sharp"]


def test_a_reload_goes_on_and_another_person_begins(mugs: Service) -> None:
    page = opened("rate", experiment="mugs", by="Ada", mode="blind")
    first = component(page, "zoom")["pictures"][0]["address"]
    give(page)
    save(page)
    again = opened("rate", experiment="mugs", by="Ada", mode="blind")
    assert again.progress[0].text == "1 of 3 rated"
    assert component(again, "zoom")["pictures"][0]["address"] != first
    assert opened("rate", experiment="mugs", by="Ben", mode="blind").progress[0].text == "0 of 3 rated"


def test_back_skip_and_what_was_skipped(mugs: Service) -> None:
    page = opened("rate", experiment="mugs", by="Ada", mode="blind")
    page.button(key=f"rate-skip-{visit(page)}").click().run()
    give(page, "2")
    save(page)
    page.button(key=f"rate-back-{visit(page)}").click().run()
    assert not page.exception
    assert "You rated this picture before" in page.info[0].value
    assert page.radio(key=f"rate-{visit(page)}-realism").value == "2"
    give(page, "0")
    save(page)
    scores = [each.scores[Criterion.REALISM].score for each in mugs.bench.store.experiment_ratings("mugs")]
    assert scores == [2, 0], "both stay"
    give(page)
    save(page)
    assert "1 picture was skipped" in page.info[0].value
    page.button(key="rate-left").click().run()
    assert component(page, "zoom")["pictures"][0]["caption"] == "Picture 1"


def test_a_second_click_saves_nothing_more(mugs: Service) -> None:
    page = opened("rate", experiment="mugs", by="Ada", mode="blind")
    give(page)
    desk = page.session_state["rate-desk"]
    save(page)
    assert len(mugs.bench.store.experiment_ratings("mugs")) == 1
    open_desk = page.session_state["rate-desk"]
    assert open_desk is desk
    assert open_desk.number == 2, "what a second click would save has no scores yet"
    save(page)
    assert "Not saved" in page.warning[0].value
    assert len(mugs.bench.store.experiment_ratings("mugs")) == 1


def test_in_the_open_the_proposal_comes_after_the_person(mugs: Service) -> None:
    run_id = mugs.bench.store.experiment("mugs").cells[0].run_id or ""
    mugs.bench.store.set_evidence(
        run_id, [Evidence(name="adherence", value=0.9, unit=None, sentence="The scorer gives 0.90.")]
    )
    page = opened("rate", experiment="mugs", by="Ada", mode="open")
    assert not page.exception
    assert "4711" in html(page), "settings are shown"
    assert "Proposed" not in shown_words(page)
    assert "The scorer gives" not in shown_words(page)
    give(page, "2", list(Criterion))
    save(page)
    assert not page.exception
    assert "10 of 10" in page.success[0].value
    assert "Proposed" in html(page)
    assert component(page, "shortcuts")["choices"] == []
    following = next(button for button in page.button if str(button.key).startswith("rate-next"))
    following.click().run()
    assert page.progress[0].text == "1 of 3 rated"
    assert "Proposed" not in shown_words(page)


def test_pictures_chosen_in_the_gallery_are_not_blind_by_themselves(service: Service) -> None:
    job = service.make([Spec(prompt="a *bag* <i>", seed=seed, steps=2) for seed in (1, 2)])
    ids = finished(service, job).job.run_ids
    page = opened("rate", runs=",".join(map(str, ids)))
    assert not page.toggle(key="rate-blind-chosen").value
    page.button(key="rate-start").click().run()
    assert "write your name" in page.warning[0].value
    page.text_input(key="rate-name").set_value("Ada")
    page.button(key="rate-start").click().run()
    assert page.progress[0].text == "0 of 2 rated"
    assert "a \\*bag\\* \\<i\\>" in shown_words(page), "the prompt as it was written"
    for _picture in range(2):
        give(page, "1", list(Criterion))
        save(page)
        next(button for button in page.button if str(button.key).startswith("rate-next")).click().run()
    assert not page.exception
    assert "Everything is rated" in shown_words(page)


def test_one_picture_comes_by_its_own_name(service: Service) -> None:
    run_id = finished(service, service.make([Spec(prompt="a bag", seed=1, steps=2)])).job.run_ids[0]
    page = opened("rate", run=str(run_id), by="Ada", mode="open")
    assert page.progress[0].text == "0 of 1 rated"


def test_two_people_get_an_agreement(mugs: Service) -> None:
    for cell in mugs.bench.store.experiment("mugs").cells:
        for name in ("Ada", "Ben"):
            rate(mugs.bench, cell.run_id or "", name, dict.fromkeys(SEEN, (1, "")), blind=True)
    page = opened("rate", experiment="mugs", by="Ada", mode="blind")
    assert "Ada and Ben gave the same score 12 of 12 times" in shown_words(page)


def test_an_unknown_experiment_is_a_sentence(mugs: Service) -> None:
    for query in ({"experiment": "nothing"}, {"runs": "01UNKNOWN"}):
        page = opened("rate", by="Ada", mode="open", **query)
        assert not page.exception
        assert page.error


def test_in_french(mugs: Service) -> None:
    page = opened("rate", "fr", experiment="mugs", by="Ada", mode="blind")
    assert not page.exception
    assert page.progress[0].text == "0 sur 3 notées"
    radio = page.radio(key=f"rate-{visit(page)}-realism")
    assert radio.label == "Réalisme"
    assert radio.options[0] == "0 · personne ne la prendrait pour une photo"


def test_another_language_loses_nothing(mugs: Service) -> None:
    page = opened("rate", experiment="mugs", by="Ada", mode="blind")
    give(page)
    page.text_input(key=f"rate-{visit(page)}-realism-reason").set_value("net")
    page.selectbox(key="lang").set_value("fr").run()
    assert not page.exception
    assert page.title[0].value == "Noter"
    assert page.session_state[f"rate-{visit(page)}-realism"] == "1"
    assert page.text_input(key=f"rate-{visit(page)}-realism-reason").value == "net"

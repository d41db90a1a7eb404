"""Review: one by one and several at once, by whom, what blocks, what came meanwhile, handing in, and the trail."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from packshot.app import access
from packshot.experiment import Plan
from packshot.result import Decision, ReviewState
from packshot.service import Service
from packshot.spec import Spec
from packshot.workflow import review_picture, state_of
from tests.app.frame import opened
from tests.app.test_compare import component
from tests.app.test_rate import shown_words
from tests.service.conftest import finished

PLAN = Plan.model_validate(
    {
        "schema": "packshot.plan/1",
        "name": "mugs",
        "title": "Mugs",
        "question": "What do steps do?",
        "baseline": {"name": "base", "prompt": "a *red* mug <b>", "steps": 2, "seed": 1},
        "vary": {"steps": [3, 4]},
    }
)
OPEN_TO_ALL = "shopify"
"""Pictures of the fake engine keep all its rules, and are too small for ebay."""


def runs_of(service: Service) -> list[str]:
    return [str(cell.run_id) for cell in service.bench.store.experiment("mugs").cells]


def make_runs(service: Service) -> None:
    finished(service, service.experiment(PLAN))


def hand_in(service: Service) -> None:
    make_runs(service)
    for channel in (OPEN_TO_ALL, "ebay"):
        for run in runs_of(service):
            review_picture(service.bench, run, Decision.SUBMIT, "Bob", channel=channel)


@pytest.fixture
def before(request: pytest.FixtureRequest, filled: Callable[..., Path]) -> Path | None:
    if "waiting" in request.fixturenames:
        return filled(hand_in)
    return filled(make_runs) if "runs" in request.fixturenames else None


@pytest.fixture
def runs(service: Service) -> list[str]:
    """Three pictures, in the order of the experiment."""
    return runs_of(service)


@pytest.fixture
def waiting(service: Service) -> list[str]:
    """The three handed in for both channels."""
    return runs_of(service)


def review(language: str = "en", /, name: str = "Ada", **query: str) -> AppTest:
    page = opened("review", language, **{"channel": OPEN_TO_ALL} | query)
    if name:
        page.text_input(key="review-name").set_value(name).run()
    assert not page.exception
    return page


def press(page: AppTest, name: str) -> AppTest:
    button = next(each for each in page.button if str(each.key).startswith(f"review-{name}"))
    page = button.click().run()
    assert not page.exception
    return page


def keys(page: AppTest) -> list[str]:
    return [str(button.key).rsplit("-", 1)[0] for button in page.button]


def reason(page: AppTest, words: str) -> None:
    next(each for each in page.text_input if str(each.key).startswith("review-reason")).set_value(words)


def shown_picture(page: AppTest) -> str:
    return str(component(page, "zoom")["pictures"][0]["address"])


def decisions(service: Service, run: str) -> list[tuple[str, str, str]]:
    return [(str(entry.decision), entry.by, entry.channel) for entry in service.bench.store.entries(run)]  # type: ignore[union-attr,misc]


def test_without_anything_it_says_how_pictures_come_here(service: Service) -> None:
    page = review(name="")
    assert "No picture waits here" in shown_words(page)


def test_pictures_are_decided_from_the_oldest_and_the_next_one_comes(service: Service, waiting: list[str]) -> None:
    page = review()
    words = shown_words(page)
    assert "3 pictures wait here" in words
    assert "since" in words
    assert "Bob" in words
    assert "No rule stands against an approval." in words
    assert "Longest side" in words
    assert "a \\*red\\* mug \\<b\\>" in words, "the prompt as it was written"
    first = shown_picture(page)
    page = press(page, "approve")
    assert shown_picture(page) != first
    assert "2 pictures wait here" in shown_words(page)
    page = press(page, "reject")
    assert "write the reason first" in page.warning[0].value
    reason(page, "a third strap")
    page = press(page, "reject")
    assert decisions(service, waiting[0])[-1] == ("approve", "Ada", OPEN_TO_ALL)
    assert state_of(service.bench, waiting[1], OPEN_TO_ALL) is ReviewState.REJECTED
    assert service.bench.store.entries(waiting[1])[-1].reason == "a third strap"  # type: ignore[union-attr]
    page = press(page, "skip")
    assert "1 picture was skipped" in shown_words(page)
    page = press(page, "left")
    assert "1 picture waits here" in shown_words(page)
    assert len(service.bench.store.entries(waiting[2])) == 2, "skipping is no entry"


def test_what_was_decided_last_can_be_decided_again(service: Service, waiting: list[str]) -> None:
    page = press(review(), "approve")
    assert "Approved: a *red* mug <b>" in shown_words(page)
    page = press(page, "back")
    assert "**Approved**" in shown_words(page)
    reason(page, "looked again")
    page = press(page, "reject")
    assert [each[0] for each in decisions(service, waiting[0])][-2:] == ["approve", "reject"], "both stay"
    assert "2 pictures wait here" in shown_words(page)


def test_what_blocks_is_said_and_overridden_only_with_a_reason(service: Service, waiting: list[str]) -> None:
    page = review(channel="ebay")
    assert "1 rule stands against an approval" in page.error[0].value
    assert "Longest side" in page.error[0].value
    assert "review-approve" not in keys(page)
    assert "A" not in [each["letter"] for each in component(page, "shortcuts")["shortcuts"]]
    page = press(page, "override")
    assert "write the reason first" in page.warning[0].value
    assert len(service.bench.store.entries(waiting[0])) == 2
    reason(page, "meant so")
    press(page, "override")
    entry = service.bench.store.entries(waiting[0])[-1]
    assert (entry.by, entry.overrides, entry.reason) == ("Ada", ("longest side",), "meant so")  # type: ignore[union-attr]
    page = review(channel="ebay", run=waiting[0])
    assert any("Overridden: longest side" in table.value for table in page.html)


def test_in_general_no_rule_is_asked(service: Service, runs: list[str]) -> None:
    review_picture(service.bench, runs[0], Decision.SUBMIT, "Bob")
    page = review(channel="in general")
    assert "approves for no place to sell" in shown_words(page)
    press(page, "approve")
    assert decisions(service, runs[0])[-1] == ("approve", "Ada", None)


def test_somebody_elses_decision_is_said_and_nothing_is_lost(service: Service, waiting: list[str]) -> None:
    page = review()
    reason(page, "a scratch")
    page.run()
    review_picture(service.bench, waiting[0], Decision.APPROVE, "Bob", channel=OPEN_TO_ALL)
    page = press(page, "reject")
    assert "Bob approved the picture meanwhile" in page.error[-1].value
    assert decisions(service, waiting[0])[-1][1] == "Bob", "nothing was added"
    assert "a scratch" in [each.value for each in page.text_input]
    page = press(page, "reject")
    assert decisions(service, waiting[0])[-1] == ("reject", "Ada", OPEN_TO_ALL), "knowing of it, they may"


def test_a_page_that_is_drawn_again_tells_of_it_before_anybody_presses(service: Service, waiting: list[str]) -> None:
    page = review()
    review_picture(service.bench, waiting[0], Decision.APPROVE, "Bob", channel=OPEN_TO_ALL)
    page.run()
    assert "Bob decided on this picture meanwhile" in page.warning[0].value


def test_nobody_decides_without_a_name(service: Service, waiting: list[str]) -> None:
    page = press(review(name=""), "approve")
    assert "write your name first" in page.warning[0].value
    assert len(decisions(service, waiting[0])) == 2
    assert "by" not in page.query_params, "a link shall not carry a name"


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Whoever asks came through the gate with a token of that name."""

    def named(name: str) -> None:
        headers = {access.PERSON_HEADER: name}
        monkeypatch.setattr("streamlit.runtime.context.ContextProxy.headers", property(lambda _self: headers))

    return named


def test_with_a_token_the_name_is_its_own(service: Service, waiting: list[str], token: Callable[[str], None]) -> None:
    token("Anna%20M%C3%BCller")
    page = review(name="")
    assert not any(each.key == "review-name" for each in page.text_input)
    assert "You decide as Anna Müller" in shown_words(page)
    press(page, "approve")
    assert decisions(service, waiting[0])[-1][1] == "Anna Müller"


def test_a_token_without_a_name_may_look_and_not_decide(
    service: Service, waiting: list[str], token: Callable[[str], None]
) -> None:
    token("")
    page = review(name="")
    assert "--token-file" in page.warning[0].value
    assert all(each.disabled for each in page.button if str(each.key).startswith(("review-approve", "review-reject")))
    first = shown_picture(page)
    assert shown_picture(press(page, "skip")) != first


def test_an_account_names_whoever_signed_in(service: Service, waiting: list[str]) -> None:
    page = review(name="")
    page.user = {"is_logged_in": False}
    page.run()
    assert not page.exception
    assert "Sign in to decide" in page.warning[0].value
    assert not any(each.key == "review-name" for each in page.text_input)
    page.user = {"is_logged_in": True, "email": "anna@shop.example", "email_verified": True}
    page.run()
    assert "You decide as anna@shop\\.example" in shown_words(page) or "anna@shop.example" in shown_words(page)
    press(page, "approve")
    assert decisions(service, waiting[0])[-1][1] == "anna@shop.example"


def test_a_picture_that_is_opened_is_handed_in_or_decided_at_once(service: Service, runs: list[str]) -> None:
    page = review(run=runs[1])
    assert "**Draft**" in shown_words(page)
    page = press(page, "submit")
    assert state_of(service.bench, runs[1], OPEN_TO_ALL) is ReviewState.IN_REVIEW
    assert "**In review**" in shown_words(page), "it stays where it is"
    press(page, "approve")
    assert [each[0] for each in decisions(service, runs[1])] == ["submit", "approve"]
    press(review(run=runs[2]), "approve")
    assert [each[0] for each in decisions(service, runs[2])] == ["submit", "approve"]


def test_a_picture_opens_in_the_line_where_it_waits(service: Service, runs: list[str]) -> None:
    review_picture(service.bench, runs[0], Decision.SUBMIT, "Bob", channel="zalando")
    page = opened("review", run=runs[0])
    assert page.selectbox(key="filter-channel").value == "zalando"
    assert not page.exception


def test_an_experiment_is_handed_in(service: Service, runs: list[str]) -> None:
    page = review(view="hand-in", experiment="mugs")
    page = press(page, "hand-in")
    assert "3 pictures were handed in." in page.success[0].value
    page = press(page, "hand-in")
    assert "Nothing to hand in" in shown_words(page)
    assert {decisions(service, run)[0] for run in runs} == {("submit", "Ada", OPEN_TO_ALL)}


def test_several_at_once_are_those_that_were_shown_and_break_no_rule(
    service: Service, waiting: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = review(view="bulk")
    grid = component(page, "picture_grid")
    assert [tile["id"] for tile in grid["tiles"]] == waiting, "every one is shown"
    assert all(tile["is_free"] and tile["note"].startswith("No rule broken") for tile in grid["tiles"])
    assert grid["looked_at"]
    assert "counts as looked at" in shown_words(page)
    choose(page, waiting[:2])
    page = press(page.run(), "bulk-approve")
    assert "2 pictures approved for shopify" in page.success[0].value
    assert [state_of(service.bench, run, OPEN_TO_ALL) for run in waiting] == [
        ReviewState.APPROVED,
        ReviewState.APPROVED,
        ReviewState.IN_REVIEW,
    ]
    entries = [service.bench.store.entries(run)[-1] for run in waiting[:2]]
    assert len({entry.id for entry in entries}) == 2
    assert [tile["id"] for tile in component(page, "picture_grid")["tiles"]] == waiting[2:]


def choose(page: AppTest, runs: list[str]) -> None:
    visit = page.session_state["review-bulk-visit"]
    page.session_state[f"review-bulk-{visit}"] = {"selected": runs}


def test_what_breaks_a_rule_cannot_be_chosen_and_is_refused_all_the_same(service: Service, waiting: list[str]) -> None:
    page = review(view="bulk", channel="ebay")
    grid = component(page, "picture_grid")
    assert not any(tile["is_free"] for tile in grid["tiles"])
    assert all("Longest side" in tile["note"] for tile in grid["tiles"])
    assert grid["all"] == ""


def test_the_trail_is_looked_through_when_somebody_asks(service: Service, waiting: list[str]) -> None:
    page = review(view="trail", name="")
    assert not page.code
    page = press(page, "audit-go")
    assert "The trail is whole" in page.success[0].value
    assert "pictures not compared" in page.success[0].value
    head = page.code[0].value
    assert head == service.bench.store.audit().head
    page.toggle(key="review-audit-pictures").set_value(True)
    page = press(page, "audit-go")
    assert "3 pictures compared" in page.success[0].value
    page.text_input(key="review-audit-head").set_value("f" * 64)
    page = press(page, "audit-go")
    assert "NOT whole" in page.error[0].value
    assert "cut off or rewritten" in shown_words(page)
    page.text_input(key="review-audit-head").set_value("xyz")
    page = press(page, "audit-go")
    assert "64 of the signs" in page.warning[0].value


def test_a_changed_row_is_named_and_the_page_goes_on(service: Service, waiting: list[str]) -> None:
    with closing(sqlite3.connect(service.bench.settings.workspace / "packshot.db")) as raw, raw:
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")
        raw.execute("UPDATE trail SET entry = replace(entry, 'Bob', 'Eve') WHERE number = 1")
    page = press(review(view="trail", name=""), "audit-go")
    assert "NOT whole" in page.error[0].value
    assert "entry 1" in shown_words(page)
    page = review()
    assert "was changed" in page.error[0].value, "such a picture is not decided on"


def test_in_french(service: Service, waiting: list[str]) -> None:
    page = review("fr", channel="ebay")
    words = shown_words(page)
    assert page.title[0].value == "Valider"
    assert "s’oppose à une approbation" in words
    assert "Plus grand côté" in words
    assert "3 images attendent ici" in words
    page = review("fr", view="trail", name="")
    page = press(page, "audit-go")
    assert "Le journal est intact" in page.success[0].value


def test_a_result_leads_to_its_review(service: Service) -> None:
    run = str(finished(service, service.make([Spec(prompt="a bag", seed=1, steps=2)])).job.run_ids[0])
    page = opened("gallery", run=run)
    button = page.button(key="gallery-review")
    assert button.label == "Hand in for review"
    page = button.click().run()
    assert not page.exception
    assert page.title[0].value == "Review"
    assert "**Draft**" in shown_words(page)
    review_picture(service.bench, run, Decision.APPROVE, "Ada", channel=OPEN_TO_ALL)
    page = opened("gallery", run=run)
    assert page.button(key="gallery-review").label == "Review"


def test_the_gallery_shows_what_stands_where(service: Service, waiting: list[str]) -> None:
    review_picture(service.bench, waiting[0], Decision.APPROVE, "Ada", channel=OPEN_TO_ALL)
    finished(service, service.make([Spec(prompt="a bag", seed=1, steps=2)]))
    found = {}
    for state in ("draft", "in_review", "approved", "rejected"):
        page = opened("gallery", review=state)
        assert not page.exception
        found[state] = len(component(page, "picture_grid").get("tiles", []))
    assert found == {"draft": 1, "in_review": 3, "approved": 1, "rejected": 0}


def test_an_address_without_a_picture_leads_back_to_the_queue(service: Service, waiting: list[str]) -> None:
    page = review(run="01UNKNOWN")
    assert page.error
    page = press(page, "to-queue")
    assert not page.error
    assert "3 pictures wait here" in shown_words(page)
    assert "run" not in page.query_params

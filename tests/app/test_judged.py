"""Create says what the team's policy thinks of a prompt, and makes nothing that it refuses."""

from __future__ import annotations

from packshot.app.access import studio
from packshot.review import EXAMPLE
from packshot.service import Service
from tests.app.test_create import asked_for, done, make, text_of


def policy(service: Service) -> None:
    service.bench.settings.policy_file.write_text(EXAMPLE, encoding="utf-8")


def test_a_refused_prompt_is_told_while_it_is_written_and_when_it_is_ordered(service: Service) -> None:
    policy(service)
    page = asked_for("a mug that cures").run()
    assert "policy refuses “cures”" in text_of(page)
    page = make(page)
    assert "The team's policy refuses words of the prompt" in text_of(page)
    assert "health claims" in text_of(page)
    assert studio().jobs() == []


def test_a_warning_is_told_before_and_stands_with_the_picture(service: Service) -> None:
    policy(service)
    page = asked_for("the best mug", "fr").run()
    assert "met en garde contre" in text_of(page)
    told = text_of(done(make(page))).replace("\\", "")
    assert told.count("met en garde contre") >= 2, "below the prompt, and with the picture"
    assert "(superlatives)" in told


def test_a_policy_with_a_mistake_is_told(service: Service) -> None:
    service.bench.settings.policy_file.write_text("rules: 7", encoding="utf-8")
    assert "policy.yaml, line 1" in text_of(asked_for().run()).replace("\\", "")

"""About this model: what it knows, other models, the doctor in plain words, the way in from elsewhere."""

from __future__ import annotations

import pytest

from packshot.models import embedded_folder
from packshot.service import Service
from packshot.workflow import Finding, Level
from tests.app.frame import opened
from tests.app.test_result import text_of


def test_it_says_what_the_model_knows_and_where_things_are(service: Service) -> None:
    page = opened("about")
    assert not page.exception
    text = text_of(page).replace("\\", "")
    assert "wristwatch" in text
    assert "violet, white, yellow" in text, "all colours, not the first dozen"
    assert "256 × 256" in text
    assert str(embedded_folder() / "packshot.json") in text
    assert str(service.bench.settings.workspace.resolve()) in text
    assert "**Device: to know.** no GPU" in text
    codes = "\n".join(block.value for block in page.code)
    assert "packshot generate --model sdxl" in codes
    assert "ssh -L" in codes
    assert " -J " in codes


def test_it_is_said_in_french(service: Service) -> None:
    page = opened("about", "fr")
    assert not page.exception
    assert "Autres modèles" in [header.value for header in page.header]
    assert "\u00a0: à savoir" in text_of(page).replace("\\", "")


def test_the_doctor_is_asked_again_only_when_told_to(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    page = opened("about")
    looked = [Finding("disk", Level.PROBLEM, "0.1 GB free", "make room")]
    monkeypatch.setattr("packshot.workflow.examine", lambda *_given: looked)
    page.run()
    assert "0.1 GB free" not in text_of(page)
    page.button(key="look-again").click().run()
    text = text_of(page).replace("\\", "")
    assert "**Disk: problem.** 0.1 GB free" in text
    assert "What to do: make room" in text

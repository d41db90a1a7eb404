"""The frame: every page by its own address, in both languages."""

from __future__ import annotations

import threading

import pytest
from starlette.applications import Starlette
from streamlit.testing.v1 import AppTest

from packshot.app import access
from packshot.app.gate import Gate
from packshot.app.policy import Policy
from packshot.app.port import PORT
from packshot.errors import UsageError
from tests.app.frame import MAIN, opened

TITLES = {
    "create": ("Create", "Créer"),
    "experiment": ("Experiment", "Expérience"),
    "compare": ("Compare", "Comparer"),
    "rate": ("Rate", "Noter"),
    "review": ("Review", "Valider"),
    "gallery": ("Gallery", "Galerie"),
    "about": ("About this model", "À propos du modèle"),
}


@pytest.mark.parametrize(("place", "language"), [(0, "en"), (1, "fr")])
@pytest.mark.parametrize("page", TITLES)
def test_every_page_opens_in_both_languages(page: str, place: int, language: str) -> None:
    shown = opened(page, language)
    assert not shown.exception
    assert shown.title[0].value == TITLES[page][place]


def test_streamlit_finds_no_pages_of_its_own() -> None:
    assert not MAIN.with_name("pages").exists(), "Streamlit would run the files there instead of the frame"


def test_a_language_that_is_not_spoken_gives_english() -> None:
    assert opened("create", "tlh").title[0].value == "Create"


def test_the_switch_changes_the_words_at_once() -> None:
    shown = opened("gallery", "en")
    shown.selectbox(key="lang").set_value("fr").run()
    assert shown.title[0].value == "Galerie"
    assert shown.selectbox(key="lang").label == "Langue"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_without_the_gate_there_is_a_sentence_and_nothing_else(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_GUARDED", threading.Event())
    frame = AppTest.from_file(MAIN, default_timeout=120)
    frame.query_params["lang"] = language
    frame.run()
    assert not frame.exception
    assert len(frame.error) == len(frame.main) == 1
    assert not frame.sidebar
    assert "packshot app" in frame.error[0].value


def test_no_page_opens_the_workspace_without_the_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_GUARDED", threading.Event())
    with pytest.raises(UsageError, match="who comes in"):
        access.studio()
    Gate(Starlette(), lambda: Policy("127.0.0.1", PORT))
    assert access.is_guarded()

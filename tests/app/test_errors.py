"""What a person sees of an error: a sentence in their language, and never a trace."""

from __future__ import annotations

import logging

import pytest
from streamlit.testing.v1 import AppTest

from packshot.app.parts.errors import error_words, plain, prose
from packshot.app.parts.failure import failure_words
from packshot.errors import CODES, RecordError, SpecError, StoreError
from packshot.result import Failure


def script(kind: str) -> None:
    import streamlit as st

    from packshot.app.parts.errors import shown
    from packshot.errors import SourceError, StoreError

    raised = {
        "usage": SourceError(
            "source.format", "text.png is a *text*", expected="PNG, JPEG or WebP", got="text", hint="open it elsewhere"
        ),
        "work": StoreError("store.full", "the disk is full"),
        "unexpected": ZeroDivisionError("division by zero"),
    }
    with shown():
        raise raised[kind]
    st.write("the page goes on")


def page(kind: str, language: str = "en") -> AppTest:
    app = AppTest.from_function(script, kwargs={"kind": kind})
    app.query_params["lang"] = language
    return app.run()


def test_expected_got_and_what_to_do_are_shown_and_the_page_goes_on() -> None:
    shown = page("usage")
    assert not shown.exception
    assert shown.markdown[0].value == "the page goes on"
    words = shown.error[0].value
    assert "**The source picture is of a kind that is not read.**" in words
    assert r"text\.png" not in words
    assert r"text.png is a \*text\*" in words
    assert "Expected: PNG, JPEG or WebP" in words
    assert "Got: text" in words
    assert "open it elsewhere" in words


def test_in_french() -> None:
    words = page("usage", "fr").error[0].value
    assert "**L’image source est d’un format qui n’est pas lu.**" in words
    assert "Attendu\u00a0: PNG, JPEG" in words


def test_what_nobody_expected_is_logged_with_its_trace(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR, "packshot.app"):
        words = page("unexpected").error[0].value
    assert "ZeroDivisionError" in words
    assert "division by zero" not in words
    (record,) = [record for record in caplog.records if record.name == "packshot.app"]
    assert record.exc_info is not None


def test_only_what_a_person_can_mend_stays_out_of_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "packshot.app"):
        page("usage")
        assert not [record for record in caplog.records if record.name == "packshot.app"]
        page("work")
        assert [record for record in caplog.records if record.name == "packshot.app"]


def test_what_people_wrote_is_no_markdown() -> None:
    assert plain("[x](y) <b> $a$ :red[z]") == r"\[x\]\(y\) \<b\> \$a\$ \:red\[z\]"


def test_what_the_headline_says_is_not_said_again() -> None:
    error = SpecError("spec.prompt.empty", CODES["spec.prompt.empty"], expected="words that say what to make")
    assert error_words(error) == "**No prompt was given.**\n\nExpected: words that say what to make"
    failed = StoreError("store.full", "the disk is full", got="none", hint="make room and call again")
    kept = failure_words(Failure(code=failed.code, message=str(failed), hint=failed.hint))
    assert kept == "**The disk is full.** got\\: none\n\nmake room and call again"


def test_a_page_tells_its_own_way_instead_of_a_command() -> None:
    words = error_words(RecordError("record.not_found", "no such run", got="x", hint="`packshot runs list` shows them"))
    assert words.endswith("All pictures are in the gallery.")


def test_commands_stand_as_code() -> None:
    assert prose("*see* `packshot verify --all`") == r"\*see\* `packshot verify --all`"

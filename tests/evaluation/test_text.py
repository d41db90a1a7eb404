"""Which text counts: neither the prompt's nor the source's. The reader is told what to find."""

from __future__ import annotations

import pytest

from packshot.evaluation import NO_INSTRUMENTS, Asked, Instruments, RememberedReader, evaluate
from packshot.evaluation.text_match import in_prompt, is_alike, unexplained
from packshot.result import Evidence, Pixels
from packshot.spec import Mode
from tests.evaluation.lettering import ToldReader, grey


def facts(
    picture: tuple[str, ...], source: tuple[str, ...] | None = None, prompt: str = "a mug"
) -> dict[str, Evidence]:
    reader = ToldReader(grey_100=picture, grey_200=source or ())
    mode = Mode.TEXT_TO_IMAGE if source is None else Mode.IMAGE_TO_IMAGE
    entries = evaluate(
        grey(100), Asked(prompt, mode=mode), None if source is None else grey(200), Instruments(reader=reader)
    )
    return {entry.name: entry for entry in entries}


def test_invented_text_is_counted_quoted_and_pointed_at() -> None:
    found = facts(("NIKE", "SALE 50%"))["text_found"]
    assert (found.value, found.unit) == (2.0, "pieces")
    assert "“NIKE” and “SALE 50%”" in found.sentence
    assert found.regions == ((10, 0, 60, 15), (10, 20, 60, 35))


def test_no_text_is_a_number_too() -> None:
    found = facts(())
    assert found["text_found"].value == 0.0
    assert found["likeness_text"].value is None


@pytest.mark.parametrize(
    ("text", "prompt", "asked"),
    [
        ("SALE", "a mug with the word “SALE” on it", True),
        ("Big Sale", "poster that says 'big sale'", True),
        ("BIGSALE", "poster that says 'big sale'", True),
        ("RUNNlNG", "running shoes", True),
        ("NIKE", "running shoes", False),
        ("NO", "a nonstick pan", False),
        ("art", "a cartoon", False),
        ("SALE NIKE", "a mug with the word SALE", False),
        ("", "a mug", False),
    ],
)
def test_what_the_prompt_asks_for(text: str, prompt: str, asked: bool) -> None:
    assert in_prompt(text, prompt) is asked


def test_text_that_was_asked_for_is_not_counted() -> None:
    found = facts(("SALE", "Acme"), prompt="a mug that says SALE")["text_found"]
    assert found.value == 1.0
    assert "“SALE”" not in found.sentence
    assert len(found.regions) == 1


def test_the_negative_prompt_asks_for_nothing() -> None:
    reader = ToldReader(grey_100=("watermark",))
    entries = evaluate(grey(100), Asked("a mug", negative_prompt="watermark"), None, Instruments(reader=reader))
    assert next(entry.value for entry in entries if entry.name == "text_found") == 1.0


def test_the_sources_text_is_not_counted_even_misread_or_parted() -> None:
    assert facts(("N1KE", "JUST", "DO IT"), ("NIKE", "JUST DO IT"))["text_found"].value == 0.0


def test_a_second_brand_is_new() -> None:
    found = facts(("NIKE", "NIKE"), ("NIKE",))["text_found"]
    assert found.value == 1.0


def test_what_is_kept_of_the_sources_text() -> None:
    assert facts(("NIKE",), ("NIKE",))["likeness_text"].value == 100.0
    half = facts(("NIKE",), ("NIKE", "Air1"))["likeness_text"]
    assert half.value == 50.0
    assert "“Air1”" in half.sentence
    assert facts((), ("NIKE",))["likeness_text"].value == 0.0
    assert facts(("NIKE",), ())["likeness_text"].value is None


def test_alike_forgives_a_letter_in_four() -> None:
    assert is_alike("nike", "n1ke")
    assert not is_alike("nike", "puma")
    assert not is_alike("", "nike")
    assert unexplained(["abcd", "wxyz"], ["abcd"]) == [1]


def test_without_a_reader_nothing_is_a_number() -> None:
    entries = {e.name: e for e in evaluate(grey(100), Asked("a mug"), None, NO_INSTRUMENTS)}
    for name in ("text_found", "adherence", "likeness_text"):
        assert entries[name].value is None
        assert entries[name].sentence.startswith("Not evaluated: ")


class BrokenReader:
    name = "broken"

    def read(self, pixels: Pixels) -> tuple[()]:
        raise RuntimeError("no memory")


class BrokenScorer:
    name, unit = "broken", None

    def score(self, pixels: Pixels, prompt: str) -> float:
        raise RuntimeError("no memory")


class NoNumber(BrokenScorer):
    def score(self, pixels: Pixels, prompt: str) -> float:
        return float("nan")


def test_an_instrument_that_fails_is_a_reason(caplog: pytest.LogCaptureFixture) -> None:
    entries = evaluate(grey(100), Asked("a mug"), None, Instruments(BrokenReader(), BrokenScorer()))
    found = {entry.name: entry for entry in entries}
    assert found["text_found"].value is None
    assert "the reader of text failed (RuntimeError)" in found["text_found"].sentence
    assert "the scorer failed (RuntimeError)" in found["adherence"].sentence
    assert len(caplog.records) == 2
    silent = evaluate(grey(100), Asked("a mug"), None, Instruments(None, NoNumber()))
    assert next(entry.value for entry in silent if entry.name == "adherence") is None


def test_a_source_is_read_once() -> None:
    told = ToldReader(grey_100=("NIKE",))
    reader = RememberedReader(told)
    assert reader.read(grey(100)) == reader.read(grey(100)) != ()
    assert told.asked == 1
    assert reader.read(grey(90)) == ()
    assert (told.asked, reader.name) == (2, "told")

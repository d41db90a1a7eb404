"""The studio's words: every one has a translation, and what is looked up is what people translated."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages import mofile, pofile
from babel.messages.catalog import Catalog

import packshot.app
from packshot.app.words import catalogue, nearest
from packshot.errors import CODES
from packshot.result import MEANING
from packshot.workflow import LABELS, doctor
from tests.app.frame import opened

APP = Path(packshot.app.__file__).parent
FRENCH = APP / "locale" / "fr" / "LC_MESSAGES"
ASKING = {"_": 1, "say": 1, "ngettext_": 2, "ngettext": 2}
"""What looks words up, and how many of its arguments are texts."""

PLACES = re.compile(r"\{(\w*)[^}]*\}")


def used() -> Iterator[tuple[str, str]]:
    """Every text that is looked up, with the place that asks for it. Babel's own reader misses those in f-strings."""
    for file in sorted(APP.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                for argument in node.args[: ASKING.get(called(node), 0)]:
                    if isinstance(argument, ast.Constant) and argument.value:
                        yield str(argument.value), f"{file.relative_to(APP)}:{node.lineno}"
    yield from ((words, f"errors.CODES[{code!r}]") for code, words in CODES.items())
    yield from ((words, f"result.MEANING[{name!r}]") for name, levels in MEANING.items() for words in levels)
    yield from ((label, "workflow.LABELS") for label in LABELS)
    yield from ((topic, "workflow/doctor.py") for topic in topics())


def topics() -> Iterator[str]:
    """What the doctor's findings are about; that of a model is the model's name."""
    for node in ast.walk(ast.parse(Path(doctor.__file__).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and called(node) == "Finding" and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)


def called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def french() -> Catalog:
    with (FRENCH / "packshot.po").open("rb") as file:
        return pofile.read_po(file, locale="fr")


def test_every_text_has_a_french_translation() -> None:
    known = {text for message in french() for text in as_texts(message.id) if all(as_texts(message.string))}
    missing = sorted(f"{text!r} ({place})" for text, place in used() if text not in known)
    assert not missing, "add to packshot.po, then `make translations`:\n" + "\n".join(missing)


def test_nothing_is_translated_that_nobody_asks_for() -> None:
    asked = {text for text, _place in used()}
    left = [message.id for message in french() if message.id and asked.isdisjoint(as_texts(message.id))]
    assert not left


def test_translations_have_the_same_places() -> None:
    for message in french():
        if message.id:
            asked = {place for text in as_texts(message.id) for place in PLACES.findall(text)}
            for string in as_texts(message.string):
                assert set(PLACES.findall(string)) == asked, message.id


def test_french_has_its_spaces() -> None:
    """A line shall not break before a high sign."""
    for message in french():
        for string in as_texts(message.string) if message.id else ():
            assert not re.search(r"(?<=[^\W\d]) [:;!?»]|« ", string), string


def test_every_french_apostrophe_is_a_curved_one() -> None:
    straight = [
        string
        for message in french()
        if message.id
        for string in as_texts(message.string)
        if re.search(r"\w'\w", string)
    ]
    assert not straight


def test_what_is_looked_up_is_what_people_translated() -> None:
    made = io.BytesIO()
    mofile.write_mo(made, french())
    assert (FRENCH / "packshot.mo").read_bytes() == made.getvalue(), "call `make translations`"


def as_texts(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


@pytest.mark.parametrize(
    ("locale", "code"),
    [("fr", "fr"), ("fr-CA", "fr"), ("fr_FR", "fr"), ("FR", "fr"), ("de-DE", "en"), ("", "en"), ("fry", "en")],
)
def test_the_nearest_language(locale: str, code: str) -> None:
    assert nearest(locale) == code


def test_what_nobody_translated_stands_in_english() -> None:
    assert catalogue("fr").gettext("No such sentence") == "No such sentence"


def test_the_browsers_language_is_taken_where_nothing_was_chosen() -> None:
    assert opened("create", language="").selectbox(key="lang").value == "en"

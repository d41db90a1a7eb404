"""The studio's words in the person's language. Knows nothing about pages.

Fixed words are looked up by gettext in `locale/`; sentences that the workflow made (evidence, notes, reasons) are
translated by the report's own catalogue, as in the report.
"""

from __future__ import annotations

import gettext as _gettext
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

if TYPE_CHECKING:
    from packshot.report import Language

LANGUAGES: Final = ("en", "fr")
LANGUAGE_KEY: Final = "lang"
"""The key of the switch, and its name in the address."""

CHOSEN_KEY: Final = "chosen language"
"""What was chosen last: a switch's own value is dropped when another page is opened."""

LOCALE_FOLDER: Final = Path(__file__).parent / "locale"


def _(text: str) -> str:
    """The text in the person's language; the text itself where it has no translation."""
    return catalogue(language()).gettext(text) if text else text


def ngettext_(one: str, many: str, number: int) -> str:
    """`one` or `many` by the number, as the language counts; the number is not filled in."""
    return catalogue(language()).ngettext(one, many, number)


def said(text: str) -> str:
    """A sentence that the workflow made, in the person's language; in English where nobody has translated it."""
    return text if language() == "en" else report_language().say(text)


def report_language() -> Language:
    """The language in which the workflow's sentences and numbers are said to the person."""
    return _report_language(language())


def language() -> str:
    """`en` or `fr`: what was chosen here, else what the address asks for, else the browser's."""
    chosen = st.session_state.get(CHOSEN_KEY) or st.query_params.get(LANGUAGE_KEY)
    return chosen if chosen in LANGUAGES else browser_language()


def browser_language() -> str:
    """What the browser asks for, English where that is not spoken here."""
    return nearest(st.context.locale or "")


def nearest(locale: str) -> str:
    """`fr-CA` → `fr`; `en` for all that is not spoken here."""
    code = locale.replace("_", "-").partition("-")[0].lower()
    return code if code in LANGUAGES else LANGUAGES[0]


@cache
def catalogue(code: str) -> _gettext.NullTranslations:
    """The words of a language, read once."""
    if code == "en":
        return _gettext.NullTranslations()
    return _gettext.translation("packshot", LOCALE_FOLDER, languages=[code])


@cache
def _report_language(code: str) -> Language:
    from packshot.report import open_language

    return open_language(code)

"""What Make refuses, in the words of the page: where the command line would name an option, the page names a field."""

from __future__ import annotations

from typing import Final

import streamlit as st

from packshot.app.parts.asked_state import value
from packshot.app.parts.errors import show_error
from packshot.app.words import _
from packshot.errors import CODES, PackshotError
from packshot.spec import Mode

ABOUT_SOURCE: Final = frozenset({"spec.source.missing", "spec.source.unexpected"})


def is_about_source(error: PackshotError) -> bool:
    """Whether it belongs beside the field of the source."""
    return error.code.startswith("source.") or error.code in ABOUT_SOURCE


def show_refused(error: PackshotError) -> None:
    """A sentence; nothing that was typed is lost."""
    if error.code == "spec.source.missing":
        st.error(_missing_photo() if value("mode") == Mode.LOCK else _missing(), icon=":material/error:")
        return
    replaced = _in_words_of_the_page().get(error.code, {})
    for name, words in replaced.items():
        setattr(error, name, words)
    show_error(error)


def _missing() -> str:
    return _(
        "**There is no source picture.** Image-to-image starts from one: upload a photo, or choose a picture of this"
        " workspace. Without one, choose “From words” above."
    )


def _missing_photo() -> str:
    return _(
        "**There is no photo.** A product is locked in one: upload the product’s photo, or choose a picture of this"
        " workspace."
    )


def _in_words_of_the_page() -> dict[str, dict[str, str | None]]:
    return {
        "spec.guidance.unsupported": {"expected": _("guidance 0")},
        "spec.mode.unsupported": {"expected": _("another model, or the other way to start"), "hint": None},
        "source.doubtful": {
            "message": CODES["source.doubtful"],
            "hint": _("Look at the mask, and tick that you have; or draw a rectangle, or upload a mask."),
        },
        "source.no_product": {
            "message": CODES["source.no_product"],
            "hint": _("Draw a rectangle around it, or upload a mask."),
        },
        "source.not_found": {"hint": _("Upload it again, or choose another picture.")},
    }

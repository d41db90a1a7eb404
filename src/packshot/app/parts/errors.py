"""Errors on a page: what was expected, what came, what to do; never a trace. The log has the cause."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from packshot.app.parts.page_hints import hint_words
from packshot.app.words import _, said
from packshot.errors import CODES, PackshotError, UsageError

LOG = logging.getLogger("packshot.app")


@contextmanager
def shown() -> Iterator[None]:
    """Around what may fail: the error is shown where it happens, and the page goes on below.

    Streamlit's own stops and reruns pass through: they are no `Exception`s.
    """
    try:
        yield
    except Exception as error:
        show_error(error)


def show_error(error: Exception) -> bool:
    """One sentence and its details. True, which tells Streamlit to show nothing of its own."""
    if not isinstance(error, UsageError):
        LOG.error("%s on a page", type(error).__name__, exc_info=error)
    st.error(error_words(error) if isinstance(error, PackshotError) else _unexpected(error), icon=":material/error:")
    return True


def error_words(error: PackshotError) -> str:
    """Markdown: the code's sentence, the message, expected and got, and what to do."""
    lines = [told(error.code, error.message)]
    if error.expected is not None:
        lines.append(_("Expected: {expected}").format(expected=plain(said(error.expected))))
    if error.got is not None:
        lines.append(_("Got: {got}").format(got=plain(said(error.got))))
    if error.hint is not None:
        lines.append(prose(hint_words(error.hint)))
    return "\n\n".join(lines)


def told(code: str, message: str) -> str:
    """Markdown: the code's sentence, and the message where it says more than that."""
    sentence = CODES.get(code, code)
    headline = _(sentence)
    more = "" if message == sentence else message.removeprefix(f"{sentence}; ")
    return " ".join(filter(None, (f"**{headline[:1].upper()}{headline[1:]}.**", plain(said(more)))))


def prose(text: str) -> str:
    """A sentence of ours inside Markdown: what stands in backticks is code, all else as it stands."""
    parts = re.split("(`[^`]+`)", text)
    return "".join(part if place % 2 else plain(part) for place, part in enumerate(parts))


def plain(text: str) -> str:
    """Text inside Markdown as it stands: what people and files are called must not become links, colours or icons."""
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]()<>#+-!|~$:" else sign for sign in text)


def _unexpected(error: Exception) -> str:
    return _("Something unexpected happened ({kind}). The log of the workspace has the cause; nothing is lost.").format(
        kind=plain(type(error).__name__)
    )

"""Why a run has no picture, in words with what to do about it. The trace stays in the record."""

from __future__ import annotations

from packshot.app.parts.errors import plain
from packshot.app.words import _, said
from packshot.errors import CODES
from packshot.result import Failure


def failure_words(failure: Failure) -> str:
    """Markdown: the code's sentence, the message, and the remedy."""
    headline = _(CODES.get(failure.code, failure.code))
    message = failure.message.removesuffix(f"; {failure.hint}")
    lines = [f"**{headline[:1].upper()}{headline[1:]}.** {plain(said(message))}"]
    if failure.hint:
        lines.append(plain(said(failure.hint)))
    return "\n\n".join(lines)

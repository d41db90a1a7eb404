"""Why a run has no picture, in words with what to do about it. The trace stays in the record."""

from __future__ import annotations

from packshot.app.parts.errors import prose, told
from packshot.app.parts.page_hints import hint_words
from packshot.result import Failure


def failure_words(failure: Failure) -> str:
    """Markdown: the code's sentence, the message, and the remedy."""
    lines = [told(failure.code, failure.message.removesuffix(f"; {failure.hint}"))]
    if failure.hint:
        lines.append(prose(hint_words(failure.hint)))
    return "\n\n".join(lines)

"""Why a run has no picture, in words with what to do about it. The trace stays in the record."""

from __future__ import annotations

from packshot.app.parts.errors import prose, told
from packshot.app.parts.page_hints import hint_words
from packshot.app.words import ngettext_
from packshot.result import Failure, Job


def suspect_words(job: Job) -> str | None:
    """What is said of a job that may have ended the processes that were at it; None of others."""
    if not job.is_suspect:
        return None
    words = ngettext_(
        "{n} process died while this was being made, so it is made with nothing else at work.",
        "{n} processes died while this was being made, so it is made with nothing else at work.",
        job.deaths,
    )
    return words.format(n=job.deaths)


def failure_words(failure: Failure) -> str:
    """Markdown: the code's sentence, the message, and the remedy."""
    lines = [told(failure.code, failure.message.removesuffix(f"; {failure.hint}"))]
    if failure.hint:
        lines.append(prose(hint_words(failure.hint)))
    return "\n\n".join(lines)

"""Reads the rubric's scores from options, or asks for them with the meaning of each level."""

from __future__ import annotations

import sys
from collections.abc import Collection
from typing import TYPE_CHECKING

import typer

from packshot.errors import RecordError
from packshot.result import MEANING, Criterion

if TYPE_CHECKING:
    from packshot.result import Rating

Scores = dict[Criterion, tuple[int, str]]
STOP = "q"


def read_scores(scores: str, reasons: list[str]) -> Scores:
    """`2,1,2,1,2` in the order of the criteria, and `criterion: reason` texts. Raises RecordError."""
    parts = [part.strip() for part in scores.split(",")]
    if len(parts) != len(Criterion) or any(part not in {"0", "1", "2"} for part in parts):
        raise RecordError(
            "record.rating",
            "not five scores",
            expected=f"0, 1 or 2 for each of {', '.join(Criterion)}, such as 2,1,2,1,2",
            got=scores,
        )
    said: dict[str, str] = {}
    for text in reasons:
        name, colon, words = text.partition(":")
        if not colon or name.strip().lower() not in list(Criterion):
            raise RecordError(
                "record.rating", "not a reason", expected=f"one of {', '.join(Criterion)}, a colon, words", got=text
            )
        said[name.strip().lower()] = words.strip()
    return {c: (int(part), said.get(c.value, "")) for c, part in zip(Criterion, parts, strict=True)}


def check_someone_is_there(as_json: bool, hint: str) -> None:
    """Raise RecordError where nobody is there to be asked."""
    if as_json or not sys.stdin.isatty():
        raise RecordError("record.rating", "nobody is there to be asked", expected="five scores", got="none", hint=hint)


def ask_scores(needed: Collection[Criterion] = tuple(Criterion), *, may_stop: bool = False) -> Scores | None:
    """Ask a person, one criterion after the other. One that is not `needed` may be left open.

    None where the person stops, if that is possible.
    """
    given: Scores = {}
    for criterion in Criterion:
        typer.echo(f"\n{criterion.value}")
        for score, meaning in enumerate(MEANING[criterion]):
            typer.echo(f"  {score}  {meaning}")
        answer = _ask(criterion in needed, may_stop)
        if answer == STOP:
            return None
        if answer:
            given[criterion] = (int(answer), typer.prompt("reason", default="", show_default=False))
    return given


def _ask(is_needed: bool, may_stop: bool) -> str:
    """`0`, `1`, `2`, the word to stop, or nothing."""
    accepted = {"0", "1", "2"} | ({STOP} if may_stop else set()) | (set() if is_needed else {""})
    question = "score (0, 1 or 2" + ("" if is_needed else "; Enter leaves it open")
    question += f"; {STOP} stops)" if may_stop else ")"
    while True:
        default = None if is_needed else ""
        answer = str(typer.prompt(question, default=default, show_default=False)).strip().lower()
        if answer in accepted:
            return answer


def total_words(rating: Rating) -> str:
    """`8 of 10`, or the scores that there are where some were left open."""
    if rating.total is not None:
        return f"{rating.total} of 10"
    return ", ".join(f"{criterion} {entry.score}" for criterion, entry in rating.scores.items())

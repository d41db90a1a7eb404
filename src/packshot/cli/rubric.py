"""Reads the rubric's scores from options, or asks for them with the meaning of each level."""

from __future__ import annotations

import sys

import typer

from packshot.errors import RecordError
from packshot.result import MEANING, Criterion

Scores = dict[Criterion, tuple[int, str]]


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


def ask_scores(as_json: bool) -> Scores:
    """Ask a person, one criterion after the other. Raises RecordError where nobody is there to be asked."""
    if as_json or not sys.stdin.isatty():
        raise RecordError(
            "record.rating",
            "nobody is there to be asked",
            expected="five scores",
            got="none",
            hint="--scores 2,1,2,1,2",
        )
    given: Scores = {}
    for criterion in Criterion:
        typer.echo(f"\n{criterion.value}")
        for score, meaning in enumerate(MEANING[criterion]):
            typer.echo(f"  {score}  {meaning}")
        answer = ""
        while answer not in {"0", "1", "2"}:
            answer = typer.prompt("score (0, 1 or 2)").strip()
        reason = typer.prompt("reason", default="", show_default=False)
        given[criterion] = (int(answer), reason)
    return given

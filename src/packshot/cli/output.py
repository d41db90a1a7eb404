"""How the command line speaks: tables and words for people on stdout, JSON on request, errors on stderr."""

from __future__ import annotations

import json
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console

    from packshot.errors import PackshotError
    from packshot.result import Failure

WIDE = 200
"""Columns where nobody watches: pipes and files."""


@cache
def console() -> Console:
    """Where people read. Wide enough for digests when it is not a terminal."""
    from rich.console import Console

    return Console(soft_wrap=True, highlight=False, width=None if sys.stdout.isatty() else WIDE)


@cache
def error_console() -> Console:
    """Where errors and progress go."""
    from rich.console import Console

    return Console(stderr=True, soft_wrap=True, highlight=False)


def print_note(text: str) -> None:
    """A note or a warning on what was asked for, on stderr."""
    error_console().print(f"{'note':<10} {text}", markup=False)


def print_json(noun: str, data: Any) -> None:
    """`{"schema": "packshot.<noun>/1", "data": …}` on stdout."""
    sys.stdout.write(json.dumps({"schema": f"packshot.{noun}/1", "data": data}, ensure_ascii=False, indent=2) + "\n")


def say(text: str) -> None:
    """A line for a person, without markup."""
    console().print(text, markup=False)


def print_error(error: PackshotError, *, as_json: bool) -> None:
    """One clear message on stderr."""
    if as_json:
        sys.stderr.write(json.dumps({"error": error.as_dict()}, ensure_ascii=False) + "\n")
        return
    from rich.text import Text

    target = error_console()
    target.print(Text("error: ", style="bold red") + Text(error.message))
    for label, value in (("expected", error.expected), ("got", error.got)):
        if value is not None:
            target.print(Text(f"  {label}: ", style="dim") + Text(value))
    if error.hint is not None:
        target.print(Text("  → ", style="dim") + Text(error.hint))


def print_failure(failure: Failure, *, as_json: bool) -> None:
    """Why a run has no picture, in the form of an error."""
    from packshot.errors import EngineError

    hint = None if failure.hint and failure.hint in failure.message else failure.hint
    print_error(EngineError(failure.code, failure.message, hint=hint), as_json=as_json)


def table(columns: list[str], rows: list[list[str]]) -> None:
    """A plain table."""
    from rich.table import Table

    shown = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        shown.add_column(column, overflow="fold")
    for row in rows:
        shown.add_row(*(cell.replace("[", "\\[") for cell in row))
    console().print(shown)


def seconds(value: float | None) -> str:
    """`0.4 s`, `12 s`, `3 min 20 s`, `2 h 05 min`; `…` where it is not known yet."""
    if value is None:
        return "…"
    if value < 9.95:
        return f"{value:.1f} s"
    whole = round(value)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"

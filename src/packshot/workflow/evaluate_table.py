"""Reads the table that tells for each picture of a folder what it was asked for: file, prompt, negative, source."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from packshot.errors import EvaluationError
from packshot.spec import defaults

FILE, PROMPT, NEGATIVE, SOURCE = "file", "prompt", "negative_prompt", "source"
COLUMNS = (FILE, PROMPT, NEGATIVE, SOURCE)
MAX_BYTES = 20_000_000


@dataclass(frozen=True, slots=True)
class PromptRow:
    """What one line says. `source` is relative to the table's folder; empty cells are None."""

    prompt: str | None
    negative_prompt: str | None
    source: Path | None


def read_prompt_table(path: Path) -> dict[str, PromptRow]:
    """Rows by file name. Raises EvaluationError with the line."""
    rows: dict[str, PromptRow] = {}
    for line, row in enumerate(_rows(path), 2):
        name, prompt = row.get(FILE, ""), row.get(PROMPT, "")
        if not name:
            raise EvaluationError("evaluation.table", f"{path.name}, line {line}: no file", expected="a file's name")
        if name in rows:
            raise EvaluationError("evaluation.table", f"{path.name}, line {line}: {name} stands there twice", got=name)
        if len(prompt) > defaults.PROMPT_MAX_CHARS:
            raise EvaluationError(
                "evaluation.table",
                f"{path.name}, line {line}: the prompt is too long",
                expected=f"at most {defaults.PROMPT_MAX_CHARS} characters",
                got=str(len(prompt)),
            )
        source = row.get(SOURCE, "")
        rows[name] = PromptRow(
            prompt or None, row.get(NEGATIVE) or None, path.parent / Path(source).expanduser() if source else None
        )
    return rows


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise EvaluationError("evaluation.table", f"{path.name} is too large", expected="at most 20 MB")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise EvaluationError(
            "evaluation.table", f"{path} cannot be read: {error.strerror}", expected="a CSV file", got=str(path)
        ) from error
    except UnicodeDecodeError as error:
        raise EvaluationError(
            "evaluation.table", f"{path.name} is not text in UTF-8", expected="CSV in UTF-8"
        ) from error
    head = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=max((",", ";", "\t"), key=head.count), restval="")
    names = [name.strip().lower() for name in reader.fieldnames or []]
    unknown = [name for name in names if name not in COLUMNS]
    if FILE not in names or unknown:
        raise EvaluationError(
            "evaluation.table",
            f"{path.name} has not the columns of a table of prompts",
            expected=f"{FILE}, and any of {', '.join(COLUMNS[1:])}",
            got=", ".join(names)[:200] or "an empty file",
        )
    reader.fieldnames = names
    try:
        rows = list(reader)
    except csv.Error as error:
        raise EvaluationError("evaluation.table", f"{path.name} is not a table: {error}", expected="CSV") from error
    for line, row in enumerate(rows, 2):
        if None in row:
            raise EvaluationError(
                "evaluation.table",
                f"{path.name}, line {line} has more cells than columns",
                hint="a prompt with a comma has to stand in double quotes",
            )
    return [{name: (value or "").strip() for name, value in row.items()} for row in rows]

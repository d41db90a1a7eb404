"""Between rows and values: runs, cells, ratings, evidence. Knows no queries."""

from __future__ import annotations

import unicodedata
from typing import Any

from sqlalchemy import RowMapping

from packshot.result import Cell, Evidence, Rating, Run
from packshot.spec import ResolvedSpec


def resolved_json(resolved: ResolvedSpec) -> dict[str, Any]:
    """The JSON value of a resolved spec, the intent exactly as it is hashed."""
    return resolved.model_dump(mode="json", by_alias=True)


def searched_columns(resolved: ResolvedSpec) -> dict[str, str]:
    """The columns of a run that repeat its resolved spec, so that it can be found by them."""
    intent = resolved.intent
    return {"words": folded(intent.prompt), "model": resolved.origin.model, "mode": str(intent.mode)}


def folded(text: str) -> str:
    """Text as it is compared: without case in any script, composed, and without NUL, at which LIKE would end."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).replace("\0", " ")


RUN_FIELDS = tuple(Run.model_fields)


def run_of(row: RowMapping) -> Run:
    """A run from its row. Raises pydantic's ValidationError on a row that was tampered with."""
    return Run.model_validate({name: row[name] for name in RUN_FIELDS})


def cell_of(row: RowMapping) -> Cell:
    """A cell from its row."""
    return Cell.model_validate({name: row[name] for name in Cell.model_fields})


def rating_of(row: RowMapping) -> Rating:
    """A rating from its row."""
    return Rating.model_validate(dict(row))


def evidence_of(row: RowMapping) -> Evidence:
    """Evidence from its row."""
    return Evidence.model_validate({name: row[name] for name in Evidence.model_fields})

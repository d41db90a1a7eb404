"""Says what is wrong in a plan: file, line, key, what was expected, what came, and what may have been meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from pydantic import ValidationError

from packshot.errors import PlanError
from packshot.experiment.plan import SEEDS_KIND, Arm, Baseline, Named, Plan, Product, Settings, Varied
from packshot.experiment.yaml_lines import Lines, Path, line_of

EXPECTED: Final = {
    "int_type": "a whole number",
    "float_type": "a number",
    "string_type": "text",
    "tuple_type": "a list of values",
    "too_short": "at least one value",
    "model_type": "a mapping of keys and values",
    "model_attributes_type": "a mapping of keys and values",
    "missing": "a value",
}
"""What pydantic's most common kinds of error mean to a person."""

SCHEMA: Final = "packshot.plan/1"

PATTERNS: Final = {
    "name": "a name of 1 to 100 letters, digits, '.', '_' or '-' that begins with a letter or digit",
    "sku": "a name of 1 to 100 letters, digits, '.', '_' or '-' that begins with a letter or digit",
    "size": "WIDTHxHEIGHT in pixels, such as 512x768",
}


def mistake(
    place: str, what: str, *, expected: str | None = None, got: object = None, near: Iterable[str] = ()
) -> PlanError:
    """A mistake at a place such as `plan.yaml, line 3`. `near` are known words; the nearest to `got` is the hint."""
    found = difflib.get_close_matches(str(got), list(near), n=1, cutoff=0.5)
    shown = None if got is None else str(got)
    hint = f"did you mean {found[0]}?" if found else None
    return PlanError("plan.invalid", f"{place}: {what}", expected=expected, got=shown, hint=hint)


def explained(error: ValidationError, lines: Lines, name: str) -> PlanError:
    """The first mistake that pydantic found, with its line."""
    # a misspelt key makes two errors; it explains that another is missing
    first = min(error.errors(), key=lambda found: found["type"] == "missing")
    path = tuple(part for part in first["loc"])
    place = f"{name}, line {line_of(path, lines)}"
    if first["type"] == "extra_forbidden":
        return unknown_key(place, path)
    where = dotted(path)
    expected = expected_words(first)
    if first["type"] == "missing":
        wanted = SCHEMA if path == ("schema",) else expected
        return mistake(place, f"{where}: Field required", expected=wanted, got="nothing")
    found = mistake(place, f"{where}: the value does not fit", expected=expected, got=repr(first["input"]))
    if first["type"] == "string_type" and isinstance(first["input"], int | float | date):
        found.hint = f'write text in quotes: "{first["input"]}"'
    return found


def without_value(value: Any, lines: Lines, name: str, path: Path = ()) -> PlanError | None:
    """A key with nothing behind it: whether a default is meant, or a value was forgotten, nobody can tell."""
    if value is None:
        return mistake(
            f"{name}, line {line_of(path, lines)}",
            f"{dotted(path)}: nothing behind the key",
            expected="a value, or the key left out",
            got="nothing",
        )
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = (without_value(entry, lines, name, (*path, key)) for key, entry in entries)
    return next((each for each in found if each is not None), None)


def unknown_key(place: str, path: Path) -> PlanError:
    """A key that a plan does not have there."""
    key, known = str(path[-1]), known_keys(path)
    if path[0] in ("vary", "grid") and key in ("seed", "seeds"):
        found = mistake(place, f"unknown key {key!r} in {path[0]}", expected=", ".join(known), got=key)
        found.hint = "seeds are replicates, the same in every arm: write `seeds:` beside `baseline:`"
        return found
    return mistake(place, f"unknown key {key!r}", expected=", ".join(known), got=key, near=known)


def expected_words(first: Any) -> str:
    """What was expected, in words."""
    kind, key = first["type"], next((part for part in reversed(first["loc"]) if isinstance(part, str)), "")
    if kind in ("string_pattern_mismatch", "string_type") and key in PATTERNS:
        return PATTERNS[key]
    if kind == SEEDS_KIND:
        return str(first["ctx"]["words"])
    if kind == "literal_error":
        return str(first["ctx"]["expected"]).strip("'")
    if kind == "enum":
        return str(first["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
    return EXPECTED.get(kind) or str(first["msg"])


def dotted(path: Path) -> str:
    """`arms.0.change.steps`."""
    return ".".join(str(part) for part in path) or "the plan"


def known_keys(path: Path) -> list[str]:
    """The keys that stand beside the last part of a path."""
    if len(path) == 1:
        return ["schema", *(field for field in Plan.model_fields if field != "schema_")]
    if path[0] == "arms":
        return list(Arm.model_fields if len(path) == 3 else Settings.model_fields)
    if path[0] in ("vary", "grid"):
        return list(Varied.model_fields)
    if path[0] in ("products", "prompts"):
        return row_keys("name" if path[0] == "prompts" else "sku")
    return list((Named if path[0] == "smoke" else Baseline).model_fields)


def row_keys(named_by: str) -> list[str]:
    """What a row of products (or prompts) may say. Seeds are replicates: they are no row's own."""
    settings = [field for field in Product.model_fields if field not in ("sku", "seed")]
    return [named_by, "prompt", *(field for field in settings if field != "prompt")]

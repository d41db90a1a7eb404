"""Reads a plan from YAML, with the CSV files that it names, and finds plans by name."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from packshot.errors import PlanError, SpecError
from packshot.experiment.plan import SEEDS_WORDS, Plan
from packshot.experiment.plan_checks import check_plan, lines_of_settings
from packshot.experiment.plan_mistakes import explained, mistake, without_value
from packshot.experiment.plan_places import Places
from packshot.experiment.plan_tables import Table, read_table
from packshot.experiment.yaml_lines import Lines, line_of, read_yaml
from packshot.experiment.yaml_lines import Path as YamlPath

TABLES: Final = ("products", "prompts")
NO_FILE: Final = "the plan"
NO_PLAN: Final = {"NoneType": "nothing", "list": "a list"}


def read_plan(text: str, name: str, folder: Path = Path()) -> Plan:
    """A plan from YAML. Raises PlanError that names line, key, expected and got.

    Tables that it names are looked for in `folder`; their mistakes name their own file, line and column.
    """
    value, lines = read_yaml(text, name)
    if not isinstance(value, dict):
        raise PlanError(
            "plan.invalid",
            f"{name}, line 1: no plan",
            expected="keys such as name, baseline, arms",
            got=NO_PLAN.get(type(value).__name__, repr(value)[:80]),
        )
    forgotten = without_value(value, lines, name)
    if forgotten is not None:
        raise forgotten
    tables = {key: read_table(key, value[key], folder, lines, name) for key in TABLES if key in value}
    try:
        plan = Plan.model_validate(value | {key: table.products for key, table in tables.items()})
    except ValidationError as error:
        raise explained(error, lines, name) from error
    except SpecError as error:  # a LoRA's weight, which the spec itself reads
        raise _placed(error, value, lines, name) from error
    check_plan(plan, lines, name)
    plan._places = _places(plan, lines, name, tables)
    return plan


def checked_plan(value: Mapping[str, Any]) -> Plan:
    """A plan from the keys that a file of one has, checked like it. Raises PlanError without lines."""
    try:
        plan = Plan.model_validate(value)
        check_plan(plan, {}, NO_FILE)
    except ValidationError as error:
        raise _without_line(explained(error, {}, NO_FILE)) from error
    except PlanError as error:
        raise _without_line(error) from error
    except SpecError as error:  # a LoRA's weight, which the spec itself reads
        raise PlanError("plan.invalid", error.message, expected=error.expected, got=error.got) from error
    return plan


def _without_line(error: PlanError) -> PlanError:
    error.message = error.message.removeprefix(f"{NO_FILE}, line 1: ")
    return error


def replicated(plan: Plan, seeds: int | Sequence[int]) -> Plan:
    """The plan with these seeds, or so many, counted up from the baseline's. Raises PlanError where they cannot be."""
    wanted = seeds if isinstance(seeds, int) else [*seeds]
    try:
        again = plan.model_copy(update={"seeds": type(plan).model_validate(plan.as_json() | {"seeds": wanted}).seeds})
    except ValidationError as error:
        raise PlanError("plan.invalid", "no number of seeds", expected=SEEDS_WORDS, got=str(seeds)) from error
    check_plan(again, {}, plan.places.file or plan.name)
    return again


def find_plan(text: str, packaged: Path) -> Plan:
    """A built-in plan by name, or a YAML file. Raises PlanError."""
    builtin = {path.stem: path for path in sorted(packaged.glob("*.yaml"))}
    path = builtin.get(text) or Path(text).expanduser()
    try:
        return read_plan(path.read_text(encoding="utf-8"), path.name, path.parent)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        near = difflib.get_close_matches(text, builtin, n=1, cutoff=0.5)
        raise PlanError(
            "plan.unknown",
            f"no plan named {text!r}",
            expected=f"a built-in plan ({', '.join(builtin)}) or a YAML file",
            got=text,
            hint=f"did you mean {near[0]}?" if near else None,
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise PlanError("plan.invalid", f"{path} cannot be read: {error}") from error


def _placed(error: SpecError, value: Any, lines: Lines, name: str) -> PlanError:
    """Where in the YAML the text stands that was refused."""
    path = _path_of(error.got, value, ()) or ()
    return mistake(f"{name}, line {line_of(path, lines)}", error.message, expected=error.expected, got=error.got)


def _path_of(text: str | None, value: Any, path: YamlPath) -> YamlPath | None:
    if value == text:
        return path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return next((found for key, entry in entries if (found := _path_of(text, entry, (*path, key))) is not None), None)


def _places(plan: Plan, lines: Lines, name: str, tables: dict[str, Table]) -> Places:
    table = next(iter(tables.values()), None)
    rows = {} if table is None else dict(zip((row.sku for row in table.products), table.lines, strict=True))
    return Places(name, dict(lines_of_settings(plan, lines)), "" if table is None else table.file, rows)

"""A plan that somebody sent: one YAML text, which may name no file of this machine to read its rows from."""

from __future__ import annotations

from typing import Final

from packshot.errors import PlanError
from packshot.experiment import Plan, read_plan
from packshot.experiment.yaml_lines import line_of, read_yaml

BYTES_MAX: Final = 200_000


def uploaded_plan(data: bytes, name: str) -> Plan:
    """The plan. Raises PlanError with file, line, key, expected and got; also where it is no text or too long."""
    if len(data) > BYTES_MAX:
        raise PlanError("plan.invalid", f"{name}: too large a plan", expected="at most 200 kB", got=f"{len(data)} B")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PlanError(
            "plan.invalid", f"{name}: no text", expected="a YAML file in UTF-8", got="other bytes"
        ) from error
    _check_tables(text, name)
    return read_plan(text, name)


def _check_tables(text: str, name: str) -> None:
    """A table's file is on the sender's machine, or on this one, where it is nobody's to read."""
    value, lines = read_yaml(text, name)
    for key in ("products", "prompts"):
        named = value.get(key) if isinstance(value, dict) else None
        if isinstance(named, str):
            raise PlanError(
                "plan.invalid",
                f"{name}, line {line_of((key,), lines)}: {key} in a file of its own",
                expected="the rows themselves in the plan",
                got=named[:200],
                hint="run such a plan by `packshot experiment run`, or write its rows into the plan",
            )

"""Reads YAML and remembers on which line each key stands, so that a mistake can be pointed at."""

from __future__ import annotations

from typing import Any

import yaml

from packshot.errors import PlanError

Path = tuple[str | int, ...]
Lines = dict[Path, int]
DEPTH_MAX = 20
NODES_MAX = 200_000
"""Far more than any plan: aliases that multiply, or contain themselves, end here."""


def read_yaml(text: str, name: str) -> tuple[Any, Lines]:
    """The value, and for each path into it its line (from 1). Raises PlanError on what is no YAML."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except RecursionError as error:
        raise PlanError("plan.invalid", f"{name}: nested too deeply for a plan") from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise _no_yaml(text, name, line, str(error.problem)) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _no_yaml(text, name, line, f"a character that is not allowed (number {error.character})") from error
    except yaml.YAMLError as error:
        raise PlanError("plan.invalid", f"{name}: not YAML: {error}") from error
    lines: Lines = {(): 1}
    if node is None:
        return None, lines
    return _value(node, (), lines, name), lines


def _no_yaml(text: str, name: str, line: int, problem: str) -> PlanError:
    written = [*text.split("\n"), ""][line - 1].strip()
    return PlanError(
        "plan.invalid",
        f"{name}, line {line}: not YAML: {problem}",
        expected="YAML, indented by spaces",
        got=repr(written)[:120] if written else "the end of what is written",
        hint="check indentation, colons, quotes",
    )


def _value(node: yaml.Node, path: Path, lines: Lines, name: str) -> Any:
    line = node.start_mark.line + 1
    if len(path) > DEPTH_MAX or len(lines) > NODES_MAX:
        raise PlanError("plan.invalid", f"{name}, line {line}: nested too deeply, or too large, for a plan")
    lines.setdefault(path, line)
    if isinstance(node, yaml.MappingNode):
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else str(key_node.start_mark)
            line = key_node.start_mark.line + 1
            if key in mapping:
                raise PlanError("plan.invalid", f"{name}, line {line}: {key!r} stands twice", expected="each key once")
            lines[(*path, key)] = line
            mapping[key] = _value(value_node, (*path, key), lines, name)
        return mapping
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*path, position), lines, name) for position, item in enumerate(node.value)]
    try:
        return yaml.SafeLoader("").construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError) as error:
        raise PlanError(
            "plan.invalid",
            f"{name}, line {line}: not a value",
            expected="a number, text, true or false",
            got=node.value,
        ) from error


def line_of(path: Path, lines: Lines) -> int:
    """The line of a path, or of the nearest thing around it."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)

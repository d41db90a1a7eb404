"""Renders `docs/commands.md` from the commands themselves (`make docs`); a test holds them together."""

from __future__ import annotations

import inspect
import re
import sys
from typing import Any

import typer

HEAD = """# Commands

Made by `make docs` from the commands' own help; a test fails where both differ.

Exit codes: 0 done · 1 the work failed · 2 wrong use · 3 a negative verdict (`replay`, `check`, `verify`,
`audit`) · 130 interrupted.
With `--json`, results are `{"schema": "packshot.<noun>/1", "data": …}` on stdout and errors
`{"error": {"code", "message", "expected", "got", "hint"}}` on stderr.
"""


def render_reference(command: Any) -> str:
    """Markdown for a root command and all below it."""
    parts = [HEAD, "## Global options\n", _options(command)]
    for path, child in sorted(_commands(command, [])):
        parts.append(f"## packshot {path}\n")
        parts.append(f"{_words(child.help)}\n")
        parts.append(_options(child))
        examples = [line.strip() for line in (child.epilog or "").splitlines() if "packshot " in line]
        parts.append("```sh\n" + "\n".join(line.removeprefix("Example:").strip() for line in examples) + "\n```\n")
    return "\n".join(parts)


def _commands(command: Any, path: list[str]) -> list[tuple[str, Any]]:
    children = getattr(command, "commands", {})
    if not children:
        return [(" ".join(path), command)]
    return [found for name, child in children.items() for found in _commands(child, [*path, name])]


def _options(command: Any) -> str:
    rows = ["| | |", "| --- | --- |"]
    for parameter in command.params:
        if getattr(parameter, "hidden", False) or parameter.name == "help":
            continue
        names = (
            parameter.opts
            if parameter.param_type_name == "option"
            else [parameter.metavar or str(parameter.name).upper()]
        )
        default = parameter.show_default if isinstance(getattr(parameter, "show_default", None), str) else None
        if default is None and parameter.default not in (None, False, ...) and not callable(parameter.default):
            default = str(parameter.default)
        text = _words(getattr(parameter, "help", None))
        rows.append(f"| `{', '.join(names)}` | {text}{f' Default: {default}.' if default else ''} |")
    return "\n".join(rows) + "\n"


def _words(text: str | None) -> str:
    return re.sub(r"\s+", " ", inspect.cleandoc(text or "")).replace("|", "\\|")


def main() -> None:
    """Write the reference to stdout."""
    from packshot.cli import main as _all_commands  # noqa: F401
    from packshot.cli.app import app

    sys.stdout.write(render_reference(typer.main.get_command(app)))


if __name__ == "__main__":
    main()

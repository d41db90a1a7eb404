"""The documentation is tested: every command is in it, every line of the README parses, links lead somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from packshot.cli import main as _all_commands  # noqa: F401
from packshot.cli.app import app
from packshot.cli.reference import render_reference
from packshot.errors import CODES

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


def test_the_reference_is_what_the_commands_say() -> None:
    rendered = render_reference(typer.main.get_command(app))
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == rendered, "run `make docs`"


def snippets() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    return [line.split("#")[0].strip() for line in lines if line.startswith("packshot ")]


@pytest.mark.parametrize("line", snippets())
def test_every_command_of_the_readme_parses(line: str) -> None:
    command: Any = typer.main.get_command(app)
    arguments = shlex.split(line)[1:]
    context = command.make_context("packshot", list(arguments))
    while hasattr(command, "resolve_command"):
        name, command, arguments = command.resolve_command(context, [*context._protected_args, *context.args])
        context = command.make_context(name, list(arguments), parent=context)
    assert context.params


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_are_there(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), f"{page.name} points to {target}"


def test_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make (\w+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)


def test_every_error_code_that_is_raised_is_listed_and_the_other_way_round() -> None:
    files = [path for path in (ROOT / "src").rglob("*.py") if path.name != "errors.py"]
    source = "\n".join(path.read_text(encoding="utf-8") for path in files)
    raised = set(re.findall(r'(?:Error|Failure)\(\s*(?:code=)?"([a-z_.]+)"', source))
    assert raised <= set(CODES), raised - set(CODES)
    never = {code for code in CODES if f'"{code}"' not in source} - {"interrupted"}
    assert not never, f"listed and never raised: {sorted(never)}"

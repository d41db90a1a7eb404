"""The documentation is tested: every command is in it, every line of the README runs, links lead somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import numpy as np
import pytest
import typer
from PIL import Image

from packshot.cli.app import app
from packshot.cli.main import run
from packshot.cli.reference import render_reference
from packshot.errors import CODES

ROOT = Path(__file__).resolve().parents[2]
SERVER = "packshot app"
"""Runs until it is stopped; `tests/e2e/studio` starts it."""

PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


def test_the_reference_is_what_the_commands_say() -> None:
    rendered = render_reference(typer.main.get_command(app))
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == rendered, "run `make docs`"


def snippets() -> list[str]:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    commands = [line.split("#")[0].strip() for line in lines if line.startswith("packshot ")]
    return [line for line in commands if line != SERVER]


def test_every_command_of_the_readme_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In their order, with the fake engine, in a folder with a photo of the name that they use."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PACKSHOT_DEVICE", "cpu")
    monkeypatch.setenv("PACKSHOT_READ_TEXT", "no")
    photo = np.full((300, 300, 3), 246, np.uint8)
    photo[80:240, 90:210] = (170, 40, 50)
    Image.fromarray(photo).save("photo.jpg", quality=95)
    assert len(snippets()) >= 6
    for line in snippets():
        code = run(["--engine", "fake", *shlex.split(line)[1:]])
        assert code == 0, (line, capsys.readouterr().err)


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

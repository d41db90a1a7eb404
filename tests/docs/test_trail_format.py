"""The trail's format is public: the program in docs/review.md verifies an export, and finds what was changed in it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from packshot.result import Decision
from packshot.workflow import Workbench, export_trail, review_picture
from tests.channels.pictures import rectangle
from tests.workflow.conftest import bench, open_bench  # noqa: F401
from tests.workflow.test_review import make

PAGE = Path(__file__).resolve().parents[2] / "docs" / "review.md"


def verified(trail: Path) -> subprocess.CompletedProcess[str]:
    (program,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return subprocess.run([sys.executable, "-c", program, str(trail)], capture_output=True, text=True, check=False)


@pytest.fixture
def trail(bench: Workbench, tmp_path: Path) -> Path:  # noqa: F811
    run = make(bench, rectangle(600, 600, 80))
    review_picture(bench, run.id, Decision.APPROVE, "Ada", 'schön: "\u2028"\t\\', "ebay")
    review_picture(bench, run.id, Decision.REJECT, "Bob", "a third strap", "ebay")
    path = tmp_path / "trail.jsonl"
    assert export_trail(bench, path) == 3
    answer = verified(path)
    assert answer.stdout.strip() == bench.store.audit().head, answer.stderr
    return path


@pytest.mark.parametrize(
    ("change", "row"),
    [
        (lambda lines: [lines[0], lines[1].replace("Ada", "Eve"), lines[2]], 2),
        (lambda lines: [lines[0], lines[2]], 2),
        (lambda lines: lines[1:], 1),
        (lambda lines: [lines[0], lines[0], *lines[1:]], 2),
        (lambda lines: [lines[0], lines[1].replace('"kind":"review"', '"kind":"release"'), lines[2]], 2),
    ],
)
def test_the_program_of_the_page_finds_every_change(trail: Path, change: object, row: int) -> None:
    with trail.open(encoding="utf-8") as file:
        lines = file.readlines()
    trail.write_text("".join(change(lines)), encoding="utf-8")  # type: ignore[operator]
    answer = verified(trail)
    assert (answer.returncode, answer.stderr.strip()) == (1, f"row {row} does not fit")

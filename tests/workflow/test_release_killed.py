"""A process that is killed while it releases: the next call goes on from what the audit trail says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from packshot.workflow import Workbench, review_picture, trail_of
from tests.workflow.releases import approved, everything, listed, pictures, release
from tests.workflow.test_review import REJECT

PROGRAM = """
import os, sys
from pathlib import Path
from packshot import wiring
from packshot.settings import Settings
from packshot.workflow import ReleaseRequest, release_pictures, {module}

workspace, out, run = sys.argv[1:]
before = {module}.{function}

def killed(*arguments, **options):
    {call}
    os._exit(9)

{module}.{function} = killed
settings = Settings(workspace=Path(workspace), device="cpu", threads=1, offline=True, output=Path(workspace))
with wiring.open_workbench(settings, engine="fake") as bench:
    release_pictures(bench, ReleaseRequest("ebay", Path(out), "Bob", runs=(run,), skus={{run: "MUG"}}))
"""
BEFORE, AFTER = "pass", "before(*arguments, **options)"


def kill(bench: Workbench, out: Path, run: str, module: str, function: str, call: str) -> None:
    program = PROGRAM.format(module=module, function=function, call=call)
    workspace = str(bench.settings.workspace)
    done = subprocess.run(
        [sys.executable, "-c", program, workspace, str(out), run], capture_output=True, text=True, check=False
    )
    assert done.returncode == 9, done.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "function", "call", "recorded", "named"),
    [
        ("release_one", "record_release", BEFORE, False, False),
        ("release_one", "record_release", AFTER, True, False),
        ("release_folder", "put_in_place", AFTER, True, True),
    ],
)
def test_the_next_call_finishes_it(
    bench: Workbench, tmp_path: Path, module: str, function: str, call: str, recorded: bool, named: bool
) -> None:
    run, out = approved(bench), tmp_path / "shop"
    kill(bench, out, run.id, module, function, call)
    left = [name for name in everything(out) if name != "MUG.jpg"]
    assert [name.endswith(".releasing") for name in left] == ([] if named else [True])
    assert len(trail_of(bench, run.id).releases) == recorded
    done = release(bench, out, run, skus={run.id: "MUG"})
    assert (len(done.released), len(done.already)) == ((0, 1) if recorded else (1, 0))
    assert pictures(out) == ["MUG.jpg"]
    assert [row["file"] for row in listed(out)] == ["MUG.jpg"]
    assert listed(out)[0]["head"] == bench.store.audit().head
    assert len(trail_of(bench, run.id).releases) == 1
    assert ("stopped" in " ".join(done.notes)) is recorded


@pytest.mark.slow
def test_what_was_rejected_meanwhile_is_not_finished(bench: Workbench, tmp_path: Path) -> None:
    run, other, out = approved(bench), approved(bench, 2), tmp_path / "shop"
    kill(bench, out, run.id, "release_one", "record_release", AFTER)
    review_picture(bench, run.id, REJECT, "Eve", "a third handle", "ebay")
    release(bench, out, other, skus={other.id: "CUP"})
    assert pictures(out) == ["CUP.jpg"]

"""`packshot lock` as a person calls it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.workflow.test_lock import photo_of

Call = Callable[..., Any]


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return photo_of(tmp_path / "mug.png")


def test_on_white_with_the_engine_of_this_machine(call: Call, photo: Path, tmp_path: Path) -> None:
    answer = call(
        "lock", str(photo), "--background", "white", "--out", str(tmp_path / "w.png"), "--json", engine="local"
    )
    assert answer.code == 0, answer.err
    assert answer.data["result"]["provenance"]["lock"]["core_difference"] == 0
    assert answer.data["resolved"]["intent"]["model"]["family"] == "compositor"
    assert (tmp_path / "w.png").is_file()
    replayed = call("replay", str(tmp_path / "w.png"), "--json", engine="local")
    assert replayed.code == 0
    assert replayed.data["verdict"]["sameness"] == "identical"


def test_people_see_the_mask_and_the_place(call: Call, photo: Path) -> None:
    answer = call("lock", str(photo), "--background", "white", "--shadow", "none")
    assert answer.code == 0, answer.err
    assert "white, shadow none, at " in answer.out
    assert "plain-background/2" in answer.out
    assert "prompt" not in answer.out


def test_a_folder(call: Call, photo: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.jpg").write_bytes(b"")
    answer = call("lock", str(tmp_path), "--background", "white", "--out", "white", "--json", engine="local")
    assert answer.code == 1
    assert answer.data["failed"] == 1
    assert [entry["error"] is None for entry in answer.data["pictures"]] == [False, True]
    assert Path("white/mug.png").is_file()
    shown = call("lock", str(tmp_path), "--background", "white", "--out", "white", engine="local")
    assert "0 made, 1 there already, 1 without a picture" in shown.out


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--background", "beach"], "spec.invalid"),
        (["--background", "white", "--shadow", "long"], "spec.invalid"),
        (["--background", "white", "--placement", "5"], "spec.placement"),
        (["--background", "white", "--steps", "5"], "spec.lock"),
    ],
)
def test_what_is_wrong_is_said(call: Call, photo: Path, options: list[str], code: str) -> None:
    answer = call("lock", str(photo), *options, "--json")
    assert answer.code == 2
    assert answer.error["code"] == code

"""Files are there whole or not at all, and what a killed process left is cleaned away."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from packshot.metadata import put_in_place, sweep_temporaries


def test_what_a_killed_process_left_is_swept(tmp_path: Path) -> None:
    code = "import os; print(os.getpid())"
    gone = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    left = tmp_path / f".mug.png.{gone}.0011aabb.tmp"
    mine = tmp_path / f".mug.png.{os.getpid()}.0011aabb.tmp"
    other = tmp_path / ".somebody.tmp"
    for path in (left, mine, other):
        path.write_bytes(b"half")
    assert sweep_temporaries(tmp_path) == 1
    assert not left.exists()
    assert mine.exists()
    assert other.exists()
    assert sweep_temporaries(tmp_path / "nowhere") == 0


def test_a_name_is_given_over_nothing(tmp_path: Path) -> None:
    whole, name, elsewhere = tmp_path / ".whole", tmp_path / "mug.png", tmp_path / "elsewhere"
    whole.write_bytes(b"new")
    name.symlink_to(elsewhere)
    with pytest.raises(FileExistsError):
        put_in_place(whole, name)
    assert (whole.read_bytes(), name.is_symlink(), elsewhere.exists()) == (b"new", True, False)
    name.unlink()
    put_in_place(whole, name)
    assert (name.read_bytes(), whole.exists()) == (b"new", False)


def test_without_hard_links_nothing_is_overwritten_either(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr("os.link", no_links)
    whole, name = tmp_path / ".whole", tmp_path / "mug.png"
    whole.write_bytes(b"new")
    name.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        put_in_place(whole, name)
    assert name.is_symlink()
    name.unlink()
    put_in_place(whole, name)
    assert (name.read_bytes(), whole.exists()) == (b"new", False)

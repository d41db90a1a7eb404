"""Files are there whole or not at all, and what a killed process left is cleaned away."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from packshot.metadata import sweep_temporaries


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

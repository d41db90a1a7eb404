"""Calls the command line in this process, on a workspace and a tiny model of the test's own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from packshot.cli.main import run
from packshot.cli.output import console, error_console


@dataclass
class Called:
    """Exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The `data` of the JSON on stdout."""
        return json.loads(self.out)["data"]

    @property
    def error(self) -> dict[str, Any]:
        """The error of the JSON on stderr."""
        return json.loads(self.err.strip().splitlines()[-1])["error"]


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], no_instruments: None
) -> Callable[..., Called]:
    """`call("runs", "list")` in a temporary folder with the fake engine."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PACKSHOT_DEVICE", "cpu")

    def called(*arguments: str, engine: str = "fake") -> Called:
        console.cache_clear()
        error_console.cache_clear()
        capsys.readouterr()
        code = run(["--threads", "1", "--engine", engine, *arguments])
        captured = capsys.readouterr()
        return Called(code, captured.out, captured.err)

    return called

"""The progress of a model that is fetched: a bar in a terminal, one line elsewhere, nothing with JSON."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from packshot.cli import fetching
from packshot.cli.fetching import FetchProgress
from packshot.models import Fetch


def shown(monkeypatch: pytest.MonkeyPatch, *fetches: Fetch, terminal: bool, quiet: bool = False) -> str:
    stream = io.StringIO()
    target = Console(file=stream, force_terminal=terminal, width=120, color_system=None)
    monkeypatch.setattr(fetching, "error_console", lambda: target)
    progress = FetchProgress(quiet=quiet)
    for fetch in fetches:
        progress(fetch)
    progress.stop()
    return stream.getvalue()


STEPS = tuple(Fetch("owner/name", done, 4_000_000_000) for done in (1_000_000_000, 2_000_000_000, 4_000_000_000))


def test_elsewhere_one_line_names_repository_and_size(monkeypatch: pytest.MonkeyPatch) -> None:
    told = shown(monkeypatch, *STEPS, STEPS[-1], terminal=False)
    assert told == "fetching owner/name: 4.0 GB from the hub, 25% here from before\n"


def test_a_terminal_has_a_bar_with_bytes_and_time(monkeypatch: pytest.MonkeyPatch) -> None:
    told = shown(monkeypatch, *STEPS[:2], terminal=True)
    assert "2.0/4.0 GB" in told
    assert "time left" in told


def test_json_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(monkeypatch, *STEPS, terminal=True, quiet=True) == ""


def test_two_models_are_two_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    told = shown(monkeypatch, *STEPS, Fetch("owner/other", 0, 5_000_000), terminal=False)
    assert told.splitlines()[1] == "fetching owner/other: 5.0 MB from the hub"

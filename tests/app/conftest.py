"""A studio of its own for a test: the fake engine, no instruments, a workspace in a temporary folder."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner

from packshot.app.access import close_studio, stand_guard, studio
from packshot.service import Service


@pytest.fixture(scope="session", autouse=True)
def scanned_once() -> Iterator[None]:
    """A server looks once for packages that bring components; AppTest does with each page: half a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(autouse=True)
def guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    """As behind the gate, which a page without a server has not. No engine is made ready that no test asks for."""
    monkeypatch.setenv("PACKSHOT_WARM_UP", "no")
    stand_guard()


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_instruments: None) -> Iterator[Service]:
    """The service that the pages under test use too."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PACKSHOT_WORKSPACE", str(tmp_path / "ws"))
    monkeypatch.setenv("PACKSHOT_OUTPUT", str(tmp_path / "outputs"))
    monkeypatch.setenv("PACKSHOT_ENGINE", "fake")
    monkeypatch.setenv("PACKSHOT_DEVICE", "cpu")
    close_studio()
    yield studio()
    close_studio()

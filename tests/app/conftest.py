"""A studio of its own for a test: the fake engine, no instruments, a workspace in a temporary folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner

from packshot import wiring
from packshot.app.access import close_studio, stand_guard, studio
from packshot.evaluation import NO_INSTRUMENTS
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


Fill = Callable[[Service], object]


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Fill], Path]:
    """`filled(fill)`: a folder whose workspace a function has filled, once for all tests that begin with a copy."""

    @cache
    def made(fill: Fill) -> Path:
        folder = tmp_path_factory.mktemp("filled")
        names = {"WORKSPACE": folder / "ws", "OUTPUT": folder / "outputs", "DEVICE": "cpu", "WARM_UP": "no"}
        settings = wiring.read(environ={f"PACKSHOT_{name}": str(value) for name, value in names.items()})
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                "packshot.wiring.workbench.instruments_of", lambda _settings, _catalogue: lambda _model: NO_INSTRUMENTS
            )
            with wiring.open_service(settings, engine="fake") as service:
                fill(service)
        return folder

    return made


@pytest.fixture
def before() -> Path | None:
    """What the studio of a test begins with; files of tests that begin with the same give a folder of `filled`."""
    return None


@pytest.fixture
def service(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_instruments: None, before: Path | None
) -> Iterator[Service]:
    """The service that the pages under test use too."""
    if before is not None:
        shutil.copytree(before, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PACKSHOT_WORKSPACE", str(tmp_path / "ws"))
    monkeypatch.setenv("PACKSHOT_OUTPUT", str(tmp_path / "outputs"))
    monkeypatch.setenv("PACKSHOT_ENGINE", "fake")
    monkeypatch.setenv("PACKSHOT_DEVICE", "cpu")
    close_studio()
    yield studio()
    close_studio()

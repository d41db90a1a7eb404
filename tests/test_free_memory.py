"""What a process may still take: the system's figure, or a container's where that is less."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from packshot.free_memory import free_memory_bytes
from packshot.settings import read_settings


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with 1000 bytes available and 100 of swap free."""
    memory = psutil.virtual_memory()._replace(available=1000)
    swap = psutil.swap_memory()._replace(free=100)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    monkeypatch.setattr(psutil, "swap_memory", lambda: swap)


def group(folder: Path, **numbers: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in numbers.items():
        (folder / f"memory.{name.replace('_', '.')}").write_text(f"{value}\n")


def free(tmp_path: Path, membership: str = "0::/a/b\n") -> int:
    (tmp_path / "own").write_text(membership)
    return free_memory_bytes(tmp_path / "groups", tmp_path / "own")


def test_without_control_groups_the_system_counts(tmp_path: Path) -> None:
    assert free_memory_bytes(tmp_path / "groups", tmp_path / "nothing") == 1100
    assert free(tmp_path) == 1100
    assert free(tmp_path, "5:memory:/old\n") == 1100


def test_the_lowest_limit_above_the_process_counts(tmp_path: Path) -> None:
    group(tmp_path / "groups" / "a" / "b", max="max", current=10)
    group(tmp_path / "groups" / "a", max=500, current=200)
    assert free(tmp_path) == 300 + 100
    group(tmp_path / "groups", max=250, current=240)
    assert free(tmp_path) == 10 + 100
    group(tmp_path / "groups", max=5000, current=240)
    assert free(tmp_path) == 300 + 100


def test_cached_files_are_given_back_and_swap_has_its_own_limit(tmp_path: Path) -> None:
    group(tmp_path / "groups" / "a" / "b", max=500, current=450, stat="anon 100\nactive_file 30\ninactive_file 300")
    assert free(tmp_path) == 380 + 100
    group(tmp_path / "groups" / "a" / "b", swap_max=0, swap_current=0)
    assert free(tmp_path) == 380
    group(tmp_path / "groups" / "a" / "b", max="nonsense")
    assert free(tmp_path) == 1000


def test_settings_read_it_once(tmp_path: Path) -> None:
    found = read_settings({}, workspace=tmp_path, device="cpu").memory_bytes
    assert found is not None
    assert 0 <= found <= 1100

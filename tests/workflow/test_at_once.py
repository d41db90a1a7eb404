"""How many photos are at work at once."""

from __future__ import annotations

import pytest

from packshot.workflow.at_once import photos_at_once


@pytest.mark.parametrize(
    ("threads", "cores", "photos"), [(1, 8, 1), (2, 2, 3), (4, 2, 3), (2, 8, 3), (8, 8, 9), (4, None, 1), (0, 4, 1)]
)
def test_one_more_than_cores(threads: int, cores: int | None, photos: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert photos_at_once(threads) == photos

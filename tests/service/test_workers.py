"""What a job's thread leaves in the log when something goes wrong that nobody expected."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from packshot.engine import Event, FakeEngine
from packshot.errors import EngineError, PackshotError
from packshot.log import LOG_NAME, open_log
from packshot.result import JobState
from packshot.spec import Spec
from tests.service.conftest import finished

SECRET = "a secret teapot"


class Quoting(FakeEngine):
    """Fails with an error whose words are what was asked for."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self._error = error

    def step(self) -> list[Event]:
        try:
            raise ValueError(f"refused: {SECRET}")
        except ValueError as cause:
            raise self._error from cause


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (RuntimeError(f"cannot make {SECRET}"), "RuntimeError"),
        (EngineError("engine.failed", f"cannot make {SECRET}", got=SECRET), "engine.failed"),
    ],
    ids=["unexpected", "ours"],
)
def test_a_failed_job_is_named_and_not_quoted(
    open_service: Callable, tmp_path: Path, error: Exception, name: str
) -> None:
    handler = open_log(tmp_path / "logs")
    try:
        with open_service(Quoting(error)) as service:
            view = finished(service, service.make([Spec(prompt=SECRET, steps=1, width=64, height=64)]))
    finally:
        logging.getLogger("packshot").removeHandler(handler)
        handler.close()
    assert view.job.state is JobState.FAILED
    assert view.job.failure is not None
    assert SECRET in view.job.failure.message, "who asked is told"
    log = (tmp_path / "logs" / LOG_NAME).read_text(encoding="utf-8")
    assert f"job {view.job.id} failed" in log
    assert name in log
    assert "ValueError" in log
    assert ("test_workers.py" in log) or isinstance(error, PackshotError)
    assert SECRET not in log

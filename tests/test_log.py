"""The log names errors and their places, and quotes nothing that a person wrote."""

from __future__ import annotations

import errno
import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pydantic
import pytest

from packshot.errors import StoreError
from packshot.log import LOG_NAME, open_log, trace_of
from packshot.result import Job, JobKind, JobState, Priority
from packshot.spec import Spec
from packshot.store import SqlStore, open_store

SECRET = "a secret teapot"
LOG = logging.getLogger("packshot.test")


@pytest.fixture
def lines(tmp_path: Path) -> Iterator[Callable[[], list[dict[str, str]]]]:
    """What stands in a log that is open."""
    handler = open_log(tmp_path / "logs")
    yield lambda: [json.loads(line) for line in (tmp_path / "logs" / LOG_NAME).read_text("utf-8").splitlines()]
    logging.getLogger("packshot").removeHandler(handler)
    handler.close()


def refused() -> None:
    Spec.model_validate({"prompt": SECRET, "seed": SECRET})


def caught(action: Callable[[], object]) -> Exception:
    try:
        action()
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def test_a_trace_has_kinds_and_places_alone(lines: Callable[[], list[dict[str, str]]]) -> None:
    error = caught(refused)
    assert isinstance(error, pydantic.ValidationError)
    assert SECRET in str(error)
    LOG.error("it failed: %s", error, exc_info=error)
    (line,) = lines()
    assert line["message"] == "it failed: ValidationError"
    assert "test_log.py" in line["trace"]
    assert "refused" in line["trace"]
    assert SECRET not in json.dumps(line)


def test_what_led_to_an_error_is_named_first(lines: Callable[[], list[dict[str, str]]]) -> None:
    def fail() -> None:
        try:
            raise OSError(errno.ENOSPC, SECRET)
        except OSError as error:
            raise StoreError("store.full", SECRET, got=SECRET) from error

    LOG.warning("no room", exc_info=caught(fail))
    trace = lines()[0]["trace"]
    assert trace.index("OSError ENOSPC") < trace.index("StoreError store.full")
    assert SECRET not in trace


def test_groups_and_circles_come_to_an_end() -> None:
    inner = caught(refused)
    group = ExceptionGroup(SECRET, [inner, ValueError(SECRET)])
    inner.__context__, group.__context__ = group, inner
    trace = trace_of(group)
    assert "ExceptionGroup" in trace
    assert "in it: " in trace
    assert SECRET not in trace


def test_a_row_that_cannot_be_written_is_not_quoted(tmp_path: Path, lines: Callable[[], list[dict[str, str]]]) -> None:
    with opened(tmp_path) as store:
        store.add_job(job())
        error = caught(lambda: store.add_job(job()))  # the same id again
    assert isinstance(error, StoreError)
    assert SECRET not in str(error)
    assert SECRET not in str(error.__cause__)
    LOG.error("not written: %s", error, exc_info=error)
    (line,) = lines()
    assert "IntegrityError SQLITE_CONSTRAINT_PRIMARYKEY" in line["trace"]
    assert SECRET not in json.dumps(line)


def test_a_folder_that_cannot_be_written_leaves_stderr(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "logs").write_bytes(b"no folder")
    handler = open_log(tmp_path / "logs")
    try:
        LOG.info("nothing of importance")
        LOG.error("it failed", exc_info=caught(refused))
    finally:
        logging.getLogger("packshot").removeHandler(handler)
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["message"] == "it failed"
    assert SECRET not in line


def opened(folder: Path) -> SqlStore:
    return open_store(folder, now=lambda: datetime(2026, 1, 1, tzinfo=UTC), random_bytes=bytes, owner="here:1:1.0")


def job() -> Job:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return Job(
        id="01KDS3V6V9GQ0M2M4J7ZB3WJ4C",
        kind=JobKind.PICTURES,
        state=JobState.QUEUED,
        title=SECRET,
        request={"specs": [{"prompt": SECRET}], "fresh": False},
        created_at=now,
        due_at=now,
        priority=Priority.INTERACTIVE,
    )

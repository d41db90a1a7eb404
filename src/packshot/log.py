"""The workspace's log: rotating JSON lines, without prompts and secrets.

An error is named and placed, never quoted: its words may hold what was asked for (a validation shows the value that it
refuses, a database driver the row that it could not write). The record of a failed job or run keeps them.
"""

from __future__ import annotations

import errno
import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from packshot.errors import PackshotError

LOG_NAME = "packshot.jsonl"
MAX_BYTES = 1_000_000
BACKUPS = 3


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and the trace where there is one.

    An error among the arguments of a message is named there, whatever its words are.
    """

    def format(self, record: logging.LogRecord) -> str:
        """A record as one line."""
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
        }
        if record.exc_info and record.exc_info[1] is not None:
            entry["trace"] = trace_of(record.exc_info[1])
        return json.dumps(entry, ensure_ascii=False)


def open_log(folder: Path) -> logging.Handler:
    """Send the package's log to `folder`; where it cannot be written, what matters of it goes to stderr instead."""
    handler: logging.Handler
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / LOG_NAME, maxBytes=MAX_BYTES, backupCount=BACKUPS, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.StreamHandler(sys.stderr)
        handler.setLevel(logging.WARNING)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("packshot")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    return handler


def named(error: BaseException) -> str:
    """What kind of error it is, without its words: ours by its code, others by the number that their maker gives."""
    kind = type(error).__name__
    if isinstance(error, PackshotError):
        return f"{kind} {error.code}"
    number = errno.errorcode.get(error.errno or 0) if isinstance(error, OSError) else None
    number = number or getattr(error, "sqlite_errorname", None) or getattr(error, "sqlstate", None)
    return f"{kind} {number}" if number else kind


def trace_of(error: BaseException) -> str:
    """The places of an error and of what led to it, the first cause first, without words and without lines of code.

    Of a group, the trace of each error in it.
    """
    return _trace(error, set())


def _trace(error: BaseException, seen: set[int]) -> str:
    told: list[str] = []
    now: BaseException | None = error
    while now is not None and id(now) not in seen:
        seen.add(id(now))
        told.append(_own_trace(now, seen))
        now = now.__cause__ or (None if now.__suppress_context__ else now.__context__)
    return "\nled to\n".join(reversed(told))


def _own_trace(error: BaseException, seen: set[int]) -> str:
    places = (f"{place.filename}:{place.lineno} {place.name}" for place in traceback.extract_tb(error.__traceback__))
    inside = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    return "\n".join([*places, named(error), *(f"in it: {_trace(one, seen)}" for one in inside)])


def _message(record: logging.LogRecord) -> str:
    if not isinstance(record.args, tuple):
        return record.getMessage()
    safe = tuple(named(value) if isinstance(value, BaseException) else value for value in record.args)
    return str(record.msg) % safe if safe else str(record.msg)

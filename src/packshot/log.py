"""The workspace's log: rotating JSON lines, without prompts."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

LOG_NAME = "packshot.jsonl"
MAX_BYTES = 1_000_000
BACKUPS = 3


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and the trace where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """A record as one line."""
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["trace"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def open_log(folder: Path) -> logging.Handler | None:
    """Send the package's log to `folder`. None where it cannot be written: work goes on without a log."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / LOG_NAME, maxBytes=MAX_BYTES, backupCount=BACKUPS, encoding="utf-8", delay=True
        )
    except OSError:
        return None
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("packshot")
    logger.setLevel(logging.INFO)
    logger.addHandler(handler)
    return handler

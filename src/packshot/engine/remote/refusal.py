"""What a server's status means: whether it is asked again, after how long, and else the error. Pure.

What a server says is passed on shortened, without the key: some servers repeat it.
"""

from __future__ import annotations

import json
import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

from packshot.errors import EngineError

KEYS: Final = "PACKSHOT_REMOTE_KEY, or OPENAI_API_KEY"
SHOWN: Final = 300
LONGEST_BACKOFF_S: Final = 30.0
PASSING: Final = frozenset({429, 500, 502, 503, 504})
"""Statuses that may be others a moment later. Also 5xx that no server should give is asked again: it costs seconds."""

LASTING: Final = frozenset({501, 505, 507})

_KEY: Final = re.compile(r"\b(sk|pk|hf|ps)[-_][\w*.-]{6,}")


def is_passing(status: int) -> bool:
    """Whether the same request may succeed a moment later."""
    return status in PASSING or (status > 500 and status not in LASTING)


def wait_s(retry_after: str | None, tried: int, backoff_s: float, now: datetime) -> float:
    """How long to wait after the try number `tried`: as the server says (seconds or a date), else twice as long each
    time."""
    asked = _read_after(retry_after, now)
    return asked if asked is not None else min(backoff_s * 2.0 ** (tried - 1), LONGEST_BACKOFF_S)


def refusal(status: int, body: bytes, *, place: str, key: str | None) -> EngineError:
    """The error of a status that is no success."""
    said = told(body, key)
    if status in (401, 403):
        return EngineError(
            "remote.key",
            f"{place} refuses the key" if key else f"{place} asks for a key",
            expected=f"a key in {KEYS}",
            got=said,
            hint="keys are read from the environment alone",
        )
    if status == 404:
        return EngineError(
            "remote.refused",
            f"{place} has no such route or model",
            expected="the address of the API with its version, and a name that its /models lists",
            got=said,
        )
    if 300 <= status < 400:
        return EngineError(
            "remote.refused", f"{place} sends requests elsewhere, which are not followed", got=f"status {status}"
        )
    if status == 429:
        return EngineError(
            "remote.busy", f"{place} has too much to do", got=said, hint="try again later, or with fewer --slots"
        )
    if status >= 500:
        return EngineError("remote.busy", f"{place} fails, also when it is asked again (status {status})", got=said)
    return EngineError("remote.refused", f"{place} refuses the request (status {status})", got=said)


def told(body: bytes, key: str | None) -> str | None:
    """The server's own words, on one line, None where there are none."""
    text = _message(body)
    if key:
        text = text.replace(key, "…")
    text = " ".join(_KEY.sub("…", text).split())
    text = "".join(letter for letter in text if letter.isprintable())
    return (text if len(text) <= SHOWN else f"{text[: SHOWN - 1]}…") or None


def _message(body: bytes) -> str:
    """`error.message` as OpenAI has it, `detail` or `message` as others do, else the text."""
    text = body.decode("utf-8", "replace")
    try:
        answer: Any = json.loads(text)
    except (ValueError, RecursionError):
        return text
    error = answer.get("error", answer) if isinstance(answer, dict) else answer
    if isinstance(error, dict):
        found = next((error[name] for name in ("message", "detail") if error.get(name)), text)
        return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    return str(error)


def _read_after(text: str | None, now: datetime) -> float | None:
    if text is None:
        return None
    if re.fullmatch(r"\d{1,7}(\.\d{1,6})?", text.strip(), re.ASCII):
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, (until - now).total_seconds()) if until.tzinfo is not None else None

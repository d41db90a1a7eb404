"""What a setting may be, read from a flag, the environment or a file. All raise UsageError on a value that is none."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

from packshot.errors import UsageError
from packshot.settings.machine import find_device

SLOTS = (1, 2, 4, 8, 16, 32)
"""How many runs a denoiser call may hold: few shapes, since each is other kernels and other last bits."""


def device(value: Any) -> str:
    """cpu, cuda, cuda:N or mps; found where it is auto, or nobody says."""
    if value is None or value == "auto":
        return find_device()
    if isinstance(value, str) and re.fullmatch(r"cpu|mps|cuda(:\d+)?", value):
        return value
    raise UsageError("settings.invalid", "no such device", expected="auto, cpu, cuda, cuda:N or mps", got=str(value))


def word(key: str, value: Any, words: tuple[str, ...]) -> str:
    """One of the words, the first where nobody says."""
    if value is None:
        return words[0]
    if value in words:
        return str(value)
    raise UsageError("settings.invalid", f"no such {key}", expected=", ".join(words), got=str(value))


def text(key: str, value: Any) -> str | None:
    """Any text."""
    if value is None or isinstance(value, str):
        return value
    raise UsageError("settings.invalid", f"{key} must be a text", expected="text", got=repr(value))


def address(key: str, value: Any, beginnings: tuple[str, ...]) -> str | None:
    """Not repeated where it is none: it may hold a password."""
    if not value:
        return None
    if not isinstance(value, str) or not value.startswith(beginnings):
        raise UsageError(
            "settings.invalid",
            f"no such address of {key}",
            expected=f"{beginnings[0]}…",
            got=value.partition("://")[0] + "://…" if isinstance(value, str) and "://" in value else "something else",
            hint="leave it out for what lies in the workspace",
        )
    return value


def price(value: Any) -> float | None:
    """A finite number, 0 or more."""
    if value is None:
        return None
    try:
        price = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        price = math.nan
    if not math.isfinite(price) or price < 0:
        raise UsageError(
            "settings.invalid", "price_per_hour must be a number", expected="0 or more, such as 1.20", got=str(value)
        )
    return price


def short_text(key: str, value: Any) -> str:
    """Ten characters at most, empty where nobody says."""
    if value is None or (isinstance(value, str) and len(value) <= 10 and value.isprintable()):
        return value or ""
    raise UsageError("settings.invalid", f"{key} must be a short text", expected="such as EUR", got=str(value))


def hosts(value: Any) -> tuple[str, ...]:
    """`a.example, b.example:8443`, or a list of such."""
    if value is None:
        return ()
    named = value.split(",") if isinstance(value, str) else value
    hosts = [host.strip().lower() if isinstance(host, str) else "" for host in named] if isinstance(named, list) else []
    hosts = [host for host in hosts if host] if isinstance(value, str) else hosts
    if not hosts or not all(
        re.fullmatch(r"[a-z0-9_.-]+(:\d{1,5})?|\[?[0-9a-f:]+\]?(:\d{1,5})?", host) for host in hosts
    ):
        raise UsageError(
            "settings.invalid",
            "remote_hosts must be names of servers",
            expected="such as images.example.com, or images.example.com:8443",
            got=str(value)[:200],
        )
    return tuple(hosts)


def folder(key: str, value: Any) -> Path:
    """A folder, `~` resolved."""
    if not isinstance(value, str):
        raise UsageError("settings.invalid", f"{key} must be a folder's name", expected="text", got=repr(value))
    return Path(value).expanduser()


def file(key: str, value: Any) -> Path | None:
    """A file, `~` resolved; None where nobody says."""
    if not value:
        return None
    if not isinstance(value, str):
        raise UsageError("settings.invalid", f"{key} must be a file's name", expected="text", got=repr(value))
    return Path(value).expanduser()


def whole_number(key: str, value: Any) -> int | None:
    """1 or more; None where nobody says."""
    if value is None:
        return None
    number = int(value) if re.fullmatch(r"\d{1,6}", str(value)) and not isinstance(value, bool) else 0
    if number < 1:
        raise UsageError("settings.invalid", f"{key} must be a whole number", expected="1 or more", got=str(value))
    return number


def slots(number: int) -> int:
    """A number out of `SLOTS`."""
    if number not in SLOTS:
        raise UsageError(
            "settings.invalid", "no such number of slots", expected=", ".join(map(str, SLOTS)), got=str(number)
        )
    return number


def truth(key: str, value: Any) -> bool:
    """Yes or no; no where nobody says."""
    if value is None or isinstance(value, bool):
        return bool(value)
    word = str(value).strip().lower()
    if word in {"1", "true", "yes", "on"}:
        return True
    if word in {"", "0", "false", "no", "off"}:
        return False
    raise UsageError("settings.invalid", f"{key} must be yes or no", expected="1, true, 0, false", got=str(value))

"""Readable names for arms, out of what they change: `guidance_4`, `scheduler_DDIM`, `steps_15_guidance_4`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from pathlib import PurePath
from typing import Any, Final

from packshot.spec import LORA_DIGEST, Lora

LONGEST: Final = 40
"""Letters of one value. Names become files, with a product and a seed behind them."""


def arm_name(changes: Mapping[str, Any], taken: Collection[str]) -> str:
    """The name of an arm with these values, not one that is taken (names differ in more than their case)."""
    name = "_".join(f"{parameter}_{value_name(parameter, value)}" for parameter, value in changes.items())
    free, number = name, 2
    while free.casefold() in taken:
        free, number = f"{name}_{number}", number + 1
    return free


def value_name(parameter: str, value: Any) -> str:
    """A value as a part of a name."""
    if parameter == "loras":
        return _safe("_".join(map(_lora, value)))
    if parameter in ("source", "model"):
        return _safe(_place(str(value)))
    if isinstance(value, float):
        return f"{value:g}"
    return _safe(str(value))


def _lora(lora: Lora) -> str:
    digest = LORA_DIGEST.fullmatch(lora.path) is not None
    stem = lora.path.removeprefix("sha256:")[:12] if digest else PurePath(lora.path).stem
    return stem if lora.weight == 1 else f"{stem}_{lora.weight:g}"


def _place(text: str) -> str:
    """The last part of a path, without its ending; a digest's first digits; a packaged picture's own name."""
    if re.fullmatch(r"[0-9a-f]{64}", text):
        return text[:12]
    last = PurePath(text.removeprefix("builtin:"))
    return last.stem if last.suffix.lower() in (".png", ".jpg", ".jpeg", ".webp", ".safetensors") else last.name


def _safe(text: str) -> str:
    """DPM++ is DPMpp among people too; whatever else is no letter of a file name becomes `_`."""
    words: Sequence[str] = re.split(r"[^A-Za-z0-9.-]+", text.replace("+", "p"))
    name = ""
    for word in filter(None, words):
        longer = f"{name}_{word}" if name else word
        if len(longer) > LONGEST and name:
            break
        name = longer[:LONGEST]
    return name.strip(".-_") or "none"

"""A LoRA as a person names it: a file or its digest, and how strongly it acts. Reads no file."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import Field, model_validator

from packshot.errors import SpecError
from packshot.spec import defaults
from packshot.spec.frozen import Frozen

LORA_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
"""A LoRA file by the digest of its bytes, as a record pins it."""

_WITH_WEIGHT = re.compile(rf"(?P<path>.*\.safetensors|{LORA_DIGEST.pattern}):(?P<weight>.*)", re.IGNORECASE | re.DOTALL)


class Lora(Frozen):
    """`path` is a file of this machine, or the digest of one (`sha256:…`) that was used here or lies with the LoRAs.

    `weight` multiplies what it changes (1 as it was trained, 0 nothing). May be written as text, `FILE` or
    `FILE:WEIGHT`.
    """

    path: str
    weight: Annotated[float, Field(strict=True)] = defaults.LORA_WEIGHT

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        path, weight = split_weight(value)
        return {"path": path, "weight": weight}


def split_weight(text: str) -> tuple[str, float]:
    """`x.safetensors:0.8` → its path and weight. A colon within a path (`C:\\x.safetensors`) is part of it.

    Raises SpecError where what follows the file's ending is no number.
    """
    found = _WITH_WEIGHT.fullmatch(text)
    if found is None:
        return text, defaults.LORA_WEIGHT
    try:
        return found["path"], float(found["weight"])
    except ValueError:
        raise SpecError(
            "spec.lora.weight",
            f"no weight of a LoRA: {found['weight']!r}",
            expected="FILE.safetensors or FILE.safetensors:WEIGHT, such as brand.safetensors:0.8",
            got=text,
        ) from None

"""What a plan that came by HTTP may name: models that are offered, pictures and LoRAs by digest. Never a path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from packshot.api.model_names import check_model
from packshot.api.serving import Serving
from packshot.errors import PlanError
from packshot.experiment import Plan
from packshot.spec.lora import LORA_DIGEST

PICTURE: Final = re.compile(r"[0-9a-f]{64}|builtin:[A-Za-z0-9_-]{1,100}")


def check_plan(serving: Serving, plan: Plan) -> None:
    """Raise ModelError or PlanError where a plan looks into this machine."""
    for key, value in _named(plan.as_json()):
        if key == "model":
            check_model(serving, value)
        elif key == "source":
            check_source(value)
        elif LORA_DIGEST.fullmatch(value) is None:
            raise PlanError(
                "plan.invalid",
                "a LoRA by a path",
                expected="sha256: and the digest of one that was used here",
                got=value,
            )


def check_source(text: str | None) -> None:
    """Raise PlanError where a source is named by a path."""
    if text is not None and PICTURE.fullmatch(text) is None:
        raise PlanError(
            "plan.invalid",
            "a source by a path",
            expected="a picture's digest, or builtin:NAME",
            got=text[:200],
            hint="an edit by POST /v1/images/edits keeps its photo; the run's record has the digest",
        )


def _named(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every model, source and LoRA of a plan, wherever it stands."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _named(each, "lora" if key == "loras" and name == "path" else name)
    elif isinstance(value, list):
        for each in value:
            yield from _named(each, key)
    elif isinstance(value, str) and key in ("model", "source", "lora"):
        yield key, value

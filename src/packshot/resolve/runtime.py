"""Which runtime computes, and in which precision: as asked for, or by a short rule. Imports no torch.

The rule: of the runtimes that are here, the fastest whose pictures agree with the anchor (torch in float32) to
`AGREEMENT_DB` or better. Where `packshot doctor --bench` measured this model on this machine, both are its figures.
Where nobody measured, OpenVINO goes before torch on a CPU, in mixed precision where the model's card says that it
agrees, else in float32. One choice for a model, whatever the scheduler: an experiment that compares schedulers shall
not compare precisions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from packshot.errors import SpecError
from packshot.result import Bench, RuntimeMeasurement
from packshot.settings import AUTO, Settings
from packshot.spec import MIXED

AGREEMENT_DB: Final = 35.0
"""PSNR against the anchor from which a faster runtime may be the default."""

Candidate = tuple[str, str]
"""A runtime and a precision."""


@dataclass(frozen=True, slots=True)
class RuntimeChoice:
    """What computes, and the words that say why."""

    runtime: str
    precision: str
    reason: str


def asked(word: str | None) -> str | None:
    """What a person asked for: `auto` is nothing."""
    return None if word == AUTO else word


def candidates(settings: Settings) -> list[Candidate]:
    """Every runtime and precision of this machine, those first that are expected to be fastest."""
    if settings.device.startswith("cuda"):
        return [("torch", precision) for precision in ("float16", "bfloat16", "float32")]
    if settings.device != "cpu":
        return [("torch", precision) for precision in ("float32", "float16", "bfloat16")]
    found: list[Candidate] = [("torch", "float32"), ("torch", "bfloat16")]
    if settings.openvino is not None:
        found.insert(0, ("openvino", "float32"))
        if settings.bfloat16:
            found[:0] = [("openvino", "bfloat16"), ("openvino", MIXED)]
    return found


def choose_runtime(
    asked_runtime: str | None,
    asked_precision: str | None,
    settings: Settings,
    bench: Bench | None,
    card_db: Mapping[str, float] = MappingProxyType({}),
) -> RuntimeChoice:
    """Fill in what was not asked for (None). `bench` is what was measured of the model here, None for nothing.

    `card_db` is the agreement that the model's card tells, for where nothing was measured here.

    Raises SpecError on what cannot be had here.
    """
    fitting = _as_asked(asked_runtime, asked_precision, settings)
    if settings.device != "cpu":
        return RuntimeChoice(*fitting[0], f"the default on {settings.device}")
    if len(fitting) == 1:
        return RuntimeChoice(*fitting[0], "asked for")
    measured = {(entry.runtime, entry.precision): entry for entry in bench.measurements} if bench else {}
    agreeing = [entry for entry in fitting if asked_precision is not None or _agrees(entry, measured, card_db)]
    if all(entry in measured for entry in agreeing):
        fastest = min(agreeing, key=lambda entry: measured[entry].row_s)
        return RuntimeChoice(*fastest, f"the fastest measured here of those that agree to {AGREEMENT_DB:g} dB")
    return RuntimeChoice(*agreeing[0], "not measured here (packshot doctor --bench)")


def _as_asked(runtime: str | None, precision: str | None, settings: Settings) -> list[Candidate]:
    """The candidates that were asked for, at least one. Raises SpecError."""
    here = candidates(settings)
    names = sorted({entry[0] for entry in here})
    if runtime is not None and runtime not in names:
        missing = runtime == "openvino" and settings.device == "cpu"
        raise SpecError(
            "spec.runtime.unsupported",
            "OpenVINO is not installed here" if missing else f"no such runtime on {settings.device}",
            expected=", ".join((*names, AUTO)),
            got=runtime,
            hint="pip install openvino" if missing else None,
        )
    fitting = [entry for entry in here if runtime in (None, entry[0])]
    precisions = sorted({entry[1] for entry in fitting})
    if precision is not None and precision not in precisions:
        raise SpecError(
            "spec.precision.unsupported",
            f"no such precision with {runtime or 'any runtime'} on {settings.device}",
            expected=", ".join((*precisions, AUTO)),
            got=precision,
            hint="this processor has no bfloat16"
            if not settings.bfloat16 and precision in ("bfloat16", MIXED)
            else None,
        )
    return [entry for entry in fitting if precision in (None, entry[1])]


def _agrees(
    candidate: Candidate, measured: Mapping[Candidate, RuntimeMeasurement], card_db: Mapping[str, float]
) -> bool:
    """What was measured here is of a few pictures: where the card tells worse, that counts."""
    told = card_db.get("/".join(candidate))
    if candidate not in measured:
        return candidate[1] == "float32" or (told is not None and told >= AGREEMENT_DB)
    found = measured[candidate].psnr_db
    figures = [figure for figure in (found, told) if figure is not None]
    return min(figures, default=math.inf) >= AGREEMENT_DB

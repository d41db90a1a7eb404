"""Which failed runs are tried again when a plan is called again."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from packshot.errors import CODES, UsageError
from packshot.resolve import Order
from packshot.result import Run

LASTING: Final = frozenset({"picture.nan", "picture.blank", "picture.blocked", "picture.equal_to_source", "job.deadly"})
"""What the same run gives again: noise, weights and settings are the same, or it ended its process again and again.
All else may have been the day's: memory, the device, the disk, a killed process."""

ALL: Final = "all"


@dataclass(frozen=True, slots=True)
class Retry:
    """Failures by name that are tried again although they last; `everything` tries all."""

    codes: frozenset[str] = frozenset()
    everything: bool = False

    def again(self, failed: Run, order: Order) -> bool:
        """Whether a failed run is made again as `order`: once in each call.

        A failure that lasts is tried again where it is asked for, and where it is now made in another way.
        """
        code = failed.failure.code if failed.failure is not None else ""
        return self.everything or code in self.codes or code not in LASTING or _otherwise(failed, order)


def read_retry(names: Iterable[str]) -> Retry:
    """`--retry` as it was written: codes, their beginnings (`picture`), or `all`. Raises UsageError."""
    codes: set[str] = set()
    asked = list(names)
    for name in asked:
        found = {code for code in CODES if code == name or code.startswith(f"{name}.")}
        if name != ALL and not found:
            failures = sorted(code for code in CODES if code.startswith(("engine.", "job.", "picture.", "store.")))
            near = difflib.get_close_matches(name, [*CODES, ALL], n=1, cutoff=0.5)
            raise UsageError(
                "settings.invalid",
                f"no failure named {name!r}",
                expected=f"{ALL}, or one of {', '.join(failures)}",
                got=name,
                hint=f"did you mean {near[0]}?" if near else None,
            )
        codes |= found
    return Retry(frozenset(codes), ALL in asked)


def given_up_note(code: str) -> str:
    """What is said of failed runs that are left as they are."""
    return f"not tried again: {code} comes again where nothing else changes (--retry {code} tries it, --retry all all)"


def _otherwise(failed: Run, order: Order) -> bool:
    """Whether device, runtime, precision or memory mode are others than those that it failed with."""
    before, now = failed.resolved.execution, order.resolved.execution
    return (before.device, before.runtime, before.precision, before.memory) != (
        now.device,
        now.runtime,
        now.precision,
        now.memory,
    )

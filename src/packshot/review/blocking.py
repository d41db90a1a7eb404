"""What may stand against an approval besides a channel's rules: likeness, product lock, prompt policy, and so on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from packshot.result import Run


@dataclass(frozen=True, slots=True)
class Blocked:
    """One thing that stands against it: `rule` by a name that stays the same, `sentence` for a person."""

    rule: str
    sentence: str


class Blocker(Protocol):
    """Looks at a run that has a picture."""

    def __call__(self, run: Run, channel: str) -> Sequence[Blocked]:
        """Everything that stands against selling the run's picture there; nothing where all is well."""

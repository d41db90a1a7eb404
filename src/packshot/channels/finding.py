"""What measuring a rule found, before the rule's level and day turn it into a verdict."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """`met` is None where it could not be measured, and `sentence` then says why."""

    met: bool | None
    expected: str
    got: str | None
    sentence: str


def unknown(expected: str, why: str) -> Finding:
    """Nothing was measured."""
    return Finding(None, expected, None, f"Not checked: {why}.")

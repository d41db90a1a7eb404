"""How alike a picture has to be to its source to show the same product. Pure: limits and evidence in, checks out.

Knows neither pictures nor files. What is measured, and where from, says `packshot.evaluation.identity`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from packshot.evaluation.identity import COLOUR, NEW_TEXT, SHAPE, STRUCTURE, SURFACE, TEXT
from packshot.result import Check, CheckVerdict, Evidence
from packshot.spec import Frozen

Share = Annotated[float, Field(ge=0, le=1)]
Distance = Annotated[float, Field(gt=0, le=100)]
Percent = Annotated[float, Field(ge=0, le=100)]


class Limits(Frozen):
    """The least of what is better the higher it is, the most of what is better the lower it is. None: the next wider
    limits decide.

    `shape`, `structure` 0 to 1; `colour`, `surface` in CIEDE2000; `text` in per cent of letters; `new_text` in pieces.
    """

    shape: Share | None = None
    colour: Distance | None = None
    surface: Distance | None = None
    structure: Share | None = None
    text: Percent | None = None
    new_text: Annotated[int, Field(ge=0, le=100)] | None = None

    def over(self, wider: Limits) -> Limits:
        """These, and where they say nothing those of `wider`."""
        return wider.model_copy(update=self.model_dump(exclude_none=True))


DEFAULT: Final = Limits(shape=0.65, colour=7.0, surface=16.0, structure=0.9, text=80.0, new_text=0)
"""Set on renders whose truth is known: docs/identity.md."""

MEASURES: Final[Mapping[str, tuple[str, bool, str]]] = {
    SHAPE: ("shape", True, ""),
    COLOUR: ("colour", False, " ΔE00"),
    SURFACE: ("surface", False, " ΔE00"),
    STRUCTURE: ("structure", True, ""),
    TEXT: ("text", True, " %"),
    NEW_TEXT: ("new_text", False, " pieces"),
}
"""Of each evidence: the limit's name, whether more is better, and its unit in words."""

LIMITED: Final[Mapping[str, tuple[str, bool]]] = {
    name: (limit, more) for name, (limit, more, _unit) in MEASURES.items()
}
"""The limit of each evidence, and whether more is better."""

NEEDED: Final = (SHAPE, COLOUR, SURFACE, STRUCTURE)
"""Without these nobody knows whether it is the product. Text may be nowhere, or not be read at all."""

PRODUCT: Final = "identity: product"
"""The rule of which nothing can be said where no product can be told."""


class IdentityGate(Frozen):
    """Limits, whole, and whose they are. `learned_from` is how many approved pictures they were learned from."""

    limits: Limits = DEFAULT
    product: str | None = None
    whose: str = "the defaults"

    def judge(self, evidence: Sequence[Evidence]) -> IdentityVerdict:
        """One check for each measure that has evidence or is needed; one for all that are needed, where one reason
        stands before all of them."""
        found = {entry.name: entry for entry in evidence}
        untold = _untold([found.get(name) for name in NEEDED])
        told = [name for name in MEASURES if untold is None or name not in NEEDED]
        checks = [untold, *(_check(name, self.limits, found.get(name)) for name in told)]
        return IdentityVerdict(self, tuple(check for check in checks if check is not None))


@dataclass(frozen=True, slots=True)
class IdentityVerdict:
    """What the gate says: each check, and all together."""

    gate: IdentityGate
    checks: tuple[Check, ...]

    @property
    def verdict(self) -> CheckVerdict:
        """`fail` where one fails, `not checked` where one that is needed was not measured, else `pass`."""
        verdicts = {check.verdict for check in self.checks}
        return "fail" if "fail" in verdicts else "not checked" if "not checked" in verdicts else "pass"

    @property
    def against(self) -> tuple[Check, ...]:
        """What stands against it: what fails, and what nobody could check."""
        return tuple(check for check in self.checks if check.verdict in ("fail", "not checked"))


def _untold(needed: Sequence[Evidence | None]) -> Check | None:
    """The one reason why none of what is needed was measured; None where there are several, or was any."""
    reasons = {_reason(entry) for entry in needed}
    if len(reasons) != 1 or any(_is_measured(entry) for entry in needed):
        return None
    expected = "a product that stands out from its ground"
    return Check(rule=PRODUCT, expected=expected, got=None, verdict="not checked", sentence=reasons.pop())


def _is_measured(entry: Evidence | None) -> bool:
    return entry is not None and isinstance(entry.value, int | float)


def _reason(entry: Evidence | None) -> str:
    return "Not measured." if entry is None else entry.sentence


def _check(name: str, limits: Limits, entry: Evidence | None) -> Check | None:
    limit, more_is_better, unit = MEASURES[name]
    bound = getattr(limits, limit)
    expected = f"{bound:g}{unit} or {'more' if more_is_better else 'less'}"
    rule = f"identity: {limit.replace('_', ' ')}"
    if entry is None or not isinstance(entry.value, int | float):
        if name not in NEEDED:
            return None
        return Check(rule=rule, expected=expected, got=None, verdict="not checked", sentence=_reason(entry))
    holds = entry.value >= bound if more_is_better else entry.value <= bound
    return Check(
        rule=rule,
        expected=expected,
        got=f"{entry.value:g}{unit}",
        verdict="pass" if holds else "fail",
        sentence=entry.sentence,
    )

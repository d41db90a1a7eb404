"""Observations of experiments that never were: numbers with a known effect."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from packshot.experiment import Observation

BASE, ARM = "baseline", "guidance12"


def observation(
    arm: str,
    value: float,
    *,
    seed: int | None = 1,
    product: str | None = None,
    measure: str = "adherence",
    unit: str | None = None,
    against: str | None = "",
    change: tuple[tuple[str, str], ...] | None = None,
    settings: tuple[tuple[str, float], ...] = (),
    spec_hash: str | None = None,
) -> Observation:
    """One number; an arm other than the baseline is compared with it, and is called guidance 12."""
    if against == "":
        against = None if arm == BASE else BASE
    if change is None:
        change = () if arm == BASE else (("guidance", "12"),)
    return Observation(
        cell=f"{arm}_{product}_s{seed}",
        arm=arm,
        against=against,
        change=change,
        seed=seed,
        product=product,
        measure=measure,
        value=value,
        unit=unit,
        settings=settings,
        spec_hash=f"{arm}/{product}/{seed}" if spec_hash is None else spec_hash,
    )


def paired(
    differences: Iterable[float], *, levels: Callable[[int], float] = lambda _seed: 0.0, product: str | None = None
) -> list[Observation]:
    """A baseline and one arm that differs from it by these numbers, seed by seed."""
    found = []
    for seed, difference in enumerate(differences):
        found += [
            observation(BASE, levels(seed), seed=seed, product=product),
            observation(ARM, levels(seed) + difference, seed=seed, product=product),
        ]
    return found


def noise(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)

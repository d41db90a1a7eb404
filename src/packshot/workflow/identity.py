"""Whether image-to-image pictures still show the product of their source, and limits learned from approved ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from packshot.errors import IdentityError
from packshot.evaluation import identity_evidence
from packshot.metadata import write_atomically
from packshot.resolve import fit_source, open_source
from packshot.result import Evidence, ReviewState, Run, StandingQuery
from packshot.review import (
    DEFAULT_LIMITS,
    IDENTITY_FILES,
    LIMITED,
    Blocked,
    IdentityGate,
    IdentityVerdict,
    KnownProduct,
    Limits,
    find_identity_file,
    gate_for,
    with_product,
    written,
)
from packshot.spec import Fit, Mode, defaults
from packshot.workflow.lookup import find_run
from packshot.workflow.measuring import fitted_source
from packshot.workflow.workbench import Workbench

LEARN_FROM: Final = 8
"""Approved pictures that limits are learned from, at least: of fewer, the worst may be a person's slip."""

TOLERANCE: Final = 0.05
"""Quantile of the approved pictures, from the worst: one slip in twenty does not loosen the gate."""

MARGIN: Final = 1.25
"""Times what lies between the quantile and the very same: the next good picture is a little further off."""

TIGHTEST, LOOSEST = 0.25, 1.5
"""Of what the built-in limits leave between themselves and the very same. Approvals that were a row of slips make no
gate of another product, and pictures that are nearly copies none that only copies pass."""

PAGE: Final = 500


def identity_of(bench: Workbench, run: Run) -> IdentityVerdict | None:
    """What the gate of its product says of a run's picture; None where it speaks of none: from words, or locked.

    Derived anew with each call: under a second, most of it reading text. Raises IdentityError where the team's limits
    cannot be read, and StoreError.
    """
    source = run.resolved.intent.source
    if not is_gated(run) or source is None:
        return None
    return gate_for(source.digest, bench.settings.workspace).judge(measured_identity(bench, run))


def is_gated(run: Run) -> bool:
    """Whether the gate speaks of a run's picture: made from a source that was free to change."""
    return run.result is not None and run.resolved.intent.mode is Mode.IMAGE_TO_IMAGE


def measured_identity(bench: Workbench, run: Run) -> list[Evidence]:
    """How alike the product in a run's picture is to its source's. Raises StoreError."""
    pixels = bench.store.pictures.get(run.result.picture_digest if run.result is not None else "")
    source = fitted_source(bench, run.resolved.intent)
    return identity_evidence(pixels, source, bench.instruments(run.resolved.origin.model))


@dataclass(frozen=True, slots=True)
class IdentityBlocker:
    """Stands against selling a picture that shows another product than its source, or that nobody can tell."""

    bench: Workbench

    def __call__(self, run: Run, channel: str) -> Sequence[Blocked]:
        """One for each measure, so that an override of one is none of the others."""
        verdict = identity_of(self.bench, run)
        against = () if verdict is None else verdict.against
        return [Blocked(check.rule, f"{check.sentence} Expected: {check.expected}.") for check in against]


@dataclass(frozen=True, slots=True)
class LearnedLimits:
    """What was learned of a product: from how many approved pictures, and where it was written (None: nowhere)."""

    product: KnownProduct
    approved: int
    file: Path | None


def learn_identity(bench: Workbench, name: str, photo: str | None = None, *, keep: bool = False) -> LearnedLimits:
    """Limits that all but the worst twentieth of a product's approved image-to-image pictures keep.

    `photo` is a file, or the digest of a source; without it the sources are those of the product of that name in the
    team's file. A picture counts that stands approved, in general or for a channel, and rejected nowhere. `keep` writes
    the limits. Raises IdentityError (identity.unknown, identity.few), SourceError, OutputError.
    """
    sources = _sources(bench, name, photo)
    measured = [measured_identity(bench, run) for run in _approved(bench, sources)]
    if len(measured) < LEARN_FROM:
        raise IdentityError(
            "identity.few",
            f"too few approved pictures of {name} to learn from",
            expected=f"{LEARN_FROM} or more",
            got=str(len(measured)),
            hint="approve more (packshot review), or set limits in identity.yaml",
        )
    product = KnownProduct(name=name, sources=sources, limits=limits_of(measured), approved=len(measured))
    path = bench.settings.workspace / IDENTITY_FILES[1]
    if keep:
        write_atomically(path, written(with_product(find_identity_file(path), product)).encode())
    return LearnedLimits(product, len(measured), path if keep else None)


_BEST: Final = {"text": 100.0}
"""Of what is better the more it is, the most there is, where that is not 1."""

_WHOLE: Final = frozenset({"new_text"})
"""What is counted, and not learned: no piece of text too many becomes right by being approved."""


def limits_of(measured: Sequence[Sequence[Evidence]]) -> Limits:
    """The limits that all but the worst twentieth keep, with a margin, and within bounds of the built-in."""
    learned = {}
    for evidence, (limit, more_is_better) in LIMITED.items():
        values = [e.value for found in measured for e in found if e.name == evidence and isinstance(e.value, float)]
        if values and limit not in _WHOLE:
            quantile = float(np.quantile(values, TOLERANCE if more_is_better else 1.0 - TOLERANCE))
            best = _BEST.get(limit, 1.0) if more_is_better else 0.0
            default = abs(best - getattr(DEFAULT_LIMITS, limit))
            away = float(np.clip(MARGIN * abs(best - quantile), TIGHTEST * default, LOOSEST * default))
            learned[limit] = round(best - away if more_is_better else away, 3)
    return Limits(**learned)


def _sources(bench: Workbench, name: str, photo: str | None) -> tuple[str, ...]:
    if photo is not None:
        path = Path(photo).expanduser()
        return (open_source(path).digest if path.is_file() else photo,)
    own = find_identity_file(bench.settings.workspace / IDENTITY_FILES[0])
    known = next((product for product in own.products if product.name == name), None)
    if known is None:
        raise IdentityError(
            "identity.unknown",
            f"no product named {name!r} in {IDENTITY_FILES[0]}",
            expected=", ".join(product.name for product in own.products) or "at least one",
            got=name,
            hint="name the photo that shows it: --photo FILE",
        )
    return known.sources


def _approved(bench: Workbench, sources: Sequence[str]) -> Iterator[Run]:
    """Runs of these sources that stand approved, for some channel or in general, and rejected nowhere."""
    rejected = set(_standing(bench, ReviewState.REJECTED))
    standing = [*_standing(bench, ReviewState.APPROVED), *_standing(bench, ReviewState.RELEASED)]
    for run_id in dict.fromkeys(standing):
        run = bench.store.run(run_id)
        source = run.resolved.intent.source
        of_product = source is not None and any(source.digest.startswith(each) for each in sources)
        if of_product and is_gated(run) and run_id not in rejected:
            yield run


def _standing(bench: Workbench, state: ReviewState) -> Iterator[str]:
    after = 0
    while page := bench.store.standings(StandingQuery(state=state), limit=PAGE, after=after):
        after = page[-1].number
        yield from (standing.run_id for standing in page)


def check_identity(bench: Workbench, reference: str, photo: Path | None = None) -> IdentityVerdict:
    """What the gate says of a run (its id, the start of one, or its file), or of any picture file against a `photo`.

    The photo is laid over the picture by padding it to the same shape. Raises IdentityError (identity.none) where the
    gate speaks of no such run, RecordError, SourceError.
    """
    if photo is not None:
        picture, source = open_source(Path(reference).expanduser()), open_source(photo)
        fitted = fit_source(source.pixels, picture.size, Fit.PAD)
        evidence = identity_evidence(picture.pixels, fitted, bench.instruments(defaults.MODEL))
        return gate_for(source.digest, bench.settings.workspace).judge(evidence)
    run = find_run(bench, reference)
    verdict = identity_of(bench, run)
    if verdict is None:
        raise IdentityError(
            "identity.none",
            f"the gate does not speak of run {run.id}",
            expected="a picture that was made from a photo, and not locked",
            got=str(run.resolved.intent.mode if run.result is not None else run.state),
        )
    return verdict


def gate_of(bench: Workbench, photo: str) -> IdentityGate:
    """The gate of the product that a photo shows: a file, or a source's digest. Raises IdentityError, SourceError."""
    path = Path(photo).expanduser()
    return gate_for(open_source(path).digest if path.is_file() else photo, bench.settings.workspace)

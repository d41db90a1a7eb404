"""What each arm changed against the arm that it is compared with, over the blocks that have both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from packshot.experiment.effect import Effect, Observation
from packshot.experiment.effect_measures import largest_difference, words
from packshot.experiment.effect_words import basis, count, effect_sentence, label, listing
from packshot.experiment.observed import ArmSeen, Observed, Pair
from packshot.experiment.statistics import (
    CONFIDENCE,
    SEED,
    Block,
    Sample,
    bootstrap_interval,
    is_shown,
    sample,
    t_interval,
    within,
)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A comparison that was not made, and why."""

    arm: str
    against: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Chance:
    """How many differences were looked at, how many are shown, and how many of them luck alone would show."""

    looked_at: int
    shown: int
    by_luck: float
    sentence: str


def effects(observations: Iterable[Observation], *, seed: int = SEED) -> list[Effect]:
    """Every arm against the one that it is compared with, in every measure that both have.

    `seed` is the bootstrap's. Two cells of one picture are no pair; `left_out` says which arms that concerns.
    """
    return effects_of(Observed(observations), seed=seed)


def effects_of(observed: Observed, *, seed: int = SEED) -> list[Effect]:
    """The same, of observations that are sorted already."""
    found = [
        compare(observed, arm.name, arm.against, measure, seed=seed)
        for arm in observed.arms.values()
        if arm.against is not None
        for measure in observed.measures
    ]
    return [effect for effect in found if effect is not None]


def compare(observed: Observed, arm: str, against: str, measure: str, *, seed: int = SEED) -> Effect | None:
    """One arm against any other in one measure; None without a pair."""
    pairs = observed.pairs(measure, arm, against)
    if not pairs:
        return None
    mine = sample({block: value for block, (value, _theirs) in pairs.items()})
    theirs = sample({block: value for block, (_mine, value) in pairs.items()})
    found = differences(pairs)
    scale = max(abs(value) for pair in pairs.values() for value in pair)
    limit = largest_difference(measure, observed.units[measure])
    interval = within(t_interval(found, scale, "paired t"), limit)
    shown = is_shown(found, interval, scale)
    seen = observed.arms[arm]
    return Effect(
        arm=arm,
        against=against,
        change=seen.change,
        measure=measure,
        unit=observed.units[measure],
        pairs=found.blocks,
        products=found.products,
        against_mean=theirs.mean,
        arm_mean=mine.mean,
        difference=found.mean,
        interval=interval,
        bootstrap=within(bootstrap_interval(found, scale, seed), limit),
        shown=shown,
        sentence=effect_sentence(
            who=_who(observed, seen, against),
            measure=measure,
            unit=observed.units[measure],
            found=found,
            rests_on=basis(found, len(observed.blocks(arm, against)), pairs),
            interval=interval,
            shown=shown,
        ),
    )


def differences(pairs: Mapping[Block, Pair]) -> Sample:
    """What independent values the pairs give."""
    return sample({block: value - other for block, (value, other) in pairs.items()})


def _who(observed: Observed, seen: ArmSeen, against: str) -> str:
    """The arm by what it changes; against another than the baseline, by what it changes against that."""
    if against == observed.baseline:
        return label(seen.name, seen.change)
    theirs = observed.arms[against].change
    own = [entry for entry in seen.change if entry not in theirs]
    return f"{label(seen.name, own)} against {against}"


def left_out(observations: Iterable[Observation]) -> list[LeftOut]:
    """The comparisons that `effects` does not make: the same pictures, no common block, or no common measure."""
    return left_out_of(Observed(observations))


def left_out_of(observed: Observed) -> list[LeftOut]:
    """The same, of observations that are sorted already."""
    found: list[LeftOut] = []
    for arm in observed.arms.values():
        if arm.against is None:
            continue
        reason = _reason(observed, arm, arm.against)
        if reason is not None:
            found.append(LeftOut(arm.name, arm.against, reason))
    return found


def _reason(observed: Observed, arm: ArmSeen, against: str) -> str | None:
    if against not in observed.arms:
        return f"{arm.name} has nothing to be compared with: nothing was measured of {against}."
    common = arm.blocks.keys() & observed.arms[against].blocks.keys()
    if not common:
        return f"{arm.name} and {against} have no seed and product in common."
    same = {block for block in common if observed.is_same(arm.name, against, block)}
    if same == common:
        return f"{arm.name} asks for the same pictures as {against}: nothing to compare."
    alone = [
        words(measure)
        for measure in observed.measures
        if observed.values(measure, arm.name) and not observed.values(measure, against)
    ]
    if alone:
        return f"{arm.name} has numbers that {against} has not: {listing(alone)}."
    return None


def chance(found: Iterable[Effect]) -> Chance:
    """How far luck alone explains what is shown, where many differences are looked at."""
    judged = [effect.shown for effect in found if effect.shown is not None]
    shown, by_luck = sum(judged), (1 - CONFIDENCE) * len(judged)
    if not judged:
        return Chance(
            0,
            0,
            0.0,
            "No difference rests on 3 pairs or more, so none can be told from luck: take more seeds.",
        )
    sentence = (
        f"{count(len(judged), 'difference')} looked at, {shown} shown; "
        f"were there no effect at all, luck alone would show about {_about(by_luck)} (5 %)."
    )
    return Chance(len(judged), shown, by_luck, sentence)


def _about(expected: float) -> str:
    return f"{expected:.1f}" if expected < 9.95 else f"{expected:.0f}"

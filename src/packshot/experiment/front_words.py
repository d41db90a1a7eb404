"""The recommendation in plain words, with what it does not say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from packshot.experiment.effect import Effect, Setting
from packshot.experiment.effect_measures import words
from packshot.experiment.effect_words import amount, count, listing

RIVALS_NAMED: Final = 3

BASELINE: Final = "baseline"
"""What the arm that others are compared with is called where nobody gave it another name."""


def recommendation_sentence(
    *,
    chosen: Setting | None,
    settings: Sequence[Setting],
    reference: Setting | None,
    effect: Effect | None,
    measure: str,
    unit: str | None,
    sign: int,
    at_least: float | None,
    pairs: int = 0,
    rivals: Sequence[str] = (),
) -> str:
    """Which setting to take and why; or which came nearest; or that nothing tells them apart.

    `pairs` is what the comparison with the reference rests on, where it tells nothing. `rivals` are as good as the
    chosen one, and not shown to be slower.
    """
    what, bound = words(measure), "at least" if sign > 0 else "at most"
    if not settings:
        return f"Nothing to choose from: no setting has both {what} and seconds."
    if chosen is None and reference is not None and at_least is None:
        if len(settings) == 1:
            return f"Nothing to choose from: {_named(reference.arm)} alone has both {what} and seconds."
        basis = f"cannot be told apart from {_named(reference.arm)} with {count(pairs, 'pair')}"
        return f"Nothing recommended: the settings {basis}; take more seeds."
    if chosen is None and at_least is None:
        return f"No arm that others are compared with has {what}: name the quality that is enough."
    if chosen is None:
        best = max(settings, key=lambda setting: sign * setting.quality)
        nearest = (
            f"{_named(best.arm)} comes nearest with {best.quality:.3g}{_unit(unit)} ({count(best.pictures, 'picture')})"
        )
        return f"No setting has {what} of {bound} {at_least:g}{_unit(unit)}: {nearest}."
    cost = f"{chosen.seconds:.3g} s per picture, {what} {chosen.quality:.3g}{_unit(unit)}"
    mean = f"mean of {count(chosen.pictures, 'picture')}"
    arm = _capital(_named(chosen.arm))
    if at_least is not None:
        claim = f"{arm} is the quickest with {what} of {bound} {at_least:g}{_unit(unit)}: {cost} ({mean})."
        return f"{claim} {_not_quicker(rivals)}" if rivals else claim
    if reference is None or chosen.arm == reference.arm:
        if rivals:
            return f"{arm}: nothing as good is shown to be quicker ({cost}, {mean})."
        return f"{arm}: nothing quicker is as good ({cost}, {mean})."
    other = _named(reference.arm)
    theirs = f"{other} takes {reference.seconds:.3g} s for {reference.quality:.3g}{_unit(unit)}"
    claim = f"{arm} is the quickest that is about as good as {other}"
    return f"{claim}: {cost}; {theirs}. {_doubt(effect, sign, unit)}"


def _not_quicker(rivals: Sequence[str]) -> str:
    named = [*rivals[:RIVALS_NAMED]]
    if len(rivals) > RIVALS_NAMED:
        named.append(f"{len(rivals) - RIVALS_NAMED} more")
    return f"It is not shown to be quicker than {listing(named)}."


def _doubt(effect: Effect | None, sign: int, unit: str | None) -> str:
    """What the numbers leave open."""
    if effect is None:
        return "Both have no picture in common, so luck cannot be told."
    if effect.interval is None and effect.shown is False:
        return f"Both are the same in all that was compared ({count(effect.pairs, 'pair')})."
    if effect.interval is None:
        return f"It rests on {count(effect.pairs, 'pair')} without an interval, so luck cannot be told."
    if effect.shown and sign * effect.difference > 0:
        return f"It is shown to be better ({count(effect.pairs, 'pair')})."
    worst = effect.interval.low if sign > 0 else -effect.interval.high
    return f"It may still be worse by up to {amount(-worst, -worst, unit)} (95 %, {count(effect.pairs, 'pair')})."


def _named(arm: str) -> str:
    return f"the {BASELINE}" if arm == BASELINE else arm


def _capital(name: str) -> str:
    """That of “the baseline” alone: arms' names stay as they are."""
    return f"The {BASELINE}" if name == _named(BASELINE) else name


def _unit(unit: str | None) -> str:
    return f" {unit}" if unit else ""

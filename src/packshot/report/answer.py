"""The short answer: the effects that are shown, with their intervals, and what cannot be told."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final

from packshot.experiment.effect import Effect
from packshot.report.arms import arms_of
from packshot.report.data import ReportData
from packshot.report.facts import find_facts, words_of
from packshot.report.findings import Finding, find_defects
from packshot.report.leading import Line, leading_lines, parameter_of, trend_line
from packshot.report.wording import count, listing
from packshot.spec import defaults

TOLD: Final = 3
"""Trends and effects beside the lines that a shop asks for first; all of them stand in their own section."""
TELLING: Final = (
    "adherence", "likeness", "background_as_asked", "background_pure_white", "proposed_usability", "text_found",
)  # fmt: skip
"""Measures that a reader asks for first, by how their names begin."""
ARMS_NAMED: Final = 8
LABEL_MAX: Final = 40
MIN_PAIRS: Final = 3
REPLICATES: Final = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What a shop asks first, what else is shown, what was seen without being an effect, and what cannot be told.

    `command` replicates.
    """

    asked: tuple[str, ...]
    shown: tuple[str, ...]
    seen: tuple[str, ...]
    untold: tuple[str, ...]
    command: str | None


def short_answer(data: ReportData) -> Answer:
    """The few sentences that a reader without time reads."""
    effects = data.analysis.effects
    lines = leading_lines(data.analysis.trends, effects)
    is_new = _uncovered(lines)
    trends = [trend for trend in data.analysis.trends if trend.shown]
    shown = [effect for effect in effects if effect.shown]
    told = sorted((t for t in trends if is_new(t.parameter, t.measure)), key=lambda trend: _place(trend.measure))[:TOLD]
    is_new = _uncovered((*lines, *(Line(trend.parameter, trend.measure, "") for trend in told)))
    chosen = foremost((e for e in shown if is_new(parameter_of(e), e.measure)), TOLD - len(told))
    sentences = [*(trend_line(trend) for trend in told), *(effect.sentence for effect in chosen)]
    lead = {line.sentence for line in lines}
    more = _more(
        sum(effect.sentence not in lead and effect not in chosen for effect in shown),
        sum(trend_line(trend) not in lead and trend not in told for trend in trends),
    )
    is_telling = any(effect.shown is not None for effect in effects)
    return Answer(
        asked=tuple(line.sentence for line in lines),
        shown=(*sentences, *more),
        seen=_seen(data),
        untold=tuple(_untold(data, effects)),
        command=None if is_telling or not data.made else replicate_command(data),
    )


def replicate_command(data: ReportData) -> str:
    """The command that repeats every setting with other seeds."""
    base = data.baseline or (data.shots[0] if data.shots else None)
    model = base.run.resolved.origin.model if base is not None else defaults.MODEL
    other = "" if model == defaults.MODEL else f" --model {shlex.quote(model)}"
    return f"packshot experiment run {data.plan}{other} --seeds {REPLICATES}"


def _uncovered(lines: Iterable[Line]) -> Callable[[str, str], bool]:
    """Whether no line speaks of the parameter by a measure of the same kind: likeness is told once."""
    covered = {(line.parameter, _kind(line.measure)) for line in lines}
    return lambda parameter, measure: (parameter, _kind(measure)) not in covered


def _kind(measure: str) -> str:
    return next((start for start in TELLING if measure.startswith(start)), measure)


def _more(effects: int, trends: int) -> list[str]:
    parts = [count(effects, "more difference")] if effects else []
    parts += [count(trends, "more trend")] if trends else []
    return [f"{listing(parts)} shown: see the effects below."] if parts else []


def _seen(data: ReportData) -> tuple[str, ...]:
    """What these very pictures show, without a claim about others: defects, and what went one way with strength."""
    sentences = [_where(finding, data) for finding in find_defects(data) if finding.shots]
    if not data.is_replicated:
        strength = [facts for facts in find_facts(data) if facts.heading.startswith("Strength")]
        sentences += [s for facts in strength for s in facts.sentences if "with every higher strength" in s][:2]
    return tuple(sentences)


def _where(finding: Finding, data: ReportData) -> str:
    """The finding with the arms that it is found in; of arms of several pictures, in how many."""
    if len(finding.shots) == len(data.made):
        return finding.sentence
    parts = []
    for arm in arms_of(data):
        having = sum(shot in finding.shots for shot in arm.made)
        if having:
            name = arm.change if 0 < len(arm.change) <= LABEL_MAX else f"`{arm.name}`"
            parts.append(name if len(arm.made) == 1 else f"{name} ({having} of {len(arm.made)})")
    if len(parts) > ARMS_NAMED:
        parts = [*parts[: ARMS_NAMED - 1], f"{len(parts) - ARMS_NAMED + 1} more"]
    return f"{finding.sentence.removesuffix('.')}: {listing(parts)}."


def _untold(data: ReportData, effects: tuple[Effect, ...]) -> list[str]:
    if not data.made:
        return ["No picture, no answer."]
    luck = only_luck(effects)
    if luck is not None:
        return [luck]
    unshown = [effect for effect in effects if effect.shown is False]
    untold = [effect for effect in effects if effect.shown is None]
    found = []
    if unshown:
        found.append(
            f"No difference shown in {len(unshown)} of {count(len(effects), 'comparison')}, "
            "which is no proof that there is none."
        )
    if untold:
        found.append(f"{count(len(untold), 'comparison')} cannot be told from luck.")
    seen = {entry.name for shot in data.made for entry in shot.evidence if entry.value is not None}
    lacking = [words_of(name) for name in ("adherence", "text_found") if name not in seen]
    if lacking:
        found.append(f"Not measured, so not answered: {listing(lacking)}.")
    return found


def only_luck(effects: Collection[Effect]) -> str | None:
    """Why none of the effects can be told from luck; None where one can."""
    if any(effect.shown is not None for effect in effects):
        return None
    most = max((effect.pairs for effect in effects), default=1)
    if most > 1:
        return f"{count(most, 'pair')} per setting: an interval needs {MIN_PAIRS}. No effect is told from luck."
    return "There is one picture per setting: whether a difference is an effect or luck cannot be told."


def telling_first(measures: Iterable[str]) -> tuple[str, ...]:
    """Each measure once: those that a reader asks for first, then the others in their order."""
    return tuple(sorted(dict.fromkeys(measures), key=_place))


def foremost(effects: Iterable[Effect], most: int) -> tuple[Effect, ...]:
    """The first `most` of what a reader asks for: the foremost of each arm, then the second of each, …"""
    return tuple(_spread_over_arms(sorted(effects, key=_rank))[:most])


def _rank(effect: Effect) -> tuple[int, float]:
    """Telling measures first, and among them the surest: the difference in half widths of its interval.

    Without an interval, where luck cannot be told, the largest as a share of the means.
    """
    width = 0.0 if effect.interval is None else effect.interval.high - effect.interval.low
    if width > 0:
        return _place(effect.measure), -abs(effect.difference) / width
    if effect.shown:
        return _place(effect.measure), float("-inf")
    size = max(abs(effect.arm_mean), abs(effect.against_mean))
    return _place(effect.measure), -abs(effect.difference) / size if size else 0.0


def _place(measure: str) -> int:
    return next((place for place, start in enumerate(TELLING) if measure.startswith(start)), len(TELLING))


def _spread_over_arms(effects: list[Effect]) -> list[Effect]:
    """The first of each arm, then the second of each, …, so that one arm does not fill the answer."""
    turns: dict[str, int] = {}
    keyed = []
    for index, effect in enumerate(effects):
        turn = turns[effect.arm] = turns.get(effect.arm, 0) + 1
        keyed.append((turn, index, effect))
    return [effect for _, _, effect in sorted(keyed, key=lambda entry: entry[:2])]

"""What is derived from an experiment's numbers, asked for in one place: effects, proposals, agreement.

The report shows these values and derives none of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from packshot.evaluation import agreement
from packshot.experiment import answer_of
from packshot.experiment.effect import ArmSeconds, Effect, Setting, Trend
from packshot.report.source import ReportSource
from packshot.result import Agreement, Proposal, Rating

SEED = 0
"""Of the intervals of agreement: the same ratings give the same report."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """Effects over all cells, those that a page does not show included.

    `quality` names the measure of the settings' quality; `recommendation` is a sentence, None without one.
    `caveats` are sentences on how far the numbers carry. `proposals` are by run id.
    """

    effects: tuple[Effect, ...] = ()
    trends: tuple[Trend, ...] = ()
    settings: tuple[Setting, ...] = ()
    seconds: tuple[ArmSeconds, ...] = ()
    quality: str | None = None
    recommendation: str | None = None
    agreements: tuple[Agreement, ...] = ()
    caveats: tuple[str, ...] = ()
    proposals: Mapping[str, Proposal] = field(default_factory=dict)


NOTHING = Analysis()


def analyse(source: ReportSource, experiment: str) -> Analysis:
    """The effects of an experiment's arms over its blocks, the settings to choose from, and the raters' agreement."""
    answer = answer_of(source.each_measured(experiment))
    found = answer.findings
    return Analysis(
        effects=found.effects,
        trends=found.trends,
        settings=found.settings,
        seconds=found.seconds,
        quality=found.quality,
        recommendation=None if found.recommendation is None else found.recommendation.sentence,
        agreements=_agreements(answer.ratings, answer.proposals),
        caveats=found.caveats,
        proposals=answer.proposals,
    )


def _agreements(ratings: Mapping[str, Rating], proposals: Mapping[str, Proposal]) -> tuple[Agreement, ...]:
    if not ratings:
        return ()
    return agreement(list(ratings.values()), proposals, np.random.default_rng(SEED))

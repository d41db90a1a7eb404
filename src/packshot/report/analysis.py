"""What others derive from an experiment's numbers, asked for in one place: effects, proposals, agreement.

The report shows these values and derives none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from packshot.experiment.effect import Effect, Setting, Trend
from packshot.report.source import ReportSource
from packshot.result import Evidence, Experiment, Proposal, Sameness


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two raters agree; one of them may be the proposal.

    `criterion` is None for all five together. `kappa` is the weighted kappa, None where it cannot be told, `low` and
    `high` its 95 % interval, `pictures` how many both rated.
    """

    one: str
    other: str
    criterion: str | None
    kappa: float | None
    low: float | None
    high: float | None
    pictures: int
    sentence: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """Effects over all cells, those that a page does not show included.

    `quality` names the measure of the settings' quality; `recommendation` is a sentence, None without one.
    `caveats` are sentences on how far the numbers carry.
    """

    effects: tuple[Effect, ...] = ()
    trends: tuple[Trend, ...] = ()
    settings: tuple[Setting, ...] = ()
    quality: str | None = None
    recommendation: str | None = None
    agreements: tuple[Agreement, ...] = ()
    caveats: tuple[str, ...] = ()


NOTHING = Analysis()


def analyse(_source: ReportSource, _experiment: Experiment) -> Analysis:
    """The effects of an experiment's arms over its blocks, the settings to choose from, and the raters' agreement.

    Nothing derives these yet: `packshot.experiment.effects` gives effects, trends and settings from the experiment's
    observations, and `packshot.evaluation.rubric.agreement` the agreements from its ratings.
    """
    return NOTHING


def propose(_evidence: Sequence[Evidence], _replays: Sequence[Sameness]) -> Proposal | None:
    """The scores that the evidence and the measured replays propose; None where nothing proposes.

    Nothing proposes yet: `packshot.evaluation.rubric.propose(evidence, replays)` does.
    """
    return None

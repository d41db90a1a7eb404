"""Plans and their cells, the time they take, and what they show. Imports no SciPy before something is derived."""

from packshot.experiment.answer import findings_of, proposals_of
from packshot.experiment.effect import Effect, Interval, Observation, Setting, Trend
from packshot.experiment.effects import Chance, LeftOut, chance, effects, left_out
from packshot.experiment.effects_findings import Findings, find_effects
from packshot.experiment.estimate import Pace, Work
from packshot.experiment.front import front
from packshot.experiment.front_recommend import Recommendation, recommend
from packshot.experiment.observe import change_words, number_of, observe
from packshot.experiment.plan import (
    IMAGE_GROUP,
    SMOKE_GROUP,
    TEXT_GROUP,
    Arm,
    Plan,
    PlannedCell,
    cells,
    find_plan,
    read_plan,
)
from packshot.experiment.trend import trends

__all__ = [
    "IMAGE_GROUP",
    "SMOKE_GROUP",
    "TEXT_GROUP",
    "Arm",
    "Chance",
    "Effect",
    "Findings",
    "Interval",
    "LeftOut",
    "Observation",
    "Pace",
    "Plan",
    "PlannedCell",
    "Recommendation",
    "Setting",
    "Trend",
    "Work",
    "cells",
    "chance",
    "change_words",
    "effects",
    "find_effects",
    "find_plan",
    "findings_of",
    "front",
    "left_out",
    "number_of",
    "observe",
    "proposals_of",
    "read_plan",
    "recommend",
    "trends",
]

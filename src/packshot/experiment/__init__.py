"""Plans and their cells, the time they take, and what they show. Imports no SciPy before something is derived."""

from packshot.experiment.answer import Answer, answer_of, findings_of, proposals_of
from packshot.experiment.effect import ArmSeconds, Effect, Interval, Observation, Setting, Trend
from packshot.experiment.effects import Chance, LeftOut, chance, effects, left_out
from packshot.experiment.effects_findings import Findings, find_effects
from packshot.experiment.estimate import Estimate, Measured, Pace, Work, estimated
from packshot.experiment.front import front
from packshot.experiment.front_recommend import Recommendation, recommend
from packshot.experiment.observe import change_words, number_of, observe
from packshot.experiment.plan import Arm, Plan, Product, Varied
from packshot.experiment.plan_cells import IMAGE_GROUP, SMOKE_GROUP, TEXT_GROUP, PlannedCell, PlannedCells, cells
from packshot.experiment.plan_checks import ARMS_MAX
from packshot.experiment.plan_locating import place_of
from packshot.experiment.plan_names import arm_name
from packshot.experiment.plan_notes import plan_notes
from packshot.experiment.plan_reading import checked_plan, find_plan, read_plan, replicated
from packshot.experiment.trend import trends

__all__ = [
    "ARMS_MAX",
    "IMAGE_GROUP",
    "SMOKE_GROUP",
    "TEXT_GROUP",
    "Answer",
    "Arm",
    "ArmSeconds",
    "Chance",
    "Effect",
    "Estimate",
    "Findings",
    "Interval",
    "LeftOut",
    "Measured",
    "Observation",
    "Pace",
    "Plan",
    "PlannedCell",
    "PlannedCells",
    "Product",
    "Recommendation",
    "Setting",
    "Trend",
    "Varied",
    "Work",
    "answer_of",
    "arm_name",
    "cells",
    "chance",
    "change_words",
    "checked_plan",
    "effects",
    "estimated",
    "find_effects",
    "find_plan",
    "findings_of",
    "front",
    "left_out",
    "number_of",
    "observe",
    "place_of",
    "plan_notes",
    "proposals_of",
    "read_plan",
    "recommend",
    "replicated",
    "trends",
]

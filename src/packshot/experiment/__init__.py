"""Plans and their cells, and the time they take."""

from packshot.experiment.estimate import Estimate, Measured, Pace, Work, estimated
from packshot.experiment.plan import Arm, Plan, Product, Varied
from packshot.experiment.plan_cells import IMAGE_GROUP, SMOKE_GROUP, TEXT_GROUP, PlannedCell, PlannedCells, cells
from packshot.experiment.plan_locating import place_of
from packshot.experiment.plan_notes import plan_notes
from packshot.experiment.plan_reading import find_plan, read_plan, replicated

__all__ = [
    "IMAGE_GROUP",
    "SMOKE_GROUP",
    "TEXT_GROUP",
    "Arm",
    "Estimate",
    "Measured",
    "Pace",
    "Plan",
    "PlannedCell",
    "PlannedCells",
    "Product",
    "Varied",
    "Work",
    "cells",
    "estimated",
    "find_plan",
    "place_of",
    "plan_notes",
    "read_plan",
    "replicated",
]

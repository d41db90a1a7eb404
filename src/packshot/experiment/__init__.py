"""Plans and their cells, and the time they take."""

from packshot.experiment.estimate import Pace, Work
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

__all__ = [
    "IMAGE_GROUP",
    "SMOKE_GROUP",
    "TEXT_GROUP",
    "Arm",
    "Pace",
    "Plan",
    "PlannedCell",
    "Work",
    "cells",
    "find_plan",
    "read_plan",
]

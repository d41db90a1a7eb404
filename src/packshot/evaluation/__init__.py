"""From a picture, what was asked, and the source: evidence. Deterministic, offline, and without knowing the store."""

from packshot.evaluation.asked_background import asked_colour
from packshot.evaluation.colour_names import COLOUR_NAMES, colour_name
from packshot.evaluation.evaluate import evaluate
from packshot.evaluation.likeness import ssim

__all__ = ["COLOUR_NAMES", "asked_colour", "colour_name", "evaluate", "ssim"]

"""From a picture, what was asked, and the source: evidence. Deterministic, offline, and without knowing the store."""

from packshot.evaluation.agreement import agreement, weighted_kappa
from packshot.evaluation.asked import Asked, asked_by
from packshot.evaluation.asked_ground import asked_colour
from packshot.evaluation.colour_names import COLOUR_NAMES, colour_name
from packshot.evaluation.evaluate import evaluate
from packshot.evaluation.identity import identity_evidence, tells_product
from packshot.evaluation.instruments import NO_INSTRUMENTS, FoundText, Instruments, Reader, Scorer
from packshot.evaluation.likeness import ssim
from packshot.evaluation.lock import lock_evidence
from packshot.evaluation.own_scorer import OwnScorer
from packshot.evaluation.proposing import FoundFault, find_faults, propose
from packshot.evaluation.remembered_reader import RememberedReader
from packshot.evaluation.text_reader import RapidReader
from packshot.evaluation.transformers_scorer import TransformersScorer

__all__ = [
    "COLOUR_NAMES",
    "NO_INSTRUMENTS",
    "Asked",
    "FoundFault",
    "FoundText",
    "Instruments",
    "OwnScorer",
    "RapidReader",
    "Reader",
    "RememberedReader",
    "Scorer",
    "TransformersScorer",
    "agreement",
    "asked_by",
    "asked_colour",
    "colour_name",
    "evaluate",
    "find_faults",
    "identity_evidence",
    "lock_evidence",
    "propose",
    "ssim",
    "tells_product",
    "weighted_kappa",
]

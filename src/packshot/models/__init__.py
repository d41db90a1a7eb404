"""Which weights: names, pins, descriptions, loading. Importing it imports no torch."""

from packshot.models.catalogue import Catalogue, Listing, Model, embedded_folder
from packshot.models.description import ModelDescription
from packshot.models.digests import DigestCache
from packshot.models.loading import Loader, Pipeline
from packshot.models.reference import EMBEDDED, SHORT_NAMES
from packshot.models.schedulers import (
    SCHEDULERS,
    SchedulerChoice,
    effective_config,
    find_scheduler,
    pin_scheduler,
    shortened,
)
from packshot.models.tokens import TokenCount, count_tokens

__all__ = [
    "EMBEDDED",
    "SCHEDULERS",
    "SHORT_NAMES",
    "Catalogue",
    "DigestCache",
    "Listing",
    "Loader",
    "Model",
    "ModelDescription",
    "Pipeline",
    "SchedulerChoice",
    "TokenCount",
    "count_tokens",
    "effective_config",
    "embedded_folder",
    "find_scheduler",
    "pin_scheduler",
    "shortened",
]

"""Which weights: names, pins, descriptions, loading. Importing it imports no torch."""

from packshot.models.catalogue import Catalogue, Listing, Model, embedded_folder
from packshot.models.description import ModelDescription
from packshot.models.digests import DigestCache
from packshot.models.families import FAMILIES, Family, Guidance, family_named
from packshot.models.flow_schedulers import check_fits, fitting_schedulers, own_scheduler
from packshot.models.knowledge import Knowledge, Product
from packshot.models.loading import Loader, Pipeline, check_device, is_out_of_memory
from packshot.models.pipeline_loading import PipelineLoader
from packshot.models.preview import PreviewFactors
from packshot.models.reading import Read, read_text
from packshot.models.recipes import Recipe
from packshot.models.reference import EMBEDDED, SHORT_NAMES
from packshot.models.schedulers import (
    FLOW_SCHEDULERS,
    SCHEDULERS,
    SchedulerChoice,
    effective_config,
    find_scheduler,
    pin_scheduler,
    pinned_config,
    shortened,
)
from packshot.models.tokens import TokenCount, count_tokens

__all__ = [
    "EMBEDDED",
    "FAMILIES",
    "FLOW_SCHEDULERS",
    "SCHEDULERS",
    "SHORT_NAMES",
    "Catalogue",
    "DigestCache",
    "Family",
    "Guidance",
    "Knowledge",
    "Listing",
    "Loader",
    "Model",
    "ModelDescription",
    "Pipeline",
    "PipelineLoader",
    "PreviewFactors",
    "Product",
    "Read",
    "Recipe",
    "SchedulerChoice",
    "TokenCount",
    "check_device",
    "check_fits",
    "count_tokens",
    "effective_config",
    "embedded_folder",
    "family_named",
    "find_scheduler",
    "fitting_schedulers",
    "is_out_of_memory",
    "own_scheduler",
    "pin_scheduler",
    "pinned_config",
    "read_text",
    "shortened",
]

"""Which weights: names, pins, descriptions, loading. Importing it imports no torch."""

from packshot.models.catalogue import Catalogue, Listing, Model, embedded_folder
from packshot.models.description import ModelDescription, read_json
from packshot.models.digests import DigestCache
from packshot.models.families import COMPOSITOR, FAMILIES, REMOTE, Family, Guidance, family_named
from packshot.models.fetching import Fetch, OnFetch
from packshot.models.flow_schedulers import check_fits, fitting_schedulers, own_scheduler
from packshot.models.footprint import weights_bytes
from packshot.models.knowledge import CARD, Knowledge, Product
from packshot.models.loading import Loader, Pipeline, check_device, is_out_of_memory
from packshot.models.lora_file import read_lora
from packshot.models.lora_fit import LORA_FAMILIES, lay_out, stored_shapes
from packshot.models.lora_shelf import FoundLora, LoraShelf
from packshot.models.pipeline_loading import PipelineLoader
from packshot.models.preview import PreviewFactors
from packshot.models.reading import Read, read_text
from packshot.models.recipes import Recipe
from packshot.models.reference import EMBEDDED, SHORT_NAMES, parse_reference
from packshot.models.remote_reference import RemoteReference
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
from packshot.models.scorer_folder import ScorerFolder, find_scorer, has_pair
from packshot.models.tokens import TokenCount, count_tokens

__all__ = [
    "CARD",
    "COMPOSITOR",
    "EMBEDDED",
    "FAMILIES",
    "FLOW_SCHEDULERS",
    "LORA_FAMILIES",
    "REMOTE",
    "SCHEDULERS",
    "SHORT_NAMES",
    "Catalogue",
    "DigestCache",
    "Family",
    "Fetch",
    "FoundLora",
    "Guidance",
    "Knowledge",
    "Listing",
    "Loader",
    "LoraShelf",
    "Model",
    "ModelDescription",
    "OnFetch",
    "Pipeline",
    "PipelineLoader",
    "PreviewFactors",
    "Product",
    "Read",
    "Recipe",
    "RemoteReference",
    "SchedulerChoice",
    "ScorerFolder",
    "TokenCount",
    "check_device",
    "check_fits",
    "count_tokens",
    "effective_config",
    "embedded_folder",
    "family_named",
    "find_scheduler",
    "find_scorer",
    "fitting_schedulers",
    "has_pair",
    "is_out_of_memory",
    "lay_out",
    "own_scheduler",
    "parse_reference",
    "pin_scheduler",
    "pinned_config",
    "read_json",
    "read_lora",
    "read_text",
    "shortened",
    "stored_shapes",
    "weights_bytes",
]

"""Which weights: names, pins, descriptions, loading. Importing it imports no torch."""

from packshot.models.catalogue import Catalogue, Listing, Model, embedded_folder
from packshot.models.description import ModelDescription
from packshot.models.digests import DigestCache
from packshot.models.fetching import Fetch, OnFetch
from packshot.models.footprint import weights_bytes
from packshot.models.knowledge import Knowledge, Product
from packshot.models.loading import Loader, Pipeline, check_device, is_out_of_memory
from packshot.models.lora_file import read_lora
from packshot.models.lora_fit import LORA_FAMILIES, lay_out, stored_shapes
from packshot.models.lora_shelf import FoundLora, LoraShelf
from packshot.models.preview import PreviewFactors
from packshot.models.reference import EMBEDDED, SHORT_NAMES
from packshot.models.schedulers import (
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
    "LORA_FAMILIES",
    "SCHEDULERS",
    "SHORT_NAMES",
    "Catalogue",
    "DigestCache",
    "Fetch",
    "FoundLora",
    "Knowledge",
    "Listing",
    "Loader",
    "LoraShelf",
    "Model",
    "ModelDescription",
    "OnFetch",
    "Pipeline",
    "PreviewFactors",
    "Product",
    "SchedulerChoice",
    "TokenCount",
    "check_device",
    "count_tokens",
    "effective_config",
    "embedded_folder",
    "find_scheduler",
    "is_out_of_memory",
    "lay_out",
    "pin_scheduler",
    "pinned_config",
    "read_lora",
    "shortened",
    "stored_shapes",
    "weights_bytes",
]

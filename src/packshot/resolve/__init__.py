"""Spec → resolved spec: everything is decided before anything runs. Imports no torch."""

from packshot.resolve.bench_file import keep_bench, read_bench
from packshot.resolve.checks import check_prompt
from packshot.resolve.decoder import with_decoder
from packshot.resolve.fitting import border_colour, check_not_too_small, fit_source
from packshot.resolve.knowing import check_known
from packshot.resolve.library import SourceLibrary, find_source, names_file
from packshot.resolve.locking import as_mask, default_placement, find_product, open_mask, own_mask
from packshot.resolve.loras import check_loras
from packshot.resolve.order import Order
from packshot.resolve.resolve import fitted, resolve, restore
from packshot.resolve.row_memory import rows_with_room
from packshot.resolve.runtime import AGREEMENT_DB, RuntimeChoice, asked, candidates, choose_runtime
from packshot.resolve.slots import Group, check_slots, group_of, kin_of, lowered, share, with_slots
from packshot.resolve.source import BYTES_MAX as UPLOAD_MAX_BYTES
from packshot.resolve.source import SourcePicture, decode_source, open_source
from packshot.resolve.throughput import denoiser_calls, overhead_rows, worthwhile_slots
from packshot.resolve.unknown_words import Reading, read_prompt, unknown_words
from packshot.resolve.white import white_size

__all__ = [
    "AGREEMENT_DB",
    "UPLOAD_MAX_BYTES",
    "Group",
    "Order",
    "Reading",
    "RuntimeChoice",
    "SourceLibrary",
    "SourcePicture",
    "as_mask",
    "asked",
    "border_colour",
    "candidates",
    "check_known",
    "check_loras",
    "check_not_too_small",
    "check_prompt",
    "check_slots",
    "choose_runtime",
    "decode_source",
    "default_placement",
    "denoiser_calls",
    "find_product",
    "find_source",
    "fit_source",
    "fitted",
    "group_of",
    "keep_bench",
    "kin_of",
    "lowered",
    "names_file",
    "open_mask",
    "open_source",
    "overhead_rows",
    "own_mask",
    "read_bench",
    "read_prompt",
    "resolve",
    "restore",
    "rows_with_room",
    "share",
    "unknown_words",
    "white_size",
    "with_decoder",
    "with_slots",
    "worthwhile_slots",
]

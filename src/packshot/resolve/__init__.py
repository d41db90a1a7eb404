"""Spec → resolved spec: everything is decided before anything runs. Imports no torch."""

from packshot.resolve.bench_file import keep_bench, read_bench
from packshot.resolve.fitting import fit_source
from packshot.resolve.resolve import Order, SourceLibrary, find_source, resolve, restore
from packshot.resolve.runtime import AGREEMENT_DB, RuntimeChoice, asked, candidates, choose_runtime
from packshot.resolve.source import SourcePicture, decode_source, open_source

__all__ = [
    "AGREEMENT_DB",
    "Order",
    "RuntimeChoice",
    "SourceLibrary",
    "SourcePicture",
    "asked",
    "candidates",
    "choose_runtime",
    "decode_source",
    "find_source",
    "fit_source",
    "keep_bench",
    "open_source",
    "read_bench",
    "resolve",
    "restore",
]

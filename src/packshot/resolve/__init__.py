"""Spec → resolved spec: everything is decided before anything runs. Imports no torch."""

from packshot.resolve.fitting import fit_source
from packshot.resolve.resolve import Order, SourceLibrary, find_source, resolve, restore
from packshot.resolve.source import SourcePicture, decode_source, open_source
from packshot.resolve.unknown_words import unknown_words

__all__ = [
    "Order",
    "SourceLibrary",
    "SourcePicture",
    "decode_source",
    "find_source",
    "fit_source",
    "open_source",
    "resolve",
    "restore",
    "unknown_words",
]

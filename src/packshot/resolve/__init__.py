"""Spec → resolved spec: everything is decided before anything runs. Imports no torch."""

from packshot.resolve.fitting import fit_source
from packshot.resolve.order import Order
from packshot.resolve.resolve import SourceLibrary, find_source, resolve, restore
from packshot.resolve.slots import Group, group_of, lowered, share
from packshot.resolve.source import SourcePicture, decode_source, open_source
from packshot.resolve.unknown_words import unknown_words

__all__ = [
    "Group",
    "Order",
    "SourceLibrary",
    "SourcePicture",
    "decode_source",
    "find_source",
    "fit_source",
    "group_of",
    "lowered",
    "open_source",
    "resolve",
    "restore",
    "share",
    "unknown_words",
]

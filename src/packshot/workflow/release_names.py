"""Names of released files: by SKU, safe on every system, and never two that differ by case alone."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from itertools import count
from pathlib import PurePath
from typing import Final

from packshot.errors import OutputError

SKU_MAX: Final = 100
STEM_MAX: Final = 80
MARK_DIGITS: Final = 6

_OTHER: Final = re.compile(r"[^A-Za-z0-9._-]+")
_WINDOWS: Final = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""Names that Windows keeps for devices, with any ending."""


def check_sku(text: str) -> str:
    """The SKU without white space around it. Raises OutputError (output.name) on what cannot be one."""
    sku = text.strip()
    if not 1 <= len(sku) <= SKU_MAX or not sku.isprintable():
        raise OutputError(
            "output.name",
            f"not a SKU: {text[:SKU_MAX]!r}",
            expected=f"1 to {SKU_MAX} printable characters",
            got=f"{len(sku)} characters",
        )
    return sku


def stem_of(sku: str) -> str:
    """The SKU as a file's name without ending: letters, digits, dot, dash and underline, at most 87 of them.

    Where that changes anything (`../x`, `Größe 42`), some digits of the SKU's digest follow: two SKUs never become one.
    """
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", sku) if not unicodedata.combining(letter))
    stem = _OTHER.sub("-", plain).strip(".-")[:STEM_MAX].rstrip(".-")
    if _WINDOWS.fullmatch(stem):
        stem = f"_{stem}"
    return stem if stem == sku else marked(stem or "sku", sku)


def marked(stem: str, sku: str) -> str:
    """A stem that is this SKU's alone."""
    return f"{stem}-{hashlib.sha256(sku.encode()).hexdigest()[:MARK_DIGITS]}"


class Names:
    """Which stems are taken in a folder, and by which SKU. The second picture of a SKU is `<stem>-2`, and so on."""

    def __init__(self, files: Iterable[str], owners: Iterable[tuple[str, str]]) -> None:
        """`files` are all names in the folder, `owners` pairs of a file and its SKU."""
        self._taken: dict[str, str | None] = {_folded(name): None for name in files}
        self._taken |= {_folded(name): sku for name, sku in owners}

    def free(self, sku: str) -> str:
        """The next free stem of a SKU; it stays free until it is taken."""
        first = stem_of(sku)
        owner = self._taken.get(first.casefold())
        base = first if owner in {None, sku} else marked(first, sku)
        return next(stem for stem in _numbered(base) if stem.casefold() not in self._taken)

    def take(self, stem: str, sku: str) -> None:
        """The stem is the SKU's from now on."""
        self._taken[stem.casefold()] = sku


def _numbered(base: str) -> Iterable[str]:
    yield base
    yield from (f"{base}-{number}" for number in count(2))


def _folded(file: str) -> str:
    return PurePath(file).stem.casefold()

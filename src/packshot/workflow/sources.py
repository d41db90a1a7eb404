"""Finds source pictures: one that was named, those of the workspace, those of the package."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final

from packshot.errors import SourceError
from packshot.resolve import (
    Order,
    SourcePicture,
    check_not_too_small,
    decode_source,
    fit_source,
    names_file,
    open_mask,
    open_source,
)
from packshot.result import Pixels
from packshot.spec import Fit
from packshot.workflow.workbench import Workbench

KEPT: Final = 2
"""Pictures of the workspace that a library remembers: several orders of one photo look for its product once."""


class KnownSources:
    """Pictures by digest or packaged name. `named` and `mask` are files that the person pointed to."""

    def __init__(self, bench: Workbench, named: Path | None = None, mask: Path | None = None) -> None:
        self._bench = bench
        self._folder = bench.data / "pictures"
        self._named = [open_source(named)] if named is not None else []
        self._named += [open_mask(mask)] if mask is not None else []
        self._stored = lru_cache(maxsize=KEPT)(self._read)

    def by_digest(self, digest: str) -> SourcePicture | None:
        """The picture with that digest: named, in the workspace, or in the package."""
        for named in self._named:
            if named.digest == digest:
                return named
        if self._bench.store.pictures.has(digest):
            return self._stored(digest)
        for path in sorted(self._folder.glob("*.png")):
            picture = open_source(path)
            if picture.digest == digest:
                return picture
        return None

    def _read(self, digest: str) -> SourcePicture:
        return SourcePicture(digest[:12], self._bench.store.pictures.get(digest), digest, ())

    def packaged(self, name: str) -> Path | None:
        """The packaged picture of that name."""
        path = self._folder / f"{name}.png"
        return path if path.parent == self._folder and path.is_file() else None


def keep_upload(bench: Workbench, data: bytes, name: str) -> SourcePicture:
    """A picture that somebody sent, kept in the workspace, so that a spec may name it by its digest.

    Raises SourceError where it is none that is read, or over the limits; StoreError where it cannot be kept.
    """
    picture = decode_source(data, name)
    bench.store.keep_source(picture.pixels, picture.labels, picture.original)
    return picture


def keep_photos(bench: Workbench, texts: Iterable[str]) -> dict[str, str]:
    """Photos that are named by their paths, kept in the workspace, so that whoever makes their pictures needs no path.

    Their digests, by what was written. Raises SourceError where one is none that is read, StoreError where it cannot be
    kept.
    """
    kept = {}
    for text in texts:
        if names_file(text):
            photo = open_source(Path(text).expanduser())
            kept[text] = bench.store.keep_source(photo.pixels, photo.labels, photo.original)
    return kept


def keep_source_of(bench: Workbench, order: Order) -> None:
    """Keep an order's source, where it has one, with what its file said of itself. Raises StoreError."""
    if order.source_original is not None:
        bench.store.keep_source(order.source_original, order.source_labels, order.source_file)


def source_as_taken(bench: Workbench, digest: str, size: tuple[int, int], rule: Fit) -> Pixels:
    """A known picture as a model takes it at `size` (width, height). (H, W, 3) → (height, width, 3).

    Raises SourceError where no picture with that digest is known, or it is too small for the size.
    """
    source = KnownSources(bench).by_digest(digest)
    if source is None:
        raise SourceError("source.not_found", "no picture with that digest is known", got=digest)
    check_not_too_small(rule, source.size, size)
    return fit_source(source.pixels, size, rule)

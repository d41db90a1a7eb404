"""A page of everything that was made, newest first. Reads light values only; pictures come by `thumbnail`."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Final

from packshot.errors import StoreError, WorkspaceError
from packshot.result import Found, RunQuery
from packshot.workflow.scoring import score_waiting
from packshot.workflow.workbench import Workbench

PAGE_MAX: Final = 500
"""Runs on a page at most."""

SCORED_AT_ONCE: Final = 20
"""Earlier runs that get their points with each page: few enough not to be noticed."""

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GalleryPage:
    """Page `page` of `pages` (both from 1; one empty page where nothing fits), and how many runs fit in `total`."""

    found: tuple[Found, ...]
    total: int
    page: int
    pages: int


def gallery_page(bench: Workbench, query: RunQuery, page: int, size: int) -> GalleryPage:
    """The page of `size` runs (1 to 500); a page that is not there becomes the nearest that is.

    Raises RecordError `record.search` on a text of too many words, and StoreError.
    """
    _score_some(bench)
    size = min(max(size, 1), PAGE_MAX)
    total = bench.store.count(query)
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    found = bench.store.search(query, limit=size, offset=(page - 1) * size)
    return GalleryPage(tuple(found), total, page, pages)


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The runs before and after one in the gallery, each with its page; None at an end."""

    newer: tuple[str, int] | None = None
    older: tuple[str, int] | None = None


def neighbours(bench: Workbench, query: RunQuery, page: int, size: int, run_id: str) -> Neighbours:
    """Where to go from a run of that page of `size` runs; nowhere where the run is not on it."""
    first = (max(page, 1) - 1) * size
    start = max(first - 1, 0)
    ids = [found.run_id for found in bench.store.search(query, limit=size + 2, offset=start)]
    if run_id not in ids:
        return Neighbours()
    here = ids.index(run_id)

    def at(place: int) -> tuple[str, int] | None:
        return (ids[place], (start + place) // size + 1) if 0 <= place < len(ids) else None

    return Neighbours(at(here - 1), at(here + 1))


def _score_some(bench: Workbench) -> None:
    """Looking at a gallery needs no right to write and no room on the disk: where points cannot be kept, it goes on."""
    try:
        score_waiting(bench, SCORED_AT_ONCE)
    except (StoreError, WorkspaceError) as error:
        _LOG.warning("no points were kept: %s", error)

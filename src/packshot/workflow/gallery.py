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


def _score_some(bench: Workbench) -> None:
    """Looking at a gallery needs no right to write and no room on the disk: where points cannot be kept, it goes on."""
    try:
        score_waiting(bench, SCORED_AT_ONCE)
    except (StoreError, WorkspaceError) as error:
        _LOG.warning("no points were kept: %s", error)

"""Addresses of pictures: `/picture/<digest>.png` and `/thumbnail/<digest>.webp`, pixels only, behind the gate.

A digest names the pixels, so what is there never changes and browsers keep it. Reading is done in a thread of the
pool: the event loop serves everybody. Knows nothing about runs or people.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from packshot.app.access import studio
from packshot.errors import PackshotError

LOG = logging.getLogger("packshot.app")
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
FOREVER: Final = {"Cache-Control": "private, max-age=31536000, immutable"}


def picture_address(digest: str) -> str:
    """Where a page finds the picture."""
    return f"/picture/{digest}.png"


def thumbnail_address(digest: str) -> str:
    """Where a page finds the picture small."""
    return f"/thumbnail/{digest}.webp"


async def picture(request: Request) -> Response:
    """The stored file of those pixels."""
    return await _file(request.path_params["digest"], _stored)


async def thumbnail(request: Request) -> Response:
    """The small picture, made the first time that somebody asks for it."""
    return await _file(request.path_params["digest"], _small)


def _stored(digest: str) -> Path:
    return studio().bench.store.pictures.path(digest)


def _small(digest: str) -> Path:
    from packshot.workflow.thumbnails import thumbnail as small

    bench = studio().bench
    return small(bench.store.pictures, bench.settings.cache, digest)


async def _file(digest: str, find: Callable[[str], Path]) -> Response:
    if DIGEST.fullmatch(digest) is None:
        return _refused(404, "not a picture's address: expected 64 hex digits")
    try:
        path = await run_in_threadpool(find, digest)
    except PackshotError as error:
        LOG.warning("picture %s: %s", digest[:12], error)
        return _refused(404, f"no picture {digest[:12]} in this workspace")
    except OSError as error:
        LOG.error("picture %s", digest[:12], exc_info=error)
        return _refused(503, f"picture {digest[:12]} cannot be read now; the workspace's log has the cause")
    if not path.is_file():
        return _refused(404, f"no picture {digest[:12]} in this workspace")
    return FileResponse(path, headers=FOREVER)


def _refused(status: int, sentence: str) -> Response:
    return PlainTextResponse(sentence + "\n", status, {"Cache-Control": "no-store"})


ROUTES: Final = (
    Route("/picture/{digest}.png", picture, methods=["GET"]),
    Route("/thumbnail/{digest}.webp", thumbnail, methods=["GET"]),
)

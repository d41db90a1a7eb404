"""Addresses of pictures: `/picture/<digest>.png` and `/thumbnail/<digest>.webp`, pixels only, behind the gate.

`/source/<run>.png` is the source of a run as the model took it. A digest names the pixels, and a run keeps its source,
so what is there never changes and browsers keep it. Reading is done in a thread of the
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
RUN_ID: Final = re.compile(r"[0-9A-Z]{26}")
AWAY: Final = frozenset({"pictures.refused", "pictures.unreachable", "store.unreachable", "store.locked"})
"""Errors that say nothing about whether there is such a picture: a browser asks again."""

FOREVER: Final = {"Cache-Control": "private, max-age=31536000, immutable"}


def picture_address(digest: str) -> str:
    """Where a page finds the picture."""
    return f"/picture/{digest}.png"


def thumbnail_address(digest: str) -> str:
    """Where a page finds the picture small."""
    return f"/thumbnail/{digest}.webp"


def source_address(run_id: str) -> str:
    """Where a page finds the source of a run as the model took it: in the size of the picture."""
    return f"/source/{run_id}.png"


async def picture(request: Request) -> Response:
    """The stored file of those pixels."""
    return await _file(request.path_params["digest"], _stored)


async def thumbnail(request: Request) -> Response:
    """The small picture, made the first time that somebody asks for it."""
    return await _file(request.path_params["digest"], _small)


async def source(request: Request) -> Response:
    """The fitted source, made when somebody asks: a browser asks once."""
    run_id = request.path_params["run"]
    if RUN_ID.fullmatch(run_id) is None:
        return _refused(404, "not a source's address: expected a run's id")
    try:
        content = await run_in_threadpool(_fitted, run_id)
    except PackshotError as error:
        LOG.warning("source of %s: %s", run_id, error)
        return _refused(404, f"no source of {run_id} in this workspace")
    return Response(content, media_type="image/png", headers=FOREVER)


def _fitted(run_id: str) -> bytes:
    from packshot.metadata import encode_png
    from packshot.workflow import fitted_source

    bench = studio().bench
    return encode_png(fitted_source(bench, bench.store.run(run_id)))


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
        if error.code in AWAY:
            return _refused(503, f"picture {digest[:12]} cannot be read now; the workspace's log has the cause")
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
    Route("/source/{run}.png", source, methods=["GET"]),
)

"""Addresses of an experiment's pictures together: `/pictures/<experiment>.zip`, behind the gate.

The file is made while it is sent, so that ten thousand pictures take no more memory than one. What breaks off on the
way breaks off the download: nobody keeps half a file for a whole one.
"""

from __future__ import annotations

import logging
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from packshot.app.access import studio
from packshot.app.reports import NAME
from packshot.errors import PackshotError

LOG = logging.getLogger("packshot.app")


def archive_address(experiment: str) -> str:
    """Where a page finds it."""
    return f"/pictures/{experiment}.zip"


async def archive(request: Request) -> Response:
    """The pictures that are there, by the names that they have in the output folder."""
    from packshot.workflow import pictures_zip

    name = request.path_params["experiment"]
    if NAME.fullmatch(name) is None:
        return _refused()
    try:
        parts = await run_in_threadpool(pictures_zip, studio().bench, name)
    except PackshotError as error:
        LOG.warning("pictures of %s: %s", name, error)
        return _refused()
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}.zip"'}
    if request.method == "HEAD":
        return Response(headers=headers, media_type="application/zip")
    return StreamingResponse(parts, headers=headers, media_type="application/zip")


def _refused() -> Response:
    return PlainTextResponse("no experiment of that name\n", 404, {"Cache-Control": "no-store"})


ROUTES: Final = (Route("/pictures/{experiment}.zip", archive, methods=["GET"]),)

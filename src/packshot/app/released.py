"""Addresses of what was released: `/released/<channel>.zip`, behind the gate.

`since` and `until` (times in UTC, ISO 8601) narrow it to the files of one release. What is handed out, and that it is
still approved, is the workflow's matter. The file is made while it is sent.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from packshot.app.access import studio
from packshot.app.reports import NAME
from packshot.errors import PackshotError

LOG = logging.getLogger("packshot.app")


def released_address(channel: str, since: datetime | None = None, until: datetime | None = None) -> str:
    """Where a page finds it."""
    bounds = {"since": since, "until": until}
    asked = urlencode({name: moment.isoformat() for name, moment in bounds.items() if moment is not None})
    return f"/released/{channel}.zip{'?' if asked else ''}{asked}"


async def released(request: Request) -> Response:
    """The released files of a channel with a manifest of them."""
    from packshot.workflow import shelf_zip

    channel = request.path_params["channel"]
    if NAME.fullmatch(channel) is None:
        return _refused("no place to sell of that name")
    try:
        since, until = (_moment(request.query_params.get(name)) for name in ("since", "until"))
        parts = await run_in_threadpool(shelf_zip, studio().bench, channel, since=since, until=until)
    except ValueError:
        return _refused("not a time: expected one as 2026-01-31T12:00:00+00:00")
    except PackshotError as error:
        LOG.warning("released for %s: %s", channel, error)
        return _refused("no releases for a place to sell of that name")
    name = f"{channel}-released.zip"
    headers = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
    if request.method == "HEAD":
        return Response(headers=headers, media_type="application/zip")
    return StreamingResponse(parts, headers=headers, media_type="application/zip")


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _refused(sentence: str) -> Response:
    return PlainTextResponse(f"{sentence}\n", 404, {"Cache-Control": "no-store"})


ROUTES: Final = (Route("/released/{channel}.zip", released, methods=["GET"]),)

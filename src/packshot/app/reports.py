"""Addresses of written reports: `/report/<experiment>.html`, behind the gate, in a sandbox: it can do nothing here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from packshot.app.access import studio

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
HEADERS: Final = {
    "Cache-Control": "private, no-cache",
    "Content-Security-Policy": "sandbox allow-popups; frame-ancestors 'self'",
}
"""Besides what the report itself forbids: no script, no form, no way to the page around it."""


def report_file(experiment: str) -> Path:
    """Where the experiment's report is written."""
    return studio().bench.settings.output / experiment / "report.html"


def report_address(experiment: str, version: int) -> str:
    """Where a page finds it; another version has another address, so that a frame shows what was written last."""
    return f"/report/{experiment}.html?version={version}"


async def report(request: Request) -> Response:
    """The file, as it was written last."""
    name = request.path_params["experiment"]
    if NAME.fullmatch(name) is not None:
        path = await run_in_threadpool(report_file, name)
        if path.is_file():
            return FileResponse(path, headers=HEADERS, media_type="text/html")
    return PlainTextResponse("no report of that name\n", 404, {"Cache-Control": "no-store"})


ROUTES: Final = (Route("/report/{experiment}.html", report, methods=["GET"]),)

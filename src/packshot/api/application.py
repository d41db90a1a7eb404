"""The ASGI application: routes, and what stands before them. Makes no service and reads no settings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from fastapi import FastAPI

import packshot
from packshot.access.tokens import Tokens
from packshot.api import (
    edits,
    events,
    experiments,
    health,
    images,
    jobs,
    models,
    pictures,
    releases,
    reviews,
    runs,
)
from packshot.api.bodies import Bodies
from packshot.api.gate import Gate
from packshot.api.handlers import add_handlers
from packshot.api.serving import Serving
from packshot.api.watch import Watch

ROUTERS: Final = tuple(
    module.router
    for module in (images, edits, models, pictures, jobs, events, runs, experiments, reviews, releases, health)
)

ABOUT: Final = """OpenAI's images API over a Packshot workspace, and Packshot's own routes under `/v1/packshot/`.
Errors have OpenAI's shape, with Packshot's dotted codes."""


def make_app(serving: Serving, tokens: Callable[[], Tokens | None]) -> FastAPI:
    """The application. `tokens` gives those that hold now, None where none is needed (this machine alone)."""
    app = FastAPI(
        title="Packshot",
        version=packshot.__version__,
        description=ABOUT,
        docs_url=None,  # the usual pages load their scripts from elsewhere
        redoc_url=None,
    )
    app.state.serving = serving
    for router in ROUTERS:
        app.include_router(router)
    add_handlers(app)
    app.add_middleware(Bodies, limits=serving.limits)
    app.add_middleware(Gate, tokens=tokens, per_minute=serving.limits.requests_per_minute)
    app.add_middleware(Watch, metrics=serving.metrics)
    return app

"""`/healthz`, `/readyz`, `/metrics`: what watches over servers asks."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from packshot.api.documented import ERRORS
from packshot.api.people import Reader
from packshot.api.serving import Now
from packshot.errors import ServiceError
from packshot.service import Warmth

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """All is well."""

    status: Literal["ok"]


class Readiness(BaseModel):
    """Work is taken. `engine` is warm where the first picture is as quick as the next.

    Else it was not to be made ready beforehand (cold), could not be (failed; the log says why), or takes too long
    (late).
    """

    status: Literal["ready"]
    engine: Warmth


@router.get("/healthz", response_model=Health)
async def healthz() -> Health:
    """Whether the process answers at all. Needs no token."""
    return Health(status="ok")


@router.get("/readyz", response_model=Readiness, responses={503: ERRORS[503]})
def readyz(serving: Now) -> Readiness:
    """Whether work is done at once: the engine was made ready, the database answers, the server does not end.

    Needs no token. A server that is not ready takes work all the same, unless it ends.
    """
    if serving.draining.is_set():
        raise ServiceError("service.closing", "the server ends")
    serving.service.jobs(limit=1)
    warmth = serving.service.warmth
    if warmth is Warmth.WARMING:
        raise ServiceError("service.warming", "the engine is made ready", hint="work is taken, and done a little later")
    return Readiness(status="ready", engine=warmth)


@router.get(
    "/metrics",
    response_class=Response,
    responses={**ERRORS, 200: {"content": {"text/plain": {}}}},
)
def metrics(serving: Now, _who: Reader) -> Response:
    """Requests, queue and pictures in Prometheus' text format."""
    return Response(serving.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

"""`/healthz`, `/readyz`, `/metrics`: what watches over servers asks."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel

from packshot.api.documented import ERRORS
from packshot.api.people import Reader
from packshot.api.serving import Now
from packshot.errors import ServiceError

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """All is well."""

    status: Literal["ok", "ready"]


@router.get("/healthz", response_model=Health)
async def healthz() -> Health:
    """Whether the process answers at all. Needs no token."""
    return Health(status="ok")


@router.get("/readyz", response_model=Health, responses={503: ERRORS[503]})
def readyz(serving: Now) -> Health:
    """Whether work is taken: the database answers, and the server does not end. Needs no token."""
    if serving.draining.is_set():
        raise ServiceError("service.closing", "the server ends")
    serving.service.jobs(limit=1)
    return Health(status="ready")


@router.get(
    "/metrics",
    response_class=Response,
    responses={**ERRORS, 200: {"content": {"text/plain": {}}}},
)
def metrics(serving: Now, _who: Reader) -> Response:
    """Requests, queue and pictures in Prometheus' text format."""
    return Response(serving.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

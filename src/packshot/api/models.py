"""`GET /v1/models` and `GET /v1/models/{id}`: what clients may name."""

from __future__ import annotations

from typing import Final, Literal

from fastapi import APIRouter
from pydantic import BaseModel

from packshot.api.documented import ERRORS
from packshot.api.model_names import Offered, check_model, offered
from packshot.api.people import Reader
from packshot.api.serving import Now, Serving

CREATED: Final = 1735689600
"""Of no meaning for weights in a folder; the field is OpenAI's. The first day of 2025."""

router = APIRouter(tags=["models"])


class ModelEntry(BaseModel):
    """A model as OpenAI lists it; `side_px` is ours."""

    id: str
    object: Literal["model"] = "model"
    created: int = CREATED
    owned_by: str = "packshot"
    side_px: int


class ModelList(BaseModel):
    """All that clients may name."""

    object: Literal["list"] = "list"
    data: list[ModelEntry]


@router.get("/v1/models", response_model=ModelList, responses=ERRORS)
def models(serving: Now, _who: Reader) -> ModelList:
    """List the models."""
    return ModelList(data=[_entry(each) for each in offered(serving)])


@router.get("/v1/models/{name:path}", response_model=ModelEntry, responses=ERRORS)
def model(name: str, serving: Now, _who: Reader) -> ModelEntry:
    """One model."""
    check_model(serving, name)
    return _find(serving, name)


def _find(serving: Serving, name: str) -> ModelEntry:
    return next(_entry(each) for each in offered(serving) if each.name == name)


def _entry(each: Offered) -> ModelEntry:
    return ModelEntry(id=each.name, side_px=each.side_px)

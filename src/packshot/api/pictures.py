"""`GET /v1/packshot/pictures/{run}.{ending}`: a picture by an address that was signed, without a token."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path, Query, Response

from packshot.api.documented import ERRORS
from packshot.api.serving import Now
from packshot.errors import RequestError
from packshot.metadata import FileForm
from packshot.workflow import draft_file

FORMS: Final[dict[str, Literal["PNG", "JPEG", "WEBP"]]] = {"png": "PNG", "jpeg": "JPEG", "webp": "WEBP"}

router = APIRouter(tags=["images"])


@router.get(
    "/v1/packshot/pictures/{run}.{ending}",
    response_class=Response,
    responses={**ERRORS, 200: {"content": {f"image/{ending}": {} for ending in FORMS}}},
)
def signed_picture(
    run: Annotated[str, Path(pattern="^[0-9A-Z]{26}$")],
    ending: Literal["png", "jpeg", "webp"],
    quality: Annotated[int, Query(ge=1, le=100)],
    until: Annotated[int, Query(ge=0, description="Seconds since 1970.")],
    signature: Annotated[str, Query(max_length=64)],
    serving: Now,
) -> Response:
    """A picture by the address that an answer gave; it holds for an hour."""
    if not serving.links.holds(run, ending, quality, until, signature, serving.clock()):
        raise RequestError(
            "access.token",
            "this address is not signed, or it is over",
            expected="an address as the server gave it, within the hour",
            hint="GET /v1/packshot/runs/{id}/picture gives the picture with a token",
        )
    form = FileForm(FORMS[ending]) if ending == "png" else FileForm(FORMS[ending], quality)
    content = draft_file(serving.service.bench, run, form)
    return Response(content, media_type=f"image/{ending}", headers={"Cache-Control": "private, max-age=3600"})

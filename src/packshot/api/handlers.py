"""Turns what goes wrong in a route into OpenAI's errors."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from packshot.api.errors import answer
from packshot.errors import PackshotError, RequestError

PLACES: Final = frozenset({"body", "query", "path", "header"})
GOT_MAX: Final = 80
SURROGATES: Final = "surrogates not allowed"
"""Python's own words."""


def add_handlers(app: FastAPI) -> None:
    """For everything that a route or the framework raises on purpose; the rest is `Watch`'s."""
    app.add_exception_handler(PackshotError, _packshot)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(ValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(UnicodeEncodeError, _half_a_character)


def _packshot(_request: Request, error: Exception) -> Response:
    if not isinstance(error, PackshotError):
        raise error
    return answer(error)


def _validation(_request: Request, error: Exception) -> Response:
    """The first mistake is told, with its field."""
    if not isinstance(error, RequestValidationError | ValidationError):
        raise error
    first: dict[str, Any] = dict(error.errors()[0])
    place = [str(part) for part in first["loc"] if part not in PLACES]
    param = ".".join(place) or None
    if first["type"] == "json_invalid":
        return answer(RequestError("request.invalid", "the body is no JSON", got=str(first["msg"])[:GOT_MAX]))
    what = f"unknown field {param}" if first["type"] == "extra_forbidden" else f"impossible {param or 'body'}"
    told = RequestError("request.invalid", what[:200], expected=str(first["msg"]), got=_got(first))
    return answer(told, param=None if param is None else param[:100])


def _got(first: dict[str, Any]) -> str | None:
    if first["type"] in ("missing", "extra_forbidden"):
        return None
    return repr(first.get("input"))[:GOT_MAX]


def _half_a_character(_request: Request, error: Exception) -> Response:
    """JSON may spell one (`\\ud800`); neither a digest nor a database takes it."""
    if not isinstance(error, UnicodeEncodeError) or error.reason != SURROGATES:
        raise error
    return answer(RequestError("request.invalid", "a text of the request is not valid text", expected="UTF-8"))


def _http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 404:
        told = RequestError("request.unknown", "there is nothing at this address", got=request.scope["path"][:200])
    elif error.status_code == 405:
        told = RequestError("request.method", "this address takes another method", got=request.method[:20])
    else:
        told = RequestError("request.invalid", "the request cannot be read", got=str(error.detail)[:GOT_MAX])
    response = answer(told, status=error.status_code)
    response.headers.update(error.headers or {})
    return response

"""Errors as OpenAI's clients read them: `{"error": {"message", "type", "param", "code"}}`, and the HTTP status of each.

The code is Packshot's own, dotted (`packshot.errors.CODES`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from packshot.errors import EngineError, PackshotError, StoreError
from packshot.result import Failure

STATUS: Final[Mapping[str, int]] = {
    "access.token": 401,
    "access.role": 403,
    "access.rate": 429,
    "access.origin": 403,
    "request.unknown": 404,
    "request.method": 405,
    "request.slow": 408,
    "request.too_large": 413,
    "model.unknown": 404,
    "record.not_found": 404,
    "record.unfinished": 409,
    "record.review": 409,
    "review.blocked": 409,
    "review.meanwhile": 409,
    "review.unseen": 409,
    "release.refused": 409,
    "service.key": 409,
    "service.full": 429,
    "service.closing": 503,
    "service.warming": 503,
    "service.failed": 500,
    "job.deadly": 500,
    "store.locked": 503,
    "store.failed": 503,
    "store.unreachable": 503,
    "store.full": 507,
    "store.text": 400,
    "pictures.unreachable": 503,
    "pictures.refused": 503,
    "workspace.newer": 503,
    "workspace.unusable": 503,
    "policy.missing": 500,
    "policy.invalid": 500,
    "output.unwritable": 500,
    "interrupted": 409,
}
"""Codes with a status of their own: what is wrong on this machine is no client's fault. A picture that came out black
comes out black again, so it is no 5xx: clients repeat those by themselves.
"""

AFTER_S: Final[Mapping[str, int]] = {
    "service.full": 5,
    "service.closing": 10,
    "service.warming": 1,
    "store.locked": 2,
    "store.failed": 5,
    "store.unreachable": 5,
    "pictures.unreachable": 10,
    "pictures.refused": 60,
}
"""Seconds of `Retry-After`, where the error does not know better."""

PARAM: Final[Mapping[str, str]] = {
    "spec.prompt": "prompt",
    "policy.refused": "prompt",
    "spec.size": "size",
    "spec.steps": "num_inference_steps",
    "spec.guidance": "guidance_scale",
    "spec.scheduler": "scheduler",
    "spec.negative_prompt": "negative_prompt",
    "spec.seed": "seed",
    "spec.strength": "strength",
    "model": "model",
    "source.mask": "mask",
    "source": "image",
}
"""The request's field that a code speaks of, by how the code begins."""

NEVER_AGAIN: Final = frozenset({"job.deadly"})
"""OpenAI's clients repeat every 5xx by themselves, unless they are told not to: it would end more processes."""

IMPOSSIBLE: Final = "impossible "


class ErrorWords(BaseModel):
    """What is wrong. `code` is one of Packshot's, `param` the field of the request that is to be changed."""

    message: str
    type: str
    param: str | None = None
    code: str | None = Field(default=None, examples=["spec.size.range"])


class ErrorBody(BaseModel):
    """The body of every answer that is no success."""

    error: ErrorWords


def status_of(error: PackshotError) -> int:
    """The HTTP status of an error."""
    if error.code in STATUS:
        return STATUS[error.code]
    if error.code.startswith("picture."):
        return 422
    return 500 if isinstance(error, EngineError | StoreError) or error.exit_code == 1 else 400


def answer(
    error: PackshotError, *, status: int | None = None, param: str | None = None, after_s: float | None = None
) -> JSONResponse:
    """The whole answer to an error."""
    code = status or status_of(error)
    after = after_s if after_s is not None else AFTER_S.get(error.code)
    headers = {} if after is None else {"Retry-After": str(max(1, int(after + 0.999)))}
    if error.code in NEVER_AGAIN:
        headers["x-should-retry"] = "false"
    if code == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(body(error, code, param), code, headers)


def body(error: PackshotError, status: int, param: str | None = None) -> dict[str, Any]:
    """The JSON of an error."""
    field = param or param_of(error)
    words = ErrorWords(
        message=_written(str(error)),
        type=_type(status),
        param=None if field is None else _written(field),
        code=error.code,
    )
    return ErrorBody(error=words).model_dump()


def _written(text: str) -> str:
    """JSON may spell half a character (`\\ud800`), which no answer can hold."""
    return text.encode("utf-8", "replace").decode()


def of_failure(failure: Failure) -> PackshotError:
    """Why a run has no picture, as an error."""
    hint = None if failure.hint and failure.hint in failure.message else failure.hint
    return EngineError(failure.code, failure.message, hint=hint)


def param_of(error: PackshotError) -> str | None:
    """The field of an images request that the error speaks of."""
    if error.code == "spec.invalid" and error.message.startswith(IMPOSSIBLE):
        return error.message.removeprefix(IMPOSSIBLE)
    fitting = [begin for begin in PARAM if error.code == begin or error.code.startswith(f"{begin}.")]
    return PARAM[max(fitting, key=len)] if fitting else None


def _type(status: int) -> str:
    known = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}
    return known.get(status, "server_error" if status >= 500 else "invalid_request_error")

"""How errors stand in the OpenAPI schema."""

from __future__ import annotations

from typing import Any, Final

from packshot.api.errors import ErrorBody

MEANING: Final = {
    400: "Something that was asked for cannot be.",
    401: "No valid token.",
    403: "The token may not do that.",
    404: "Not there.",
    409: "It does not go with what is there already.",
    413: "Too large.",
    422: "The work was done, and no picture came of it.",
    429: "Too much at once; see Retry-After.",
    500: "Something unexpected; the log knows the request's id.",
    503: "Not now; see Retry-After.",
    507: "The disk is full.",
}

ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": words, "model": ErrorBody} for status, words in MEANING.items()
}
"""For `responses` of a route."""

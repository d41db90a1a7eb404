"""A server's answer as pixels: outside bytes, under the limits of a source picture. Pure: knows no network."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any, Final

from packshot.errors import EngineError, SourceError
from packshot.resolve import decode_source
from packshot.resolve.source import BYTES_MAX
from packshot.result import Pixels

ANSWER_MAX_BYTES: Final = BYTES_MAX * 4 // 3 + 1_000_000
"""The largest picture that is read, in base64, and room for what stands around it."""

SHOWN: Final = 200


@dataclass(frozen=True, slots=True)
class Picture:
    """Pixels (H, W, 3), and what a person should know of them."""

    pixels: Pixels
    notes: tuple[str, ...]


def picture_of(body: bytes, size: tuple[int, int], prompt: str) -> Picture:
    """The one picture in an answer. Raises EngineError (`remote.answer`).

    An address in place of the picture is not followed: a server shall not say what this machine fetches.
    """
    entry = _entry(body)
    encoded = entry.get("b64_json")
    if not isinstance(encoded, str):
        raise EngineError(
            "remote.answer",
            "the server's answer holds no picture",
            expected="the picture itself, as b64_json",
            got=f"an entry with {', '.join(sorted(map(str, entry)))[:SHOWN] or 'nothing'}",
            hint="the server must answer response_format=b64_json",
        )
    try:
        source = decode_source(base64.b64decode(encoded, validate=True), "the answer")
    except (ValueError, SourceError) as error:
        why = error.message if isinstance(error, SourceError) else "it is no base64"
        raise EngineError("remote.answer", f"the server's picture cannot be read: {why}") from None
    if source.size != size:
        raise EngineError(
            "remote.answer",
            "the server made another size than it was asked for",
            expected=f"{size[0]}×{size[1]} px",
            got=f"{source.size[0]}×{source.size[1]} px",
            hint="ask for a size that its model makes",
        )
    revised = entry.get("revised_prompt")
    told = isinstance(revised, str) and revised.strip() not in ("", prompt.strip())
    notes = (*source.notes, *([f"the server wrote the prompt anew: {_short(str(revised))}"] if told else []))
    return Picture(source.pixels, notes)


def _entry(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise EngineError(
            "remote.answer",
            "the server's answer is no JSON",
            expected="an answer of OpenAI's images API",
            hint="is the address that of the API, with /v1 at its end?",
        ) from None
    entries = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(entries, list) or len(entries) != 1 or not isinstance(entries[0], dict):
        got = f"{len(entries)} pictures" if isinstance(entries, list) else "no list of pictures"
        raise EngineError("remote.answer", "the server's answer holds no picture", expected="one picture", got=got)
    return entries[0]


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= SHOWN else f"{one_line[: SHOWN - 1]}…"

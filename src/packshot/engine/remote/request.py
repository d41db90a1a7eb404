"""An order as a request of OpenAI's images API. Pure: knows no network and no key.

The fields beyond OpenAI's own (seed, negative_prompt, num_inference_steps, guidance_scale, strength) have the names
that vLLM-Omni and `packshot serve` read. A server that does not know one may leave it out without a word.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from packshot.errors import EngineError
from packshot.models import RemoteReference
from packshot.resolve import Order
from packshot.result import Pixels
from packshot.spec import Mode

Fields = dict[str, str | int | float]


@dataclass(frozen=True, slots=True)
class Asked:
    """A route below the server's address, its fields, and the source as a PNG where the picture begins with one."""

    route: str
    fields: Fields
    source: bytes | None = None


def asked_of(order: Order) -> Asked:
    """One picture: the record promises nothing of a second one in the same answer. Raises EngineError."""
    intent, reference = order.resolved.intent, reference_of(order)
    fields: Fields = {
        "model": reference.name,
        "prompt": intent.prompt,
        "n": 1,
        "size": f"{intent.width}x{intent.height}",
        "response_format": "b64_json",
        "seed": intent.seed,
        "num_inference_steps": intent.steps,
        "guidance_scale": intent.guidance,
    }
    if intent.negative_prompt:
        fields["negative_prompt"] = intent.negative_prompt
    if intent.mode is not Mode.IMAGE_TO_IMAGE or order.source is None:
        return Asked("images/generations", fields)
    if intent.strength is not None:
        fields["strength"] = intent.strength
    return Asked("images/edits", fields, _png(order.source))


def reference_of(order: Order) -> RemoteReference:
    """Where its model is. Raises EngineError."""
    if order.model.remote is None:
        raise EngineError("engine.failed", "this engine makes pictures of remote models alone")
    return order.model.remote


def _png(pixels: Pixels) -> bytes:
    """A source (H, W, 3) as a file that says nothing but its pixels."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()

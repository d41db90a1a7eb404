"""The spec: everything a person asks for in one picture. What is `None` is left to a default."""

from __future__ import annotations

from enum import StrEnum

from packshot.spec.frozen import Frozen
from packshot.spec.lock import Lock
from packshot.spec.lora import Lora


class Mode(StrEnum):
    """How a picture starts: from noise alone, from a source picture with noise on it, or around a photo's product."""

    TEXT_TO_IMAGE = "text2img"
    IMAGE_TO_IMAGE = "img2img"
    LOCK = "lock"


class Fit(StrEnum):
    """How a source gets the shape that the model takes.

    `pad` keeps everything and fills the rest with the border's colour, `crop` keeps the middle, `stretch` changes
    the proportions (only when asked for: it changes the product).
    """

    PAD = "pad"
    CROP = "crop"
    STRETCH = "stretch"


class Choices(Frozen):
    """What a spec and a plan may both leave open. Sizes in pixels; `source` is a path, or a picture's digest.

    `loras` add up, in whatever order they are named; an empty tuple is none.
    """

    negative_prompt: str | None = None
    model: str | None = None
    scheduler: str | None = None
    steps: int | None = None
    guidance: float | None = None
    seed: int | None = None
    width: int | None = None
    height: int | None = None
    source: str | None = None
    strength: float | None = None
    fit: Fit | None = None
    loras: tuple[Lora, ...] | None = None


class Spec(Choices):
    """Everything a person asks for in one picture.

    `allow_truncation` and `strict` (a prompt that the model does not know is refused, not only warned of) say what is
    refused; they change no picture. With a `lock` the source is the photo whose product stays as it is.
    """

    prompt: str
    mode: Mode | None = None
    lock: Lock | None = None
    runtime: str | None = None
    precision: str | None = None
    slots: int | None = None
    memory: str | None = None
    allow_truncation: bool = False
    strict: bool = False

"""What a client asks of the images API, in OpenAI's words with ours beside them, and the specs that it means.

Knows no HTTP and no pictures. A field that nobody knows is refused, as OpenAI does.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from packshot.errors import SpecError
from packshot.metadata import FileForm
from packshot.service import PICTURES_MAX
from packshot.spec import Spec
from packshot.workflow import counted_up, new_seed

AUTO: Final = "auto"
SIZE: Final = re.compile(r"(\d{1,5})x(\d{1,5})")
LOSSLESS: Final = 100

GENERATION: Final[dict[str, Any]] = {
    "prompt": "product photo of a red mug on a white background",
    "size": "256x256",
    "n": 2,
    "seed": 7,
    "num_inference_steps": 30,
    "response_format": "b64_json",
}
"""An example for the schema."""

Quality = Literal["auto", "standard", "hd", "low", "medium", "high"]
OutputFormat = Literal["png", "jpeg", "webp"]
ResponseFormat = Literal["b64_json", "url"]


class PictureAsked(BaseModel):
    """Fields of both requests. `quality` and `user` are accepted and change nothing; the steps say how good it gets."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    prompt: Annotated[str, Field(description="What to make.", examples=["product photo of a red mug"])]
    model: Annotated[str | None, Field(description="A name of `GET /v1/models`.")] = None
    n: Annotated[int | None, Field(ge=1, le=PICTURES_MAX, description="Pictures; their seeds count up.")] = 1
    size: Annotated[
        str | None, Field(description="`WIDTHxHEIGHT` in pixels, or `auto`: the model's own.", examples=["256x256"])
    ] = None
    response_format: Annotated[ResponseFormat | None, Field(description="The picture itself, or its address.")] = None
    output_format: Annotated[OutputFormat | None, Field(description="The file's format.")] = None
    output_compression: Annotated[
        int | None, Field(ge=0, le=100, description="Quality of a JPEG or WebP; 100 alone fits a PNG.")
    ] = None
    quality: Annotated[Quality | None, Field(description="Changes nothing: see `num_inference_steps`.")] = None
    background: Annotated[
        Literal["auto", "opaque", "transparent"] | None, Field(description="Pictures are opaque.")
    ] = None
    moderation: Annotated[Literal["auto", "low"] | None, Field(description="Changes nothing: the policy holds.")] = None
    user: Annotated[str | None, Field(max_length=512, description="Neither used nor kept.")] = None
    stream: Annotated[bool | None, Field(description="Only false: see the events of a job.")] = None
    partial_images: Annotated[int | None, Field(ge=0, le=3, description="Changes nothing without `stream`.")] = None
    seed: Annotated[int | None, Field(description="The first picture's; without it, nobody chose it.")] = None
    negative_prompt: Annotated[str | None, Field(description="What to keep away from.")] = None
    num_inference_steps: Annotated[int | None, Field(description="Denoising steps, 1 to 150.")] = None
    guidance_scale: Annotated[float | None, Field(description="Classifier-free guidance, 0 to 50.")] = None
    scheduler: Annotated[str | None, Field(description="A name of `packshot models schedulers`.")] = None
    strength: Annotated[float | None, Field(description="How much of a picture is changed, 0 to 1.")] = None

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_left_out(cls, value: Any) -> Any:
        """OpenAI's clients leave out what is not given, others send null."""
        return {name: each for name, each in value.items() if each is not None} if isinstance(value, dict) else value

    @property
    def form(self) -> FileForm:
        """The file that was asked for. Raises SpecError where it cannot be."""
        kind = self.output_format or "png"
        quality = self.output_compression
        if kind == "png" and quality not in (None, LOSSLESS):
            raise SpecError(
                "spec.invalid",
                "impossible output_compression",
                expected="jpeg or webp as output_format, or 100",
                got=f"{quality} for a png",
            )
        if kind == "png":
            return FileForm("PNG")
        form = FileForm("JPEG" if kind == "jpeg" else "WEBP")
        return form if quality is None else replace(form, quality=max(1, quality))

    @property
    def as_url(self) -> bool:
        """Whether addresses are asked for."""
        return self.response_format == "url"

    def specs(self, **more: Any) -> Sequence[Spec]:
        """One for each picture. Raises SpecError where something cannot be done here at all."""
        if self.background == "transparent":
            raise SpecError("spec.invalid", "impossible background", expected="auto, opaque", got="transparent")
        if self.stream:
            raise SpecError(
                "spec.invalid",
                "impossible stream",
                expected="false",
                got="true",
                hint="steps and previews are told at /v1/packshot/jobs/{id}/events",
            )
        width, height = read_size(self.size)
        fields: dict[str, Any] = {
            "prompt": self.prompt,
            "model": self.model,
            "width": width,
            "height": height,
            "seed": new_seed() if self.seed is None else self.seed,
            "negative_prompt": self.negative_prompt,
            "steps": self.num_inference_steps,
            "guidance": self.guidance_scale,
            "scheduler": self.scheduler,
            "strength": self.strength,
        }
        return counted_up(Spec(**{**fields, **more}), self.n or 1)

    def said(self) -> dict[str, Any]:
        """What makes a request the same as another one: every field that was given."""
        return self.model_dump(mode="json", exclude_none=True)


class GenerationAsked(PictureAsked):
    """`POST /v1/images/generations`."""

    model_config = ConfigDict(json_schema_extra={"examples": [GENERATION]})

    style: Annotated[Literal["vivid", "natural"] | None, Field(description="Changes nothing: write it.")] = None


class EditAsked(PictureAsked):
    """`POST /v1/images/edits`, its fields beside the pictures."""

    input_fidelity: Annotated[Literal["low", "high"] | None, Field(description="Changes nothing: see `strength`.")] = (
        None
    )

    @classmethod
    def of_form(cls, fields: dict[str, str]) -> Self:
        """From the fields of a form, all of them text; what is empty was not given."""
        return cls.model_validate({name: value for name, value in fields.items() if value != "" or name == "prompt"})


def read_size(text: str | None) -> tuple[int | None, int | None]:
    """Width and height in pixels, None for the model's own. Raises SpecError."""
    if text is None or text == AUTO:
        return None, None
    found = SIZE.fullmatch(text)
    if found is None:
        raise SpecError("spec.size.range", "no size", expected="WIDTHxHEIGHT in pixels, or auto", got=text[:40])
    return int(found[1]), int(found[2])

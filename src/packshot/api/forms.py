"""The multipart form of an edit: one picture, perhaps a mask, and fields of text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from fastapi import Request
from pydantic import BaseModel
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException

from packshot.errors import RequestError, SourceError

IMAGE: Final = ("image", "image[]")
MASK: Final = "mask"
FIELDS_MAX: Final = 40
FIELD_BYTES_MAX: Final = 65_536


@dataclass(frozen=True, slots=True)
class EditForm:
    """The bytes of the files, and the other fields as text."""

    image: bytes
    mask: bytes | None
    fields: dict[str, str]


async def read_edit_form(request: Request) -> EditForm:
    """Reads the body. Raises RequestError, or SourceError where there is not exactly one picture."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "multipart/form-data":
        raise RequestError(
            "request.invalid", "not a form", expected="multipart/form-data", got=kind[:80] or "no content type"
        )
    try:
        async with request.form(max_files=FIELDS_MAX, max_fields=FIELDS_MAX, max_part_size=FIELD_BYTES_MAX) as form:
            return await _read(form)
    except MultiPartException as error:
        raise RequestError("request.invalid", "the form cannot be read", got=error.message[:200]) from error


async def _read(form: FormData) -> EditForm:
    images: list[bytes] = []
    masks: list[bytes] = []
    fields: dict[str, str] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            _file_list(name, images, masks).append(await value.read())
        elif name in IMAGE or name == MASK:
            raise SourceError("source.missing", f"{name} is no file", expected="a PNG, JPEG or WebP file", got="text")
        elif name in fields:
            raise RequestError("request.invalid", f"{name[:80]} is given twice", expected="each field once")
        else:
            fields[name] = value
    if len(images) != 1:
        raise SourceError(
            "source.missing" if not images else "source.many",
            "an edit begins with one picture",
            expected="one file as image or image[]",
            got=str(len(images)),
        )
    if len(masks) > 1:
        raise SourceError("source.mask", "more than one mask", expected="one file as mask", got=str(len(masks)))
    return EditForm(images[0], masks[0] if masks else None, fields)


def _file_list(name: str, images: list[bytes], masks: list[bytes]) -> list[bytes]:
    if name in IMAGE:
        return images
    if name == MASK:
        return masks
    raise RequestError("request.invalid", f"unknown file {name[:80]}", expected="image, image[], mask", got=name[:80])


def form_schema(model: type[BaseModel]) -> dict[str, Any]:
    """The form in the OpenAPI schema: the model's fields and the files."""
    schema = model.model_json_schema()
    file = {"type": "string", "format": "binary"}
    schema["properties"] = {
        "image": {**file, "description": "PNG, JPEG or WebP: up to 20 MB and 25 megapixels. Also as `image[]`."},
        "mask": {**file, "description": "Of the picture's size; what is transparent in it is made anew."},
        **schema["properties"],
    }
    schema["required"] = ["image", *schema.get("required", [])]
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}

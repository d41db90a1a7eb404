"""Fields and files as releases have them, and source photos with what nobody wants to send out."""

from __future__ import annotations

import io
from typing import Any, Final

from PIL import ExifTags, Image, PngImagePlugin

from packshot.metadata import FileForm, ReleasedFields, prompt_hash
from packshot.metadata.released import encode_released
from packshot.metadata.source_type import IPTC
from packshot.result import EditKind
from tests.metadata.samples import sample_pixels

FORMS: Final = (FileForm("PNG"), FileForm("JPEG"), FileForm("WEBP"))
PIXELS: Final = sample_pixels(width=48, height=40)
PROMPT: Final = "a red mug on a marble table"


def fields(**changes: Any) -> ReleasedFields:
    return ReleasedFields(
        **{
            "edit": EditKind.LOCKED,
            "sku": "MUG-17",
            "channel": "google-merchant",
            "picture_digest": "ab" * 32,
            "creator_tool": "Packshot 0.1.0",
            "run_id": "01JDBAHPZ00000000000000000",
            "spec_hash": "ps1:" + "cd" * 32,
            "prompt_hash": prompt_hash(PROMPT),
            **changes,
        }
    )


def released(form: FileForm, a1111: str | None = None, **changes: Any) -> bytes:
    return encode_released(PIXELS, fields(**changes), form, a1111=a1111)


def xmp(code: str) -> str:
    """A packet as another program writes it: the property as an attribute, by its code."""
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" '
        f'Iptc4xmpExt:DigitalSourceType="{IPTC}{code}"/></rdf:RDF></x:xmpmeta>'
    )


def photo(form: str = "JPEG", packet: str | bytes = "", *, gps: bool = False) -> bytes:
    """A source photo; with `gps`, its EXIF names camera, person and place."""
    options: dict[str, Any] = {}
    if packet and form == "PNG":
        chunks = PngImagePlugin.PngInfo()
        chunks.add_itxt("XML:com.adobe.xmp", str(packet))
        options["pnginfo"] = chunks
    elif packet:
        options["xmp"] = packet.encode() if isinstance(packet, str) else packet
    if gps:
        exif = Image.Exif()
        exif[ExifTags.Base.Artist] = "A Person"
        exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (48.0, 8.0, 15.0), 3: "E", 4: (11.0, 34.0, 30.0)})
        options["exif"] = exif
    file = io.BytesIO()
    Image.fromarray(sample_pixels(3, width=40, height=40)).save(file, form, **options)
    return file.getvalue()

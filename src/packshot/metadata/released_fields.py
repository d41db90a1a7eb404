"""What a released file says about itself, as values; and the same as XMP properties. Knows nothing about files."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from packshot.metadata.label import UNLABELLED, SourceLabels
from packshot.metadata.source_type import SourceType, source_type_of
from packshot.metadata.xmp import Properties
from packshot.result import EditKind

XMP_BASIC: Final = "http://ns.adobe.com/xap/1.0/"
IPTC_EXTENSION: Final = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
OWN: Final = "urn:packshot:release:1#"
PREFIXES: Final = {IPTC_EXTENSION: "Iptc4xmpExt", XMP_BASIC: "xmp", OWN: "packshot"}

SOURCE_TYPE_PROPERTY: Final = (IPTC_EXTENSION, "DigitalSourceType")
_CREATOR_TOOL: Final = (XMP_BASIC, "CreatorTool")
_PROMPT: Final = (IPTC_EXTENSION, "AIPromptInformation")


@dataclass(frozen=True, slots=True)
class ReleasedFields:
    """`picture_digest` is that of the master's pixels, `source` what the source photo said about itself.

    `prompt` is there only where its text was asked for; a picture without a prompt has no hash either.
    """

    edit: EditKind
    sku: str
    channel: str
    picture_digest: str
    creator_tool: str
    run_id: str | None = None
    spec_hash: str | None = None
    prompt_hash: str | None = None
    prompt: str | None = None
    source: SourceLabels = UNLABELLED

    @property
    def source_type(self) -> SourceType:
        """IPTC's code for it."""
        return source_type_of(self.edit, self.source.ai)


def prompt_hash(prompt: str) -> str:
    """SHA-256 (hex) of the prompt's UTF-8. Whoever guesses the prompt can confirm it by that."""
    return hashlib.sha256(prompt.encode("utf-8", "surrogatepass")).hexdigest()


def as_properties(fields: ReleasedFields) -> dict[tuple[str, str], str]:
    """The XMP properties, without those that are not there."""
    values: dict[tuple[str, str], str | None] = {
        SOURCE_TYPE_PROPERTY: fields.source_type,
        _PROMPT: fields.prompt,
        _CREATOR_TOOL: fields.creator_tool,
        (OWN, "Edit"): fields.edit,
        (OWN, "Sku"): fields.sku,
        (OWN, "Channel"): fields.channel,
        (OWN, "PictureDigest"): fields.picture_digest,
        (OWN, "RunId"): fields.run_id,
        (OWN, "SpecHash"): fields.spec_hash,
        (OWN, "PromptHash"): fields.prompt_hash,
        (OWN, "SourceDigitalSourceType"): fields.source.ai,
        (OWN, "SourceC2pa"): "true" if fields.source.c2pa else None,
    }
    return {name: value for name, value in values.items() if value is not None}


def from_properties(properties: Properties) -> ReleasedFields | None:
    """The same read back; None where a property that is always there is missing or none that we write."""
    try:
        source = properties.get((OWN, "SourceDigitalSourceType"))
        return ReleasedFields(
            edit=EditKind(properties[OWN, "Edit"]),
            sku=properties[OWN, "Sku"],
            channel=properties[OWN, "Channel"],
            picture_digest=properties[OWN, "PictureDigest"],
            creator_tool=properties[_CREATOR_TOOL],
            run_id=properties.get((OWN, "RunId")),
            spec_hash=properties.get((OWN, "SpecHash")),
            prompt_hash=properties.get((OWN, "PromptHash")),
            prompt=properties.get(_PROMPT),
            source=SourceLabels(
                None if source is None else SourceType(source), properties.get((OWN, "SourceC2pa")) == "true"
            ),
        )
    except (KeyError, ValueError):
        return None

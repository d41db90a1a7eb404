"""A picture file's label, XMP and C2PA state, for people and as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from packshot.cli.output import say

if TYPE_CHECKING:
    from packshot.workflow import InspectedFile


def file_fields(seen: InspectedFile) -> dict[str, object]:
    """What is known, by name; nothing is listed that the file does not have."""
    file, manifest = seen.file, seen.c2pa
    shown: dict[str, object | None] = {
        "format": f"{file.format}, {file.width}×{file.height} px",
        "pixels": file.digest,
        "source type": file.source_type,
        "AI label": "yes" if seen.labels.ai else "no",
        "place (GPS)": "yes, in the file" if file.gps else "no",
        "C2PA": "not verified: pip install packshot[c2pa]" if manifest is None else manifest.state,
    }
    if file.fields is not None:
        shown |= {
            "edit": str(file.fields.edit),
            "creator tool": file.fields.creator_tool,
            "SKU": file.fields.sku,
            "channel": file.fields.channel,
            "master's pixels": file.fields.picture_digest,
            "spec hash": file.fields.spec_hash,
            "prompt hash": file.fields.prompt_hash,
            "prompt": file.fields.prompt,
            "source's AI label": file.fields.source.ai,
            "source's C2PA": "yes" if file.fields.source.c2pa else None,
        }
    if manifest is not None and manifest.state != "absent":
        shown |= {
            "signed by": manifest.signer or None,
            "generator": manifest.generator or None,
            "actions": ", ".join(action.name for action in manifest.actions) or None,
            "made from": manifest.parent,
            "problems": ", ".join(manifest.problems) or None,
        }
    return {name: value for name, value in shown.items() if value is not None}


def file_json(seen: InspectedFile) -> dict[str, Any]:
    """The same, complete."""
    return {
        "file": asdict(seen.file),
        "labels": asdict(seen.labels),
        "c2pa": None if seen.c2pa is None else asdict(seen.c2pa),
    }


def print_fields(fields: dict[str, object]) -> None:
    """One line each, names in a column."""
    for name, value in fields.items():
        say(f"  {name:<18} {value}")

"""Working files: pixels between a source and a release, such as a repaired picture. Never a release.

What a file said about AI's part in it goes along, in the same words; everything else of the file stays behind. There
is no run, no SKU and no channel in it, so that nothing reads it as released, and it says itself that it is not.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from packshot.errors import OutputError
from packshot.metadata.atomic import write_atomically
from packshot.metadata.label import types_named
from packshot.metadata.released import FileForm, encode_labelled
from packshot.metadata.released_fields import IPTC_EXTENSION, SOURCE_TYPE_PROPERTY, XMP_BASIC
from packshot.metadata.source_type import SourceType, source_type_of
from packshot.metadata.xmp import write_xmp
from packshot.result import EditKind, Pixels

WORKING: Final = "urn:packshot:working:1#"
STATE: Final = "working file: neither approved nor released"
PREFIXES: Final = {IPTC_EXTENSION: "Iptc4xmpExt", XMP_BASIC: "xmp", WORKING: "packshotWorking"}


def working_source_type(content: bytes, *, made_by_ai: bool, retouched: bool) -> SourceType | None:
    """What a file made from `content` has to say: its own label, if it has one, and never less.

    `made_by_ai`: it is known that a model made it, also where the file does not say so. `retouched`: its content was
    changed without a model. None where there is nothing to say.
    """
    named = types_named(content)
    if made_by_ai:
        named |= {SourceType.TRAINED}
    strongest = next((kind for kind in SourceType if kind in named), None)
    return source_type_of(EditKind.RETOUCHED, strongest) if retouched else strongest


def encode_working(pixels: Pixels, source_type: SourceType | None, form: FileForm, creator_tool: str) -> bytes:
    """The file's bytes for (H, W, 3) pixels in sRGB: the same input gives the same bytes. JPEG is 4:4:4."""
    label = {} if source_type is None else {SOURCE_TYPE_PROPERTY: str(source_type)}
    properties = {**label, (XMP_BASIC, "CreatorTool"): creator_tool, (WORKING, "State"): STATE}
    return encode_labelled(pixels, write_xmp(properties, PREFIXES), form)


def write_working(path: Path, content: bytes) -> bool:
    """Write a working file's bytes, whole or not at all; False where exactly that file is there already.

    Anything else is never overwritten (OutputError output.exists). Raises output.unwritable and store.full too.
    """
    try:
        write_atomically(path, content, keep_existing=True)
    except FileExistsError:
        if path.read_bytes() == content:
            return False
        raise OutputError(
            "output.exists",
            f"{path} is there already, with other content",
            expected="a free name: nothing is overwritten",
            hint="choose another folder by --out, or move that file away",
        ) from None
    return True

"""What a picture file says about itself: label, XMP, C2PA. Needs no workspace, and believes nothing of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from packshot.errors import OutputError
from packshot.metadata import C2paManifest, ReleasedFile, SourceLabels, read_bytes, read_c2pa, read_labels, released_in


@dataclass(frozen=True, slots=True)
class InspectedFile:
    """`c2pa` is None where there is a manifest, and the package that verifies it is not installed."""

    file: ReleasedFile
    labels: SourceLabels
    c2pa: C2paManifest | None

    @property
    def run_id(self) -> str | None:
        """The run that a released file names."""
        return None if self.file.fields is None else self.file.fields.run_id


def inspect_file(path: Path, anchors: Path | None = None) -> InspectedFile:
    """Read a PNG, JPEG or WebP file; `anchors` is a PEM file of trusted CAs. Raises RecordError and SourceError."""
    content = read_bytes(path)
    trusted = None if anchors is None else read_bytes(anchors).decode("ascii", "replace")
    try:
        manifest = read_c2pa(content, trusted)
    except OutputError:
        manifest = None
    return InspectedFile(released_in(content, path), read_labels(content), manifest)

"""Source pictures by what a person writes: a path, a picture's digest, a packaged name."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

from packshot.errors import SourceError
from packshot.resolve.source import SourcePicture, open_source

PACKAGED: Final = "builtin:"


class SourceLibrary(Protocol):
    """Finds a picture that is already known, by the digest of its pixels or by its name in the package."""

    def by_digest(self, digest: str) -> SourcePicture | None:
        """The picture with that digest, or None."""

    def packaged(self, name: str) -> Path | None:
        """The packaged picture of that name, or None."""


def names_file(text: str) -> bool:
    """Whether a source is written as a path: to whoever has another disk, it says nothing."""
    return not text.startswith(PACKAGED) and not _is_digest(text)


def find_source(text: str, library: SourceLibrary) -> SourcePicture:
    """A source by path, by a picture's digest, or by `builtin:NAME`. Raises SourceError."""
    if text.startswith(PACKAGED):
        name = text.removeprefix(PACKAGED)
        packaged = library.packaged(name)
        if packaged is None:
            raise SourceError("source.missing", f"the package has no picture {name!r}", got=name)
        return open_source(packaged)
    if _is_digest(text):
        known = library.by_digest(text)
        if known is None:
            raise SourceError("source.not_found", "no picture with that digest is known", got=text)
        return known
    return open_source(Path(text).expanduser())


def _is_digest(text: str) -> bool:
    return len(text) == 64 and all(letter in "0123456789abcdef" for letter in text)


def source_name(text: str) -> str:
    """A file's name without its folders: records travel inside pictures, and a source is found by its digest."""
    path = Path(text).expanduser()
    return as_text(path.name if path.exists() else text)


def as_text(name: str) -> str:
    """Valid text for the record, whatever bytes a file's name has."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")

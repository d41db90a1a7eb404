"""Fetches files of a hub's repository into the hub client's cache: counted as they come, gone on with after a stop.

The client throws a half-fetched file away. Large files are therefore fetched by its own `http_get` into a file beside
its blobs that stays when the connection breaks or a person presses Ctrl-C; once whole, and of the announced SHA-256, it
takes the blob's place, and the client links it as if it had fetched it.
"""

from __future__ import annotations

import hashlib
import io
import os
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

from packshot.errors import ModelError

PARTIAL: Final = ".packshot-partial"


@dataclass(frozen=True, slots=True)
class Fetch:
    """Where fetching a model stands: bytes that are here of the files that were not whole when it began."""

    repository: str
    done_bytes: int
    total_bytes: int


OnFetch = Callable[[Fetch], None]
"""Told at the beginning, and of every piece."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file of a repository. `sha256` where it is a large one, whose blob has that name in the cache."""

    name: str
    size_bytes: int
    sha256: str | None


def partial_bytes(files: list[RemoteFile], blobs: Path) -> int:
    """Bytes of these files that an earlier call left half-fetched."""
    return sum(_size(_partial(file, blobs)) for file in files if file.sha256 is not None)


def fetch_files(repository: str, commit: str, files: list[RemoteFile], blobs: Path, on_fetch: OnFetch) -> None:
    """Fetch what the cache lacks. Raises what the client raises, and ModelError on other bytes than announced.

    What has come stays for the next call.
    """
    from huggingface_hub import hf_hub_download
    from huggingface_hub.utils import disable_progress_bars, logging

    disable_progress_bars()
    logging.set_verbosity_error()
    total = sum(file.size_bytes for file in files)
    before = 0

    def tell(position: int) -> None:
        on_fetch(Fetch(repository, before + position, total))

    on_fetch(Fetch(repository, partial_bytes(files, blobs), total))
    for file in sorted(files, key=lambda file: _turn(file, blobs)):
        if file.sha256 is not None and not (blobs / file.sha256).exists():
            _fetch_large(repository, commit, file, blobs, tell)
        hf_hub_download(repository, file.name, revision=commit)
        tell(file.size_bytes)
        before += file.size_bytes


def _turn(file: RemoteFile, blobs: Path) -> tuple[bool, bool]:
    """Small files first: where weights are whole, their configuration is there. Then what is half here."""
    return file.sha256 is not None, _size(_partial(file, blobs)) == 0


def _fetch_large(repository: str, commit: str, file: RemoteFile, blobs: Path, tell: Callable[[int], None]) -> None:
    from huggingface_hub import get_hf_file_metadata, hf_hub_url
    from huggingface_hub.file_download import http_get
    from huggingface_hub.utils import WeakFileLock, build_hf_headers

    url = hf_hub_url(repository, file.name, revision=commit)
    found = get_hf_file_metadata(url)
    headers = build_hf_headers()
    if urllib.parse.urlsplit(found.location).netloc != urllib.parse.urlsplit(url).netloc:
        headers.pop("authorization", None)  # the hub's token is nobody else's business
    blobs.mkdir(exist_ok=True)
    partial = _partial(file, blobs)
    with WeakFileLock(f"{partial}.lock"), partial.open("a+b") as stream:
        begun = stream.seek(0, os.SEEK_END)
        if begun > file.size_bytes:
            begun = stream.truncate(0)
        counted = cast(BinaryIO, _Counted(stream, tell))
        http_get(found.location, counted, resume_size=begun, headers=headers, expected_size=file.size_bytes)
    if _sha256(partial) != file.sha256:
        partial.unlink()
        raise ModelError(
            "model.corrupt",
            f"{file.name} of {repository} came damaged",
            expected=f"sha256:{file.sha256}",
            got="other bytes",
            hint="call again: it is fetched anew",
        )
    partial.replace(blobs / str(file.sha256))
    Path(f"{partial}.lock").unlink(missing_ok=True)


class _Counted(io.RawIOBase):
    """A file that tells how long it is after each piece: true even when a server starts from the beginning."""

    def __init__(self, stream: Any, tell: Callable[[int], None]) -> None:
        self._stream = stream
        self._tell = tell

    def write(self, piece: Any) -> int:
        written = int(self._stream.write(piece))
        self._tell(self._stream.tell())
        return written

    def tell(self) -> int:
        return int(self._stream.tell())

    def seek(self, position: int, whence: int = os.SEEK_SET) -> int:
        return int(self._stream.seek(position, whence))

    def truncate(self, size: int | None = None) -> int:
        return int(self._stream.truncate(size))


def _partial(file: RemoteFile, blobs: Path) -> Path:
    return blobs / f"{file.sha256}{PARTIAL}"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()

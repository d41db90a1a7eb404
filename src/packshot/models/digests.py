"""Digests of big files, remembered by path, size and time of change, so that a model is read once."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from pathlib import Path

from packshot.spec import sha256_of

_SHA256_NAME = re.compile(r"[0-9a-f]{64}")


class DigestCache:
    """Digests kept in one JSON file; a missing, broken or unwritable file only costs time."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known: dict[str, list[str | int]] = {}
        if path is not None:
            try:
                self._known = _entries(json.loads(path.read_text(encoding="utf-8")))
            except (OSError, ValueError):
                self._known = {}

    def file_sha256(self, path: Path) -> str:
        """SHA-256 (hex) of a file's bytes.

        The hub's cache names a big file by that very digest, which is then taken from the name.
        """
        real = path.resolve()
        if real != path and _SHA256_NAME.fullmatch(real.name):
            return real.name
        return self._digest(real, str(real), 0)

    def tail_sha256(self, path: Path, begins_at: int) -> str:
        """SHA-256 (hex) of a file's bytes from `begins_at` on."""
        real = path.resolve()
        return self._digest(real, f"{real}#{begins_at}", begins_at)

    def path_of(self, digest: str) -> Path | None:
        """Where a file with that SHA-256 (hex) was seen, if it is still there unchanged."""
        for key, known in self._known.items():
            if known[2] == digest and _is_unchanged(Path(key), known):
                return Path(key)
        return None

    def _digest(self, real: Path, key: str, begins_at: int) -> str:
        status = real.stat()
        known = self._known.get(key)
        if known and known[:2] == [status.st_size, status.st_mtime_ns]:
            return str(known[2])
        with real.open("rb") as stream:
            stream.seek(begins_at)
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        self._known[key] = [status.st_size, status.st_mtime_ns, digest]
        self._save()
        return digest

    def model_digest(self, root: Path, files: tuple[str, ...]) -> str:
        """`sha256:` over the canonical JSON of {relative path: SHA-256 of the file}."""
        return "sha256:" + sha256_of({name: self.file_sha256(root / name) for name in files})

    def _save(self) -> None:
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=self._path.parent, delete=False, encoding="utf-8") as stream:
                json.dump(self._known, stream)
            Path(stream.name).replace(self._path)
        except OSError:
            return


def _is_unchanged(path: Path, known: list[str | int]) -> bool:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return False
    return known[:2] == [status.st_size, status.st_mtime_ns]


def _entries(value: object) -> dict[str, list[str | int]]:
    """What of a stored cache has the right shape."""
    if not isinstance(value, dict):
        return {}
    return {key: entry for key, entry in value.items() if isinstance(entry, list) and len(entry) == 3}

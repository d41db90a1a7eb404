"""Finds LoRA files: by what a person writes, and by the digest that a record names. Imports no torch."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packshot.errors import ModelError
from packshot.models.digests import DigestCache
from packshot.models.safetensors_header import read_header
from packshot.spec import LORA_DIGEST, LoraPin

SUFFIX = ".safetensors"
_HUB_LIKE = re.compile(r"[\w.\-]+/[\w.\-]+(:[^/]*)?|https?://.*")


@dataclass(frozen=True, slots=True)
class FoundLora:
    """A file, its pin, and the digest by which other tools know it (of what follows the header)."""

    path: Path
    pin: LoraPin
    tensors_digest: str


class LoraShelf:
    """Looks in the current folder, and in `folder`. `digests` remembers what was hashed, and where it was."""

    def __init__(self, digests: DigestCache, folder: Path | None = None) -> None:
        self._digests = digests
        self._folder = folder

    def find(self, text: str, weight: float) -> FoundLora:
        """The file that a person names, by path or by digest.

        Raises ModelError on what is not there, a pickle, or no whole safetensors.
        """
        if LORA_DIGEST.fullmatch(text):
            return self._by_digest(LoraPin(digest=text, weight=weight))
        path = Path(text).expanduser()
        if not path.is_file() and self._folder is not None and (self._folder / path).is_file():
            path = self._folder / path
        if not path.is_file():
            raise self._missing(text)
        if path.suffix.lower() != SUFFIX:
            raise ModelError(
                "model.pickle_only",
                f"{path.name} is not a safetensors file",
                expected="a .safetensors file: other kinds can run code when they are opened",
                got=path.suffix or "no suffix",
                hint="convert it, or take a safetensors release of the LoRA",
            )
        return self._found(path, weight)

    def find_pinned(self, pin: LoraPin, name: str | None, named: Sequence[Path] = ()) -> FoundLora:
        """The file with a recorded digest: one of `named`, where it was last seen, by its `name`, or in the folder.

        Raises ModelError (`model.lora.not_found`).
        """
        digest = pin.digest.removeprefix("sha256:")
        for path in self._candidates(digest, name, named):
            if self._has(path, digest):
                return self._found(path, pin.weight)
        places = "the current folder" if self._folder is None else f"the current folder, nor in {self._folder}"
        raise ModelError(
            "model.lora.not_found",
            f"a LoRA of this run is not at hand ({name or 'no name'})",
            expected=f"the file with digest {pin.digest}",
            got=f"not in {places}",
            hint="name the file by --lora",
        )

    def _by_digest(self, pin: LoraPin) -> FoundLora:
        digest = pin.digest.removeprefix("sha256:")
        for path in self._candidates(digest, None, ()):
            if self._has(path, digest):
                return self._found(path, pin.weight)
        raise ModelError(
            "model.lora.missing",
            "no LoRA with that digest is known",
            expected="a file that was used here before"
            + ("" if self._folder is None else f", or one in {self._folder}"),
            got=pin.digest,
            hint="name the file",
        )

    def digest_of(self, path: Path) -> str:
        """`sha256:` and the digest of a file. Raises ModelError where it is not there."""
        if not path.is_file():
            raise self._missing(str(path))
        return "sha256:" + self._digests.file_sha256(path)

    def _has(self, path: Path, digest: str) -> bool:
        """Whether that very file is there; what cannot be looked at is not."""
        try:
            return path.is_file() and self._digests.file_sha256(path) == digest
        except OSError:
            return False

    def _candidates(self, digest: str, name: str | None, named: Sequence[Path]) -> Iterator[Path]:
        yield from named
        seen = self._digests.path_of(digest)
        if seen is not None:
            yield seen
        # a record comes from anywhere: its name may lead out of no folder
        if name and name.endswith(SUFFIX) and Path(name).name == name and "\\" not in name:
            yield Path(name)
        if self._folder is not None:
            yield from sorted(self._folder.glob(f"*{SUFFIX}"))

    def _found(self, path: Path, weight: float) -> FoundLora:
        begins_at = read_header(path).data_begins_at
        digest, tensors = self._digests.file_sha256(path), self._digests.tail_sha256(path, begins_at)
        # not resolved: in the hub's cache a name is a link to a file that is named by its digest
        return FoundLora(path.absolute(), LoraPin(digest="sha256:" + digest, weight=weight), tensors)

    def _missing(self, text: str) -> ModelError:
        hint = "LoRA files are taken from this machine: download it first" if _HUB_LIKE.fullmatch(text) else None
        where = "" if self._folder is None else f", here or in {self._folder}"
        return ModelError(
            "model.lora.missing",
            f"no LoRA at {text}",
            expected=f"a {SUFFIX} file{where}",
            got="a folder" if Path(text).expanduser().is_dir() else "nothing there",
            hint=hint,
        )

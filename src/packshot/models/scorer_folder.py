"""Finds a model that compares pictures and prompts: a folder, or a repository of the hub. Reads JSON only.

What is in the hub's cache is used as it is there; the hub is asked only where that is allowed, and for safetensors
weights only. Knows nothing of how such a model is run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from packshot.errors import ModelError
from packshot.models.asked_of_hub import asked_of_hub
from packshot.models.description import read_json

KINDS: Final = ("clip", "siglip", "siglip2")
"""Values of `model_type` in a configuration."""
PARTS: Final = (("preprocessor_config.json", "processor_config.json"), ("tokenizer_config.json",))
"""Files without which pictures or words cannot be prepared: one of each."""
WANTED: Final = ("*.json", "*.txt", "*.model", "*.safetensors")
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.\-]*/[A-Za-z0-9][\w.\-]*")


@dataclass(frozen=True, slots=True)
class ScorerFolder:
    """`name` as a person wrote it, `folder` where it is, `kind` one of `KINDS`."""

    name: str
    folder: Path
    kind: str


def find_scorer(text: str, *, offline: bool) -> ScorerFolder:
    """The model that `--scorer` names: a folder, or a hub id with `@revision`. Raises ModelError."""
    path = Path(text).expanduser()
    if path.is_dir():
        return _checked(text, path)
    name, _, revision = text.partition("@")
    if not _HUB_ID.fullmatch(name) or text.startswith((".", "/", "~")):
        raise ModelError(
            "model.unknown",
            f"no scorer at {text}",
            expected="a folder with a CLIP, SigLIP or SigLIP 2 model, or a hub id (owner/name)",
            got="nothing there",
        )
    return _from_hub(text, name, revision or "main", offline=offline)


def _from_hub(text: str, repository: str, revision: str, *, offline: bool) -> ScorerFolder:
    from huggingface_hub import snapshot_download

    def snapshot(*, local: bool) -> Path:
        return Path(
            snapshot_download(repository, revision=revision, allow_patterns=list(WANTED), local_files_only=local)
        )

    try:
        cached = _checked(text, snapshot(local=True))
    except (OSError, ValueError) as error:  # the hub's client: not in the cache, or not whole
        missing: Exception = error
    except ModelError as error:
        if error.code != "model.incomplete":
            raise
        missing = error
    else:
        return cached
    if offline:
        raise _not_at_hand(repository, "the hub may not be asked (offline)") from missing
    return _checked(text, asked_of_hub(repository, lambda: snapshot(local=False), _not_at_hand))


def _checked(text: str, folder: Path) -> ScorerFolder:
    config = read_json(folder / "config.json")
    kind = str(config.get("model_type"))
    if kind not in KINDS:
        raise ModelError(
            "model.unsupported",
            f"{text} is no model that compares pictures and prompts",
            expected=f"model_type {', '.join(KINDS)} in config.json",
            got=kind,
            hint="name a whole CLIP, SigLIP, SigLIP 2 or PickScore model, with both towers",
        )
    for names in PARTS:
        if not any((folder / name).is_file() for name in names):
            raise _incomplete(text, " or ".join(names), folder)
    if not list(folder.glob("*.safetensors")):
        if list(folder.glob("*.bin")):
            raise ModelError(
                "model.pickle_only",
                f"{text} has no safetensors weights",
                expected="model.safetensors: other kinds can run code when they are opened",
                got="pytorch_model.bin",
                hint="convert it, or take a safetensors release of the model",
            )
        raise _incomplete(text, "model.safetensors", folder)
    return ScorerFolder(text, folder, kind)


def has_pair(card: dict[str, Any]) -> bool:
    """Whether a model's card (`packshot.json`) says that its encoders compare pictures and prompts."""
    return isinstance(card.get("clip"), dict)


def _incomplete(text: str, name: str, folder: Path) -> ModelError:
    return ModelError("model.incomplete", f"{text} lacks {name}", expected=name, got=str(folder))


def _not_at_hand(repository: str, why: str) -> ModelError:
    return ModelError(
        "model.not_cached",
        f"the scorer {repository} is not on this machine, and {why}",
        expected="the model in the hub's cache, or a connection",
        got=why,
        hint=f"on a machine with a connection: `hf download {repository}`; or name a folder by --scorer",
    )

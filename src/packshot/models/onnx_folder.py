"""Finds a folder with an ONNX model in the hub's cache or, where that is allowed, in the hub. Reads nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from packshot.errors import ModelError
from packshot.models.asked_of_hub import asked_of_hub

WANTED: Final = ("*.json", "model.onnx", "model.onnx_data", "onnx/model.onnx", "onnx/model.onnx_data")
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.\-]*/[A-Za-z0-9][\w.\-]*")


def onnx_folder_from_hub(text: str, *, offline: bool) -> Path:
    """The snapshot of a hub id (owner/name, `@revision`). Raises ModelError with what to do."""
    from huggingface_hub import snapshot_download

    repository, _, revision = text.partition("@")
    if not _HUB_ID.fullmatch(repository):
        raise ModelError(
            "model.unknown",
            f"no matting model at {text}",
            expected="a .onnx file, a folder with one, or a hub id (owner/name)",
            got="nothing there",
        )

    def snapshot(*, local: bool) -> Path:
        return Path(
            snapshot_download(
                repository, revision=revision or "main", allow_patterns=list(WANTED), local_files_only=local
            )
        )

    try:
        return snapshot(local=True)
    except (OSError, ValueError) as error:  # the hub's client: not in the cache
        if offline:
            raise _not_at_hand(repository, "the hub may not be asked (offline)") from error
    return asked_of_hub(repository, lambda: snapshot(local=False), _not_at_hand)


def _not_at_hand(repository: str, why: str) -> ModelError:
    return ModelError(
        "model.not_cached",
        f"the matting model {repository} is not on this machine, and {why}",
        expected="the model in the hub's cache, or a connection",
        got=why,
        hint=f"on a machine with a connection: `hf download {repository}`; or name a folder with its model.onnx",
    )

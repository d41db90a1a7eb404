"""Converted denoisers on disk, so that the second start does not convert again. Knows nothing about UNets.

An entry is a folder with OpenVINO's two files and their digests. It appears whole or not at all; what is damaged is
thrown away and made again; a cache that cannot be written costs time only. Compiled blobs are not kept: importing one
took as long as compiling (docs/log.md, 2026-11-25), and forgets the precision it was compiled for.
"""

from __future__ import annotations

import gc
import hashlib
import json
import secrets
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from packshot.engine.denoiser.openvino_library import import_openvino
from packshot.spec import sha256_of

FILES = ("denoiser.xml", "denoiser.bin")
MANIFEST = "manifest.json"
PARTIAL = ".partial-"
WITH_LORAS = "loras"
"""The key of `made_from` that says which LoRAs are in the weights."""

WITH_LORAS_KEPT = 2
"""Entries with LoRAs that stay on disk, the last ones made: each is a whole denoiser, a sweep makes one a weight."""

PARTIAL_KEPT_S = 3600.0
"""Older than this, a half-written entry belongs to a process that was killed."""


class ConvertedCache:
    """Models by what they were made from. Without a folder nothing is kept."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def get(self, made_from: dict[str, Any], make: Callable[[], Any]) -> Any:
        """The `openvino.Model` for `made_from` (JSON values), read from disk, or made and kept."""
        if self._folder is None:
            return make()
        entry = self._folder / sha256_of(made_from)[:40]
        found = _read(entry)
        if found is not None:
            return found
        model = make()
        try:
            _write(entry, model, made_from)
        except (OSError, RuntimeError):
            return model
        if WITH_LORAS in made_from:
            _keep_last(self._folder)
        found = _read(entry)
        if found is None:
            return model
        # the traced modules hold each other, and with them the weights: 3.4 GB of a Stable Diffusion 1.5
        del model
        gc.collect()
        return found


def _read(entry: Path) -> Any | None:
    """The model of an intact entry; a damaged one is removed."""
    if not entry.is_dir():
        return None
    try:
        expected = json.loads((entry / MANIFEST).read_text(encoding="utf-8"))["sha256"]
        if expected == _digests(entry):
            return import_openvino().Core().read_model(entry / FILES[0])
    except (OSError, ValueError, KeyError, TypeError, RuntimeError):
        pass
    shutil.rmtree(entry, ignore_errors=True)
    return None


def _write(entry: Path, model: Any, made_from: dict[str, Any]) -> None:
    """Raises OSError or RuntimeError where the files cannot be written whole."""
    openvino = import_openvino()
    entry.parent.mkdir(parents=True, exist_ok=True)
    _sweep(entry.parent)
    partial = entry.parent / f"{PARTIAL}{secrets.token_hex(8)}"
    partial.mkdir()
    try:
        openvino.save_model(model, partial / FILES[0], compress_to_fp16=False)
        openvino.Core().read_model(partial / FILES[0])  # a full disk shows here: constants beyond the file's end
        manifest = {"made_from": made_from, "sha256": _digests(partial)}
        (partial / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
        partial.rename(entry)
    except OSError:
        if not entry.is_dir():  # else another process was first
            raise
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _digests(folder: Path) -> dict[str, str]:
    digests = {}
    for name in FILES:
        with (folder / name).open("rb") as stream:
            digests[name] = hashlib.file_digest(stream, "sha256").hexdigest()
    return digests


def _keep_last(folder: Path) -> None:
    """Remove all but the last entries with LoRAs."""
    adapted = []
    for manifest in folder.glob(f"*/{MANIFEST}"):
        try:
            if WITH_LORAS in json.loads(manifest.read_text(encoding="utf-8"))["made_from"]:
                adapted.append((manifest.stat().st_mtime_ns, manifest.parent))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    for _, entry in sorted(adapted)[:-WITH_LORAS_KEPT]:
        shutil.rmtree(entry, ignore_errors=True)


def _sweep(folder: Path) -> None:
    for path in folder.glob(f"{PARTIAL}*"):
        if time.time() - path.stat().st_mtime > PARTIAL_KEPT_S:
            shutil.rmtree(path, ignore_errors=True)

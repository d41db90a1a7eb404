"""Keeps what was measured of the runtimes, in the workspace's cache. Knows nothing about measuring."""

from __future__ import annotations

import tempfile
from pathlib import Path

from pydantic import ValidationError

from packshot.result import Bench, BenchFile
from packshot.settings import Settings


def bench_path(settings: Settings) -> Path:
    """Where the measurements of a workspace are."""
    return settings.cache / "bench.json"


def read_bench(settings: Settings, weights_digest: str) -> Bench | None:
    """What was measured of these weights on this processor, with these threads and this OpenVINO; else None."""
    for bench in _benches(bench_path(settings)):
        here = (weights_digest, settings.processor, settings.threads, settings.openvino)
        if here == (bench.weights_digest, bench.processor, bench.threads, bench.libraries.get("openvino")):
            return bench
    return None


def keep_bench(settings: Settings, bench: Bench) -> Path:
    """Write measurements in the place of earlier ones of the same weights. Raises OSError."""
    path = bench_path(settings)
    others = (entry for entry in _benches(path) if entry.weights_digest != bench.weights_digest)
    text = BenchFile(benches=(*others, bench)).model_dump_json(by_alias=True, indent=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as stream:
        stream.write(text)
    Path(stream.name).replace(path)
    return path


def _benches(path: Path) -> tuple[Bench, ...]:
    """A missing or broken file only means that nothing was measured."""
    try:
        return BenchFile.model_validate_json(path.read_bytes()).benches
    except (OSError, ValidationError):
        return ()

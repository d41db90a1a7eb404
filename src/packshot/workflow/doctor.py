"""Looks at the machine and says in plain words what will work, what will not, and what to do about it."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from packshot.errors import PackshotError
from packshot.models import EMBEDDED
from packshot.settings import find_device
from packshot.workflow.workbench import Workbench

GB = 1e9
MEMORY_FOR_STUDIO_TINY = 2.5 * GB
MEMORY_FOR_SD15_CPU = 8 * GB
DISK_FOR_WORK = 0.5 * GB


class Level(StrEnum):
    """How much it matters."""

    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact about the machine; `remedy` where there is something to do."""

    topic: str
    level: Level
    fact: str
    remedy: str | None = None


def examine(bench: Workbench) -> list[Finding]:
    """Every finding, problems included; none of it changes anything."""
    return [
        _python(),
        _device(bench),
        _memory(bench),
        Finding("threads", Level.OK, f"{bench.settings.threads} threads for each operation (recorded with each run)"),
        _libraries(),
        _embedded(bench),
        _hub_cache(bench),
        _workspace(bench),
        _disk(bench.settings.workspace),
    ]


def _python() -> Finding:
    version = platform.python_version()
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding("python", Level.OK, f"Python {version} on {platform.platform()}")
    return Finding("python", Level.PROBLEM, f"Python {version}", "use Python 3.11, 3.12 or 3.13")


def _device(bench: Workbench) -> Finding:
    device = bench.settings.device
    if device.startswith("cuda"):
        return _cuda()
    if device == "mps":
        return Finding(
            "device",
            Level.NOTE,
            "Apple GPU; float32 is used: float16 there gives NaN and black pictures",
            "leave --precision at float32; PACKSHOT_DEVICE=cpu where a picture is black all the same",
        )
    if shutil.which("nvidia-smi") and find_device() == "cpu":
        return Finding(
            "device",
            Level.PROBLEM,
            "there is an NVIDIA GPU, but this torch cannot use it (no CUDA in the build, or no driver)",
            "install torch with CUDA in this environment, and check that `nvidia-smi` lists the GPU",
        )
    return Finding(
        "device",
        Level.NOTE,
        "no GPU: studio-tiny takes seconds a picture, Stable Diffusion 1.5 some minutes",
        f"--model {EMBEDDED} here; larger models on a GPU node",
    )


def _cuda() -> Finding:
    import torch

    free, total = torch.cuda.mem_get_info()
    name = torch.cuda.get_device_name()
    if free < 4 * GB:
        return Finding(
            "device",
            Level.PROBLEM,
            f"{name}: {free / GB:.1f} of {total / GB:.1f} GB free",
            "end other processes on the GPU (`nvidia-smi` lists them), or make smaller pictures",
        )
    return Finding("device", Level.OK, f"{name}: {free / GB:.1f} of {total / GB:.1f} GB free, float16")


def _memory(bench: Workbench) -> Finding:
    import psutil

    available = psutil.virtual_memory().available
    total = psutil.virtual_memory().total
    fact = f"{available / GB:.1f} of {total / GB:.1f} GB of memory free"
    if available < MEMORY_FOR_STUDIO_TINY:
        return Finding("memory", Level.PROBLEM, fact, "close other programs: studio-tiny needs about 2 GB")
    if available < MEMORY_FOR_SD15_CPU and bench.settings.device == "cpu":
        return Finding("memory", Level.NOTE, f"{fact}: enough for studio-tiny, short for Stable Diffusion 1.5 (8 GB)")
    return Finding("memory", Level.OK, fact)


def _libraries() -> Finding:
    names = ("torch", "diffusers", "transformers", "safetensors", "numpy", "Pillow", "torchsde")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    return Finding("libraries", Level.OK, versions)


def _embedded(bench: Workbench) -> Finding:
    try:
        model = bench.catalogue.find(EMBEDDED)
    except PackshotError as error:
        return Finding(EMBEDDED, Level.PROBLEM, str(error), "install packshot again: the model is part of the package")
    size = sum(path.stat().st_size for path in model.folder.rglob("*") if path.is_file())
    return Finding(EMBEDDED, Level.OK, f"{size / 1e6:.0f} MB in the package, weights {model.pin.digest[:19]}…")


def _hub_cache(bench: Workbench) -> Finding:
    from huggingface_hub import constants

    folder = Path(constants.HF_HUB_CACHE)
    cached = [entry.name for entry in bench.catalogue.listings() if entry.available and entry.name != EMBEDDED]
    offline = "; the hub is not asked (offline)" if bench.settings.offline else ""
    if cached:
        return Finding("hub cache", Level.OK, f"{', '.join(cached)} in {folder}{offline}")
    return Finding(
        "hub cache",
        Level.NOTE,
        f"none of the named models is in {folder}{offline}",
        "on a machine with a connection: --model sd15 fetches it once; or copy the cache and set HF_HOME",
    )


def _workspace(bench: Workbench) -> Finding:
    runs = bench.store.count_runs()
    return Finding(
        "workspace", Level.OK, f"{bench.settings.workspace.resolve()}: {runs} runs; `packshot verify` checks it"
    )


def _disk(folder: Path) -> Finding:
    free = shutil.disk_usage(folder).free
    if free < DISK_FOR_WORK:
        return Finding("disk", Level.PROBLEM, f"{free / GB:.1f} GB free", "make room: pictures cannot be kept")
    return Finding("disk", Level.OK, f"{free / GB:.0f} GB free")

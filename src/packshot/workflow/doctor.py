"""Looks at the machine and says in plain words what will work, what will not, and what to do about it."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from packshot.errors import EngineError, PackshotError
from packshot.models import EMBEDDED, Catalogue, check_device, find_scorer
from packshot.resolve import asked, choose_runtime, read_bench
from packshot.settings import Settings, find_device
from packshot.spec import MIXED

GB = 1e9
MEMORY_FOR_STUDIO_TINY = 2.5 * GB
MEMORY_FOR_SD15_CPU = 8 * GB
DISK_FOR_WORK = 0.5 * GB


DEVICE_REMEDY = (
    "install torch with CUDA in this environment and a driver that is new enough for it (`nvidia-smi` names both), "
    "or PACKSHOT_DEVICE=cpu"
)


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


def examine(settings: Settings, catalogue: Catalogue, count_runs: Callable[[], int]) -> list[Finding]:
    """Every finding, problems included; none of it changes anything.

    `count_runs` looks into the workspace; what it raises becomes a finding.
    """
    return [
        _python(),
        _device(settings.device),
        _memory(settings.device),
        Finding("threads", Level.OK, f"{settings.threads} threads for each operation (recorded with each run)"),
        _libraries(),
        _embedded(catalogue),
        _runtime(settings, catalogue),
        _evidence(settings),
        _hub_cache(settings, catalogue),
        _workspace(settings, count_runs),
        _disk(settings.workspace),
    ]


def _python() -> Finding:
    version = platform.python_version()
    if (3, 11) <= sys.version_info[:2] <= (3, 13):
        return Finding("python", Level.OK, f"Python {version} on {platform.platform()}")
    return Finding("python", Level.PROBLEM, f"Python {version}", "use Python 3.11, 3.12 or 3.13")


def _device(device: str) -> Finding:
    if device != "cpu":
        try:
            check_device(device)
        except EngineError as error:
            return Finding("device", Level.PROBLEM, error.message, DEVICE_REMEDY)
    if device.startswith("cuda"):
        return _cuda(device)
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
            DEVICE_REMEDY,
        )
    return Finding(
        "device",
        Level.NOTE,
        "no GPU: studio-tiny takes seconds a picture, Stable Diffusion 1.5 some minutes",
        f"--model {EMBEDDED} here; larger models on a GPU node",
    )


def _cuda(device: str) -> Finding:
    import torch

    free, total = torch.cuda.mem_get_info(device)
    name = torch.cuda.get_device_name(device)
    if free < 4 * GB:
        return Finding(
            "device",
            Level.PROBLEM,
            f"{name}: {free / GB:.1f} of {total / GB:.1f} GB free",
            "end other processes on the GPU (`nvidia-smi` lists them), or make smaller pictures",
        )
    return Finding("device", Level.OK, f"{name}: {free / GB:.1f} of {total / GB:.1f} GB free, float16")


def _memory(device: str) -> Finding:
    import psutil

    available = psutil.virtual_memory().available
    total = psutil.virtual_memory().total
    fact = f"{available / GB:.1f} of {total / GB:.1f} GB of memory free"
    if available < MEMORY_FOR_STUDIO_TINY:
        return Finding("memory", Level.PROBLEM, fact, "close other programs: studio-tiny needs about 2 GB")
    if available < MEMORY_FOR_SD15_CPU and device == "cpu":
        return Finding("memory", Level.NOTE, f"{fact}: enough for studio-tiny, short for Stable Diffusion 1.5 (8 GB)")
    return Finding("memory", Level.OK, fact)


def _libraries() -> Finding:
    names = ("torch", "diffusers", "transformers", "safetensors", "numpy", "Pillow", "torchsde")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    return Finding("libraries", Level.OK, versions)


def _embedded(catalogue: Catalogue) -> Finding:
    try:
        model = catalogue.find(EMBEDDED)
    except PackshotError as error:
        return Finding(EMBEDDED, Level.PROBLEM, str(error), "install packshot again: the model is part of the package")
    size = sum(path.stat().st_size for path in model.folder.rglob("*") if path.is_file())
    return Finding(EMBEDDED, Level.OK, f"{size / 1e6:.0f} MB in the package, weights {model.pin.digest[:19]}…")


def _runtime(settings: Settings, catalogue: Catalogue) -> Finding:
    openvino = f"OpenVINO {settings.openvino}" if settings.openvino else "no OpenVINO"
    bfloat16 = "bfloat16" if settings.bfloat16 else "no bfloat16"
    try:
        model = catalogue.find(EMBEDDED)
        bench, card_db = read_bench(settings, model.pin.digest), model.description.agreement_db
        choice = choose_runtime(asked(settings.runtime), asked(settings.precision), settings, bench, card_db)
    except PackshotError as error:
        return Finding("runtime", Level.PROBLEM, str(error), "PACKSHOT_RUNTIME=auto, PACKSHOT_PRECISION=auto")
    precision = "mixed precision" if choice.precision == MIXED else choice.precision
    fact = f"{choice.runtime} in {precision}: {choice.reason}; {openvino}, {bfloat16} in the processor"
    if settings.device == "cpu" and settings.openvino is None:
        return Finding("runtime", Level.NOTE, fact, "pip install openvino: the same promise in less time")
    return Finding("runtime", Level.OK, fact)


def _evidence(settings: Settings) -> Finding:
    try:
        reader = f"text is read by rapidocr {importlib.metadata.version('rapidocr')}"
    except importlib.metadata.PackageNotFoundError:
        return Finding("evidence", Level.NOTE, "no reader of text", "pip install rapidocr onnxruntime")
    if settings.scorer is None:
        return Finding("evidence", Level.OK, f"{reader}; prompt adherence by {EMBEDDED}'s own CLIP, for its pictures")
    try:
        found = find_scorer(settings.scorer, offline=True)
    except PackshotError as error:
        return Finding("evidence", Level.PROBLEM, f"{reader}; scorer: {error.message}", error.hint or error.expected)
    return Finding("evidence", Level.OK, f"{reader}; prompt adherence by {found.name} ({found.kind})")


def _hub_cache(settings: Settings, catalogue: Catalogue) -> Finding:
    from huggingface_hub import constants

    folder = Path(constants.HF_HUB_CACHE)
    cached = [entry.name for entry in catalogue.listings() if entry.available and entry.name != EMBEDDED]
    offline = "; the hub is not asked (offline)" if settings.offline else ""
    if cached:
        return Finding("hub cache", Level.OK, f"found in {folder}: {', '.join(cached)}{offline}")
    return Finding(
        "hub cache",
        Level.NOTE,
        f"none of the named models is in {folder}{offline}",
        "on a machine with a connection: --model sd15 fetches it once; or copy the cache and set HF_HOME",
    )


def _workspace(settings: Settings, count_runs: Callable[[], int]) -> Finding:
    where = ", ".join(filter(None, (str(settings.workspace.resolve()), settings.database_shown, settings.pictures)))
    if settings.database is None and not settings.workspace.is_dir():
        return Finding("workspace", Level.NOTE, f"none yet at {where}", "packshot experiment run lab")
    try:
        return Finding("workspace", Level.OK, f"{where}: {count_runs()} runs; `packshot verify` checks it")
    except PackshotError as error:
        return Finding("workspace", Level.PROBLEM, f"{where}: {error.message}", error.hint or "name another one")


def _disk(folder: Path) -> Finding:
    folder = folder.resolve()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    if free < DISK_FOR_WORK:
        return Finding("disk", Level.PROBLEM, f"{free / GB:.1f} GB free", "make room: pictures cannot be kept")
    return Finding("disk", Level.OK, f"{free / GB:.0f} GB free")

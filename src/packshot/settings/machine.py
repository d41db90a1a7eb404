"""Facts of this machine: its cores, its processor, the device to use. Found without importing torch."""

from __future__ import annotations

import ctypes
import importlib.metadata
import importlib.util
import os
import platform
import re
from functools import cache
from pathlib import Path

BFLOAT16_FLAGS = frozenset({"avx512_bf16", "amx_bf16"})
"""Linux' names of the instructions on x86. On ARM OpenVINO does not compute in bfloat16, whatever the processor can."""


def version_of(package: str) -> str | None:
    """Found without importing it, which takes a while."""
    if importlib.util.find_spec(package) is None:
        return None
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


@cache
def _processor() -> dict[str, str]:
    """What Linux tells about the first processor; nothing elsewhere."""
    try:
        first = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").partition("\n\n")[0]
    except OSError:
        return {}
    fields = (line.partition(":") for line in first.splitlines())
    return {name.strip(): value.strip() for name, _, value in fields}


def processor_name() -> str:
    """The CPU's name."""
    return _processor().get("model name") or platform.processor()


def computes_in_bfloat16() -> bool:
    """Whether the CPU has instructions for it."""
    return not BFLOAT16_FLAGS.isdisjoint(_processor().get("flags", _processor().get("Features", "")).split())


def physical_cores() -> int:
    """Cores that this process may use, without hyper-threads: what torch takes by default."""
    import psutil

    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1)
    return max(1, min(allowed, psutil.cpu_count(logical=False) or allowed))


def find_device() -> str:
    """The device to use where nobody says: found without importing torch (which takes seconds)."""
    if platform.system() == "Darwin" and platform.machine() == "arm64":
        return "mps"
    needed = _cuda_of_torch()
    return "cuda" if needed and _cuda_devices(needed) > 0 else "cpu"


def _cuda_of_torch() -> int:
    """The major version of CUDA that torch was built for, 0 for a build without."""
    found = importlib.util.find_spec("torch")
    if found is None or found.origin is None:
        return 0
    version_file = Path(found.origin).with_name("version.py")
    try:
        text = version_file.read_text(encoding="utf-8")
    except OSError:
        return 0
    built = re.search(r"^cuda\b.*=\s*['\"](\d+)", text, re.MULTILINE)
    return int(built.group(1)) if built else 0


def _cuda_devices(needed: int) -> int:
    """Devices of a driver that is new enough for CUDA `needed`."""
    try:
        driver = ctypes.CDLL("nvcuda.dll" if platform.system() == "Windows" else "libcuda.so.1")
    except OSError:
        return 0
    count, version = ctypes.c_int(0), ctypes.c_int(0)
    if driver.cuInit(0) != 0 or driver.cuDeviceGetCount(ctypes.byref(count)) != 0:
        return 0
    if driver.cuDriverGetVersion(ctypes.byref(version)) != 0 or version.value // 1000 < needed:
        return 0
    return count.value

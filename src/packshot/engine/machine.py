"""Sets the machine as an execution says, and reads back what really is: the record keeps the reading."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch

import packshot
from packshot.spec import SDPA, SLICED, Execution

LIBRARIES = ("torch", "diffusers", "transformers", "safetensors", "tokenizers", "numpy", "Pillow", "torchsde")

ATTENTION = {"": SDPA, "AttnProcessor2_0": SDPA, "SlicedAttnProcessor": SLICED}
"""diffusers' attention processors by the execution's words."""


def apply_execution(execution: Execution) -> None:
    """Threads and determinism. Bits depend on the number of threads, so a replay sets it again."""
    if torch.get_num_threads() != execution.threads:
        torch.set_num_threads(execution.threads)
    if execution.device.startswith("cuda"):
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        torch.backends.cudnn.benchmark = False
        torch.backends.cudnn.allow_tf32 = False
        torch.backends.cuda.matmul.allow_tf32 = False
    if torch.are_deterministic_algorithms_enabled() != execution.deterministic:
        torch.use_deterministic_algorithms(execution.deterministic, warn_only=True)


@contextmanager
def floating_point(*, flush_denormal: bool) -> Iterator[None]:
    """Denormals flushed to zero, or not, while the engine works; afterwards as the caller had it.

    The flag is the processor's and holds for everything in the thread: whoever calls the engine keeps the arithmetic
    that IEEE 754 promises.
    """
    before = flushes_denormals()
    torch.set_flush_denormal(flush_denormal)
    try:
        yield
    finally:
        torch.set_flush_denormal(before)


def flushes_denormals() -> bool:
    """Measured: does the smallest single-precision denormal survive an addition?"""
    tiny = torch.full((1,), 1e-40, dtype=torch.float32)
    return bool((tiny + 0.0).item() == 0.0)


def attention_of(denoiser: Any) -> str:
    """The execution's word where every layer computes so, else the names of what is there."""
    found = getattr(denoiser, "attn_processors", None)
    if found is None:
        found = {name: part.processor for name, part in denoiser.named_modules() if hasattr(part, "processor")}
    names = "+".join(sorted({type(processor).__name__ for processor in found.values()}))
    return ATTENTION.get(names, names)


def wait_for(device: str) -> None:
    """Until the device has done what it was given: kernels run behind the clock's back."""
    if device.startswith("cuda"):
        torch.cuda.synchronize(device)
    elif device == "mps":
        torch.mps.synchronize()


def reset_peak_memory(device: str) -> None:
    """Begin a new peak where the device counts its own."""
    if device.startswith("cuda") and torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats(device)


def release_memory(device: str) -> None:
    """Give back what the device's allocator keeps for later."""
    if device.startswith("cuda"):
        torch.cuda.empty_cache()


def peak_memory_bytes(device: str) -> int | None:
    """The peak so far: of the GPU's allocator, else of the whole process; None where the system does not tell."""
    if device.startswith("cuda"):
        return int(torch.cuda.max_memory_allocated(device))
    try:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) * 1024
    except (OSError, StopIteration):
        return _peak_by_resource()


def _peak_by_resource() -> int | None:
    """Where there is no `/proc`. On Linux this figure begins with that of the process that started ours."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak if sys.platform == "darwin" else peak * 1024)


@lru_cache
def library_versions(runtime: str) -> dict[str, str]:
    """Versions of what computes."""
    names = LIBRARIES if runtime == "torch" else (*LIBRARIES, runtime)
    return {name: importlib.metadata.version(name) for name in names}


def device_name(device: str) -> str:
    """The processor's or the card's own name."""
    return torch.cuda.get_device_name(device) if device.startswith("cuda") else processor_name()


@lru_cache(maxsize=1)
def processor_name() -> str:
    """Name of the CPU and the widest vector instructions that torch uses on it."""
    name = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                name = line.partition(":")[2].strip()
                break
    except OSError:
        pass
    return f"{name} ({torch.backends.cpu.get_cpu_capability()})"


def circumstances(runtime: str) -> dict[str, Any]:
    """The fields of a provenance that are the same for all runs of a process with that runtime."""
    return {
        "packshot": packshot.__version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "machine": platform.machine(),
        "libraries": library_versions(runtime),
        "rng_device": "cpu",
    }

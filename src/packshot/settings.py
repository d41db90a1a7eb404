"""Facts of the machine and the workspace. Never part of the intent: the same picture is made elsewhere too.

Order of precedence: flag > environment (`PACKSHOT_*`) > `packshot.toml` in the workspace > default.
"""

from __future__ import annotations

import ctypes
import importlib.metadata
import importlib.util
import math
import os
import platform
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from packshot.errors import UsageError
from packshot.free_memory import free_memory_bytes

WORKSPACE_DEFAULT = Path(".packshot")
CONFIG_NAME = "packshot.toml"
KEYS = (
    "device",
    "threads",
    "offline",
    "output",
    "slots",
    "runtime",
    "precision",
    "loras",
    "memory",
    "scorer",
    "read_text",
    "warm_up",
    "price_per_hour",
    "currency",
    "certificate",
    "certificate_key",
    "policy",
    "database",
    "pictures",
    "picture_cache_mb",
    "remote_hosts",
)
AUTO = "auto"
"""Leaves runtime or precision to the rule in `packshot.resolve.runtime`."""

RUNTIMES = ("torch", "openvino")
PRECISIONS = ("float32", "mixed", "bfloat16", "float16")
MEMORIES = ("high", "balanced", "low")

BFLOAT16_FLAGS = frozenset({"avx512_bf16", "amx_bf16"})
"""Linux' names of the instructions on x86. On ARM OpenVINO does not compute in bfloat16, whatever the processor can."""

SLOTS = (1, 2, 4, 8, 16, 32)
"""How many runs a denoiser call may hold: few shapes, since each is other kernels and other last bits."""

SLOTS_LIMIT = 8

DATABASES = ("postgresql+psycopg://", "postgresql://", "postgres://")
PLACES = ("s3://",)
"""How addresses of databases and of pictures begin, the one to be named first."""

PICTURE_CACHE_MB = 2000
"""Room for copies of pictures whose place is S3: some thousand of a megabyte."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`device` is cpu, cuda or mps; `threads` those of one torch operation; `offline` forbids the hub.

    `slots` is the most runs of a sweep that share a denoiser call. `runtime` and `precision` hold for specs that ask
    for none. `openvino` is its version, None where it is not installed; `processor` is the CPU's name, and `bfloat16`
    says whether it computes in that. `loras` is a folder of LoRA files, None for that of the workspace. `memory` is the
    memory mode of specs that ask for none. `memory_bytes` is what was free at reading, None where nobody looked.
    `scorer` is a model that compares pictures and prompts, a folder or a hub id; None leaves that to each model's own.
    `read_text` says whether text in pictures is looked for, which takes about a second a picture.
    `warm_up` says whether the studio makes its engine ready before the first picture is asked for.
    `price_per_hour` is what an hour of this machine costs, in `currency` (any text), None where nobody said.
    `certificate` and `certificate_key` are PEM files that released files are signed with: the chain, and its key.
    `policy` is the file of what prompts may not ask for, None for that of the workspace.
    `database` is the address of a PostgreSQL database, which may hold a password; None for SQLite in the workspace.
    `pictures` is an address in S3, None for a folder in the workspace; `picture_cache_mb` limits the copies here.
    `remote_hosts` are servers beside this machine, as `host` or `host:port`, that prompts and pictures may be sent to.
    """

    workspace: Path
    device: str
    threads: int
    offline: bool
    output: Path
    slots: int = SLOTS_LIMIT
    runtime: str = AUTO
    precision: str = AUTO
    openvino: str | None = None
    processor: str = ""
    bfloat16: bool = False
    loras: Path | None = None
    memory: str = MEMORIES[0]
    memory_bytes: int | None = None
    scorer: str | None = None
    read_text: bool = True
    warm_up: bool = True
    price_per_hour: float | None = None
    currency: str = ""
    certificate: Path | None = None
    certificate_key: Path | None = field(default=None, repr=False)
    policy: Path | None = None
    database: str | None = field(default=None, repr=False)
    pictures: str | None = None
    picture_cache_mb: int = PICTURE_CACHE_MB
    remote_hosts: tuple[str, ...] = ()

    @property
    def lora_folder(self) -> Path:
        """Where LoRA files are looked for, beside the current folder."""
        return self.loras or self.workspace / "loras"

    @property
    def policy_file(self) -> Path:
        """What prompts may not ask for."""
        return self.policy or self.workspace / "policy.yaml"

    @property
    def database_shown(self) -> str | None:
        """Where the database is, without user and password; None for SQLite in the workspace."""
        return None if self.database is None else re.sub(r"//.*@", "//", self.database).partition("?")[0]

    @property
    def cache(self) -> Path:
        """What can be thrown away."""
        return self.workspace / "cache"

    @property
    def logs(self) -> Path:
        """Rotating JSON lines."""
        return self.workspace / "logs"


def read_settings(
    environ: Mapping[str, str],
    *,
    workspace: Path | None = None,
    threads: int | None = None,
    device: str | None = None,
    scorer: str | None = None,
    database: str | None = None,
    pictures: str | None = None,
) -> Settings:
    """Settings from flags (the arguments), the environment and the workspace's `packshot.toml`.

    Raises UsageError on a value that is not one.
    """
    folder = workspace or Path(environ.get("PACKSHOT_WORKSPACE") or WORKSPACE_DEFAULT)
    stored = _read_config(folder / CONFIG_NAME)

    def value(key: str) -> Any:
        return environ.get(f"PACKSHOT_{key.upper()}") or stored.get(key)

    return Settings(
        workspace=folder,
        device=_device(device or value("device")),
        threads=threads or _whole_number("threads", value("threads")) or physical_cores(),
        offline=_truth("offline", value("offline")) or _truth("HF_HUB_OFFLINE", environ.get("HF_HUB_OFFLINE")),
        output=_folder("output", value("output") or "outputs"),
        slots=_slots(_whole_number("slots", value("slots")) or SLOTS_LIMIT),
        loras=_folder("loras", value("loras")) if value("loras") else None,
        policy=_file("policy", value("policy")),
        database=_address("database", database or value("database"), DATABASES),
        pictures=_address("pictures", pictures or value("pictures"), PLACES),
        picture_cache_mb=_whole_number("picture_cache_mb", value("picture_cache_mb")) or PICTURE_CACHE_MB,
        runtime=_word("runtime", value("runtime"), (AUTO, *RUNTIMES)),
        precision=_word("precision", value("precision"), (AUTO, *PRECISIONS)),
        memory=_word("memory", value("memory"), MEMORIES),
        memory_bytes=free_memory_bytes(),
        scorer=_text("scorer", scorer or value("scorer")),
        read_text=_truth("read_text", environ.get("PACKSHOT_READ_TEXT") or stored.get("read_text", True)),
        warm_up=_truth("warm_up", environ.get("PACKSHOT_WARM_UP") or stored.get("warm_up", True)),
        price_per_hour=_price(value("price_per_hour")),
        currency=_short_text("currency", value("currency")),
        certificate=_file("certificate", value("certificate")),
        certificate_key=_file("certificate_key", value("certificate_key")),
        remote_hosts=_hosts(value("remote_hosts")),
        openvino=_version_of("openvino"),
        processor=_processor().get("model name") or platform.processor(),
        bfloat16=not BFLOAT16_FLAGS.isdisjoint(_processor().get("flags", _processor().get("Features", "")).split()),
    )


def _version_of(package: str) -> str | None:
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


def _read_config(path: Path) -> dict[str, Any]:
    try:
        stored = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError("settings.invalid", f"{path} cannot be read: {error}", hint="correct or remove it") from error
    unknown = sorted(set(stored) - set(KEYS))
    if unknown:
        raise UsageError(
            "settings.invalid",
            f"{path} has an unknown key",
            expected=", ".join(KEYS),
            got=", ".join(unknown),
            hint="correct or remove it",
        )
    return stored


def _device(value: Any) -> str:
    if value is None or value == "auto":
        return find_device()
    if isinstance(value, str) and re.fullmatch(r"cpu|mps|cuda(:\d+)?", value):
        return value
    raise UsageError("settings.invalid", "no such device", expected="auto, cpu, cuda, cuda:N or mps", got=str(value))


def _word(key: str, value: Any, words: tuple[str, ...]) -> str:
    if value is None:
        return words[0]
    if value in words:
        return str(value)
    raise UsageError("settings.invalid", f"no such {key}", expected=", ".join(words), got=str(value))


def _text(key: str, value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise UsageError("settings.invalid", f"{key} must be a text", expected="text", got=repr(value))


def _address(key: str, value: Any, beginnings: tuple[str, ...]) -> str | None:
    """Not repeated where it is none: it may hold a password."""
    if not value:
        return None
    if not isinstance(value, str) or not value.startswith(beginnings):
        raise UsageError(
            "settings.invalid",
            f"no such address of {key}",
            expected=f"{beginnings[0]}…",
            got=value.partition("://")[0] + "://…" if isinstance(value, str) and "://" in value else "something else",
            hint="leave it out for what lies in the workspace",
        )
    return value


def _price(value: Any) -> float | None:
    if value is None:
        return None
    try:
        price = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        price = math.nan
    if not math.isfinite(price) or price < 0:
        raise UsageError(
            "settings.invalid", "price_per_hour must be a number", expected="0 or more, such as 1.20", got=str(value)
        )
    return price


def _short_text(key: str, value: Any) -> str:
    if value is None or (isinstance(value, str) and len(value) <= 10 and value.isprintable()):
        return value or ""
    raise UsageError("settings.invalid", f"{key} must be a short text", expected="such as EUR", got=str(value))


def _hosts(value: Any) -> tuple[str, ...]:
    """`a.example, b.example:8443`, or a list of such."""
    if value is None:
        return ()
    named = value.split(",") if isinstance(value, str) else value
    hosts = [host.strip().lower() if isinstance(host, str) else "" for host in named] if isinstance(named, list) else []
    hosts = [host for host in hosts if host] if isinstance(value, str) else hosts
    if not hosts or not all(
        re.fullmatch(r"[a-z0-9_.-]+(:\d{1,5})?|\[?[0-9a-f:]+\]?(:\d{1,5})?", host) for host in hosts
    ):
        raise UsageError(
            "settings.invalid",
            "remote_hosts must be names of servers",
            expected="such as images.example.com, or images.example.com:8443",
            got=str(value)[:200],
        )
    return tuple(hosts)


def _folder(key: str, value: Any) -> Path:
    if not isinstance(value, str):
        raise UsageError("settings.invalid", f"{key} must be a folder's name", expected="text", got=repr(value))
    return Path(value).expanduser()


def _file(key: str, value: Any) -> Path | None:
    if not value:
        return None
    if not isinstance(value, str):
        raise UsageError("settings.invalid", f"{key} must be a file's name", expected="text", got=repr(value))
    return Path(value).expanduser()


def _whole_number(key: str, value: Any) -> int | None:
    if value is None:
        return None
    number = int(value) if re.fullmatch(r"\d{1,6}", str(value)) and not isinstance(value, bool) else 0
    if number < 1:
        raise UsageError("settings.invalid", f"{key} must be a whole number", expected="1 or more", got=str(value))
    return number


def _slots(number: int) -> int:
    if number not in SLOTS:
        raise UsageError(
            "settings.invalid", "no such number of slots", expected=", ".join(map(str, SLOTS)), got=str(number)
        )
    return number


def _truth(key: str, value: Any) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    word = str(value).strip().lower()
    if word in {"1", "true", "yes", "on"}:
        return True
    if word in {"", "0", "false", "no", "off"}:
        return False
    raise UsageError("settings.invalid", f"{key} must be yes or no", expected="1, true, 0, false", got=str(value))

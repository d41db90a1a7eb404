"""The settings of a call: read from flags, the environment and the workspace's `packshot.toml`, in this order."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from packshot.errors import UsageError
from packshot.free_memory import free_memory_bytes
from packshot.settings import values
from packshot.settings.machine import computes_in_bfloat16, physical_cores, processor_name, version_of

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
    `warm_up` says whether the engine is made ready before the first picture is asked for.
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
        device=values.device(device or value("device")),
        threads=threads or values.whole_number("threads", value("threads")) or physical_cores(),
        offline=values.truth("offline", value("offline"))
        or values.truth("HF_HUB_OFFLINE", environ.get("HF_HUB_OFFLINE")),
        output=values.folder("output", value("output") or "outputs"),
        slots=values.slots(values.whole_number("slots", value("slots")) or SLOTS_LIMIT),
        loras=values.folder("loras", value("loras")) if value("loras") else None,
        policy=values.file("policy", value("policy")),
        database=values.address("database", database or value("database"), DATABASES),
        pictures=values.address("pictures", pictures or value("pictures"), PLACES),
        picture_cache_mb=values.whole_number("picture_cache_mb", value("picture_cache_mb")) or PICTURE_CACHE_MB,
        runtime=values.word("runtime", value("runtime"), (AUTO, *RUNTIMES)),
        precision=values.word("precision", value("precision"), (AUTO, *PRECISIONS)),
        memory=values.word("memory", value("memory"), MEMORIES),
        memory_bytes=free_memory_bytes(),
        scorer=values.text("scorer", scorer or value("scorer")),
        read_text=values.truth("read_text", environ.get("PACKSHOT_READ_TEXT") or stored.get("read_text", True)),
        warm_up=values.truth("warm_up", environ.get("PACKSHOT_WARM_UP") or stored.get("warm_up", True)),
        price_per_hour=values.price(value("price_per_hour")),
        currency=values.short_text("currency", value("currency")),
        certificate=values.file("certificate", value("certificate")),
        certificate_key=values.file("certificate_key", value("certificate_key")),
        remote_hosts=values.hosts(value("remote_hosts")),
        openvino=version_of("openvino"),
        processor=processor_name(),
        bfloat16=computes_in_bfloat16(),
    )


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

"""Ray, as far as a cluster goes: its settings, the connection, the machines. Loaded on first use; no dashboard.

Token authentication is on (`RAY_AUTH_MODE=token`) and usage statistics are off, unless the environment says otherwise.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from typing import Any, Final

from packshot.errors import ClusterError

HEAD_PORT: Final = 6379
"""Where `ray start --head` listens."""

CONNECT_S: Final = 5.0
DEFAULTS: Final = {
    "RAY_AUTH_MODE": "token",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}
"""Read by Ray when it is imported. The last one leaves the devices of a process without a GPU as they are."""

Connect = Callable[[str | None], Any]


def connect(address: str | None) -> Any:
    """Ray's module, connected: to the head at `host:port`, or without one as `RAY_ADDRESS` says.

    Without that either it is the cluster that runs on this machine, and where none does, one of this process alone.
    Raises ClusterError: `cluster.extra` where Ray is not installed, `cluster.unreachable`.
    """
    ray = _load()
    if address is not None:
        address = _answering(address)
    try:
        ray.init(address=address, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    except ray.exceptions.AuthenticationError as error:
        raise _unreachable(
            address,
            error,
            "give the cluster's token by RAY_AUTH_TOKEN or RAY_AUTH_TOKEN_PATH (docs/cluster.md)",
        ) from error
    except Exception as error:
        raise _unreachable(
            address,
            error,
            "call it on a machine of the cluster (`ray start --address=HEAD:6379` makes it one), "
            "with the cluster's token (the head's ~/.ray/auth_token, or RAY_AUTH_TOKEN)",
        ) from error
    return ray


def room(ray: Any, *, gpu: bool, cores: int) -> int:
    """How many engines the machines hold: one a GPU, or one for every `cores` cores of a machine.

    Raises ClusterError (`cluster.resources`) where that is none.
    """
    has = [node["Resources"] for node in ray.nodes() if node["Alive"]]
    found = sum(int(each.get("GPU", 0)) if gpu else int(each.get("CPU", 0)) // cores for each in has)
    if found == 0:
        wanted = "a machine with a GPU" if gpu else f"a machine with {cores} cores or more"
        listed = ", ".join(f"{each.get('CPU', 0):g} cores and {each.get('GPU', 0):g} GPUs" for each in has)
        raise ClusterError(
            "cluster.resources",
            "no machine of the cluster has room for an engine",
            expected=wanted,
            got=listed or "no machine",
            hint="--threads says how many cores an engine takes; PACKSHOT_DEVICE whether it is on cpu or cuda",
        )
    return found


def _load() -> Any:
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
    try:
        import ray
        import ray.exceptions
    except ImportError as error:
        raise ClusterError(
            "cluster.extra",
            "a Ray cluster needs a package that is not installed",
            expected="ray",
            got=str(error),
            hint="pip install packshot[ray], on every machine of the cluster",
        ) from error
    return ray


def _answering(address: str) -> str:
    """`host:port` where somebody listens; else Ray would try for half a minute."""
    host, colon, port = address.rpartition(":")
    host, port = (host, port) if colon else (address, str(HEAD_PORT))
    if not host or not port.isdecimal():
        raise ClusterError(
            "cluster.unreachable",
            "not the address of a Ray cluster",
            expected="ray://HOST:PORT, the port that `ray start --head` told (6379)",
            got=f"ray://{address}",
        )
    try:
        socket.create_connection((host, int(port)), timeout=CONNECT_S).close()
    except (OSError, OverflowError) as error:
        raise _unreachable(
            f"{host}:{port}", error, "start one with `ray start --head`; docs/cluster.md tells how"
        ) from error
    return f"{host}:{port}"


def _unreachable(address: str | None, error: Exception, hint: str) -> ClusterError:
    said = next(iter(str(error).splitlines()), "")
    return ClusterError(
        "cluster.unreachable",
        f"the Ray cluster{f' at {address}' if address else ''} cannot be reached",
        expected="a running Ray cluster that this machine belongs to",
        got=f"{type(error).__name__}: {said}"[:300],
        hint=hint,
    )

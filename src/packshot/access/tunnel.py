"""How to reach a studio that listens to its own machine only: by SSH, in the words that a cluster's user needs."""

from __future__ import annotations

import getpass
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

LOGIN_UNKNOWN: Final = "login-node"


@dataclass(frozen=True, slots=True)
class Tunnel:
    """`node` is the machine that the studio runs on, `login` the one that people sign in to first."""

    port: int
    user: str
    node: str
    login: str = LOGIN_UNKNOWN

    @property
    def direct(self) -> str:
        """The command on the person's own computer."""
        return f"ssh -L {self._forward} {self.user}@{self.node}"

    @property
    def jump(self) -> str:
        """The same through a login node."""
        return f"ssh -L {self._forward} -J {self.user}@{self.login} {self.user}@{self.node}"

    @property
    def address(self) -> str:
        """What to open once the tunnel stands."""
        return f"http://localhost:{self.port}"

    @property
    def _forward(self) -> str:
        return f"{self.port}:localhost:{self.port}"


def tunnel_here(port: int, environ: Mapping[str, str]) -> Tunnel:
    """The tunnel to this machine. Slurm tells which login node a job was sent from."""
    node = socket.gethostname()
    login = environ.get("SLURM_SUBMIT_HOST", "")
    return Tunnel(port, _user(), node, login if login and login != node else LOGIN_UNKNOWN)


def tunnel_words(tunnel: Tunnel) -> str:
    """The help as lines of text."""
    return "\n".join(
        (
            "start the studio on this machine's own address, and reach it by SSH.",
            f"    On this machine:              packshot app --port {tunnel.port}",
            f"    On your own computer:         {tunnel.direct}",
            f"    or through a login node:      {tunnel.jump}",
            f"    Then open there:              {tunnel.address}",
            "    To let others in without SSH: packshot app --host ADDRESS --token-file FILE",
            "    (each line of FILE is `name: token`)",
        )
    )


def is_loopback(address: str | None) -> bool:
    """Whether only this machine reaches that address. False for what is no address."""
    if address == "localhost":
        return True
    try:
        found = ip_address((address or "").strip("[]"))
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return (mapped or found).is_loopback


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        return "user"

"""Servers as processes, of benchmarks and of tests: a port for each, and whether somebody answers there."""

from __future__ import annotations

import socket

import httpx


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def answers(url: str) -> bool:
    """Whether somebody is there, and well."""
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False

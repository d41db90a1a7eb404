"""Whether the studio may listen where it is told to, and the server that does. Imports Streamlit only to serve."""

from __future__ import annotations

import errno
import logging
import os
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from packshot.access.tunnel import is_loopback, tunnel_here, tunnel_words
from packshot.app.policy import tokens_in_force
from packshot.app.port import PORT
from packshot.errors import UsageError

SERVER: Final = Path(__file__).with_name("serve.py")
READY_WAIT_S: Final = 30.0
SHARED_NODE: Final = (
    "others who are signed in on this node can open the studio too: give it a token by PACKSHOT_TOKEN or --token-file"
)


def check_address(host: str, port: int, environ: Mapping[str, str]) -> tuple[str, ...]:
    """What whoever starts the studio should know. Raises UsageError settings.address without tokens, settings.token."""
    tokens = tokens_in_force(environ)
    if tokens is not None:
        return tokens.warnings
    if is_loopback(host):
        return (SHARED_NODE,) if "SLURM_JOB_ID" in environ else ()
    raise UsageError(
        "settings.address",
        "without tokens the studio listens to this machine alone",
        expected="--host 127.0.0.1, or tokens by --token-file or PACKSHOT_TOKEN",
        got=f"--host {host}",
        hint=tunnel_words(tunnel_here(port, environ)),
    )


def check_port(host: str, port: int, command: str = "packshot app") -> None:
    """Tries the port. Raises UsageError settings.port or settings.address."""
    try:
        (family, kind, protocol, _name, address), *_others = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        with socket.socket(family, kind, protocol) as tried:
            if os.name != "nt":  # as the server binds it: a port that was used a moment ago is free
                tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        raise _refused(host, port, error, command) from error


def _refused(host: str, port: int, error: OSError, command: str) -> UsageError:
    if error.errno == errno.EADDRINUSE:
        holder = port_holder(port)
        return UsageError(
            "settings.port",
            f"port {port} is taken",
            expected="a free port",
            got=holder or "another program, perhaps of another person",
            hint=f"stop that one, or take another port: {command} --port {port + 1}",
        )
    if error.errno == errno.EACCES:
        return UsageError(
            "settings.port",
            f"port {port} is not for everybody",
            expected="1024 or more",
            hint=f"{command} --port {PORT}",
        )
    return UsageError(
        "settings.address", f"nothing can listen on {host}", expected="an address of this machine", got=str(error)
    )


def port_holder(port: int) -> str | None:
    """`process 4711 (python)`, where the system tells: of one's own processes, mostly."""
    import psutil

    try:
        listening = [
            connection.pid
            for connection in psutil.net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port and connection.pid
        ]
        return f"process {listening[0]} ({psutil.Process(listening[0]).name()})" if listening else None
    except (psutil.Error, OSError):
        return None


def serve(host: str, port: int) -> None:
    """Runs the server until it is stopped. Ctrl-C ends as KeyboardInterrupt, when all sessions are closed."""
    sys.argv = [str(SERVER)]  # Streamlit looks for `.streamlit/config.toml` beside what was called
    logging.getLogger("packshot").addHandler(logging.NullHandler())  # what is logged was told in the terminal already
    from packshot.app.serve import app

    app.run(
        config={
            "server.address": host,
            "server.port": port,
            "browser.gatherUsageStats": False,
            "client.showErrorDetails": "none",
            "logger.hideWelcomeMessage": True,
        }
    )


def open_when_ready(host: str, port: int) -> None:
    """Opens the browser as soon as something listens there, from a thread of its own."""
    threading.Thread(target=_open, args=(host, port), name="packshot-browser", daemon=True).start()


def _open(host: str, port: int) -> None:
    end = time.monotonic() + READY_WAIT_S
    while time.monotonic() < end:
        try:
            socket.create_connection((host.strip("[]"), port), timeout=1.0).close()
        except OSError:
            time.sleep(0.1)
        else:
            webbrowser.open(f"http://{host}:{port}")
            return

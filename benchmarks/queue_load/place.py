"""Where the queue is for a measurement: a real PostgreSQL and a real S3 server on this machine, or SQLite in a folder.

PostgreSQL syncs as it would in earnest. S3 is moto's server in a process of its own: real requests, a slow answerer.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from benchmarks.ports import free_port
from packshot import wiring
from packshot.evaluation import NO_INSTRUMENTS
from packshot.settings import Settings
from packshot.workflow import Workbench

KINDS: Final = ("team", "postgres", "alone")
"""PostgreSQL and S3; PostgreSQL and a folder; SQLite and a folder."""

POSTGRES: Final = ("listen_addresses=", "shared_buffers=128MB", "max_connections=300")
BUCKET: Final = "packshot"


@dataclass(frozen=True, slots=True)
class Place:
    """An address of each part, and its process. `workspace` is the folder that all processes share."""

    workspace: Path
    database: str | None = None
    pictures: str | None = None
    pids: Mapping[str, int] = field(default_factory=dict)

    def settings(self, name: str) -> Settings:
        """Those of the process `name`: with a database of its own the place is several hosts, each with its folder."""
        folder = self.workspace if self.database is None else self.workspace / name
        shared = self.workspace / "shared" if self.database is not None and self.pictures is None else folder
        return Settings(
            workspace=shared,
            device="cpu",
            threads=1,
            offline=True,
            output=folder / "out",
            database=self.database,
            pictures=self.pictures,
            read_text=False,
            warm_up=False,
        )


@contextmanager
def opened(kind: str) -> Iterator[Place]:
    """The servers of a place, ended with it; its database is empty."""
    with ExitStack() as stack:
        place = Place(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="packshot-load-"))))
        if kind != "alone":
            place = stack.enter_context(_postgres(place))
        if kind == "team":
            place = stack.enter_context(_s3(place))
        with bench_of(place, "first"):  # makes the tables
            pass
        yield place


@contextmanager
def bench_of(place: Place, name: str) -> Iterator[Workbench]:
    """A workbench there on the fake engine, without instruments: what is measured is the queue."""
    with wiring.open_workbench(place.settings(name), engine="fake") as bench:
        yield replace(bench, instruments=lambda _model: NO_INSTRUMENTS)


@contextmanager
def _postgres(place: Place) -> Iterator[Place]:
    from tests.servers import Cluster, binaries

    programs = binaries()
    if programs is None:
        sys.exit("no PostgreSQL here (Debian and Ubuntu: apt install postgresql)")
    cluster = Cluster(programs, POSTGRES)
    try:
        address = cluster.address(cluster.create())
        yield replace(place, database=address, pids={**place.pids, "database": cluster.pid})
    finally:
        cluster.remove()


@contextmanager
def _s3(place: Place) -> Iterator[Place]:
    import botocore.session

    from tests.servers import KEYS

    port = free_port()
    before = dict(os.environ)
    os.environ.update(KEYS, AWS_ENDPOINT_URL_S3=f"http://127.0.0.1:{port}")
    os.environ.pop("AWS_PROFILE", None)
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        botocore.session.get_session().create_client("s3").create_bucket(Bucket=BUCKET)
        yield replace(place, pictures=f"s3://{BUCKET}", pids={**place.pids, "pictures": server.pid})
    finally:
        server.terminate()
        server.wait()
        os.environ.clear()
        os.environ.update(before)


def _wait_for(port: int, patience_s: float = 60.0) -> None:
    deadline = time.monotonic() + patience_s
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)

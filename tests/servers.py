"""A real PostgreSQL and a real S3 server on this machine, for tests: started when first asked for, ended with them.

PostgreSQL is Debian's; it runs as an unprivileged user on a socket in a temporary folder, listens to no network, and
does without syncing. S3 is moto's server on a free port of the loopback.
"""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import pytest

SETTINGS: Final = (
    "listen_addresses=",
    "fsync=off",
    "full_page_writes=off",
    "autovacuum=off",
    "shared_buffers=32MB",
    "max_connections=60",
)
KEYS: Final = {
    "AWS_ACCESS_KEY_ID": "test-key",
    "AWS_SECRET_ACCESS_KEY": "test-secret",
    "AWS_DEFAULT_REGION": "us-east-1",
}


def binaries() -> Path | None:
    """The folder of PostgreSQL's programs; None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    path = shutil.which("initdb")
    return Path(path).resolve().parent if path else None


class Cluster:
    """One PostgreSQL server with its own data. Its socket stands in for an address."""

    def __init__(self, programs: Path, settings: Sequence[str] = SETTINGS) -> None:
        self._programs = programs
        self._settings = tuple(settings)
        self._user = _unprivileged()
        self.folder = Path(tempfile.mkdtemp(prefix="packshot-pg-", dir="/tmp"))  # a socket's path is short
        if self._user is not None:
            account = pwd.getpwnam(self._user)
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self._call(
            "initdb", "-D", str(self.folder / "data"), "-U", "packshot", "-A", "trust", "-E", "UTF8", "--no-sync"
        )
        self.start()

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        options = " ".join(f"-c {setting}" for setting in (*self._settings, f"unix_socket_directories={self.folder}"))
        self._call(
            "pg_ctl", "-D", self._data, "-o", options, "-l", str(self.folder / "log"), "-w", "-t", "280", "start"
        )

    def stop(self, mode: str = "fast") -> None:
        """Ends the server, and every connection with it."""
        self._call("pg_ctl", "-D", self._data, "-m", mode, "-w", "stop")

    def remove(self) -> None:
        """Ends the server and removes its data."""
        with suppress(subprocess.CalledProcessError):
            self.stop("immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def address(self, database: str) -> str:
        """What --database takes."""
        return f"postgresql+psycopg://packshot@/{database}?host={self.folder}"

    def create(self, template: str | None = None) -> str:
        """The name of a new database, of its own or like another."""
        name = f"t{uuid.uuid4().hex[:12]}"
        self.sql("postgres", f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return name

    def sql(self, database: str, *statements: str) -> list[tuple[object, ...]]:
        """Runs statements as the superuser, each by itself, and returns the rows of the last."""
        import psycopg

        rows: list[tuple[object, ...]] = []
        with psycopg.connect(host=str(self.folder), user="packshot", dbname=database, autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
                rows = cursor.fetchall() if cursor.description else []
        return rows

    @property
    def pid(self) -> int:
        """The server's process; those of its connections are its children."""
        return int((self.folder / "data" / "postmaster.pid").read_text(encoding="utf-8").split()[0])

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _call(self, program: str, *arguments: str) -> None:
        whoever = {} if self._user is None else {"user": self._user, "group": self._user, "extra_groups": []}
        subprocess.run(
            [str(self._programs / program), *arguments],
            check=True,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
            **whoever,  # type: ignore[call-overload]
        )


def _unprivileged() -> str | None:
    """Root may not run it: then the user that Debian's package made does."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    return getpass.getuser()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL server of this test process."""
    programs = binaries()
    if programs is None:
        pytest.skip("no PostgreSQL here (Debian and Ubuntu: apt install postgresql)")
    found = Cluster(programs)
    yield found
    found.remove()


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """The address of a bucket on an S3 server of this test process, which the environment names."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    patch = pytest.MonkeyPatch()
    for name, value in KEYS.items():
        patch.setenv(name, value)
    patch.setenv("AWS_ENDPOINT_URL_S3", f"http://{host}:{port}")
    patch.delenv("AWS_PROFILE", raising=False)
    _bucket("packshot")
    yield "s3://packshot"
    patch.undo()
    server.stop()


def _bucket(name: str) -> None:
    import botocore.session

    botocore.session.get_session().create_client("s3").create_bucket(Bucket=name)

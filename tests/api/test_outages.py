"""What the server is on goes away and comes back: clients are told to ask again, and nobody starts the server anew."""

from __future__ import annotations

import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from moto.server import ThreadedMotoServer

from tests.api.conftest import HERE, Opened, opened
from tests.api.test_bad_input import error
from tests.servers import KEYS, Cluster, cluster  # noqa: F401  (fixture)

ASKED = {"prompt": "a secret mug", "size": "64x64", "num_inference_steps": 2}
PATIENCE_S = 0.3


def ask(at: Opened, seed: int, **more: str) -> Any:
    return at.client().post("/v1/images/generations", json={**ASKED, "seed": seed}, headers=more)


def told(answer: Any, code: str) -> None:
    """Of an outage: the status that clients repeat, and when."""
    assert error(answer, 503)["code"] == code
    assert int(answer.headers["Retry-After"]) > 0


def rest(at: Opened) -> None:
    """Nothing is left of what could not be done."""
    assert at.client().get("/readyz").status_code == 200
    assert at.client().get("/v1/packshot/jobs", params={"open": True}).json()["data"] == []


def test_sqlite_that_another_process_locks(tmp_path: Path, tiny_sd: Path, caplog: pytest.LogCaptureFixture) -> None:
    with opened(tmp_path, tiny_sd, busy_timeout_s=PATIENCE_S) as at:
        assert ask(at, 1).status_code == 200
        with closing(sqlite3.connect(tmp_path / "ws" / "packshot.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            told(ask(at, 2), "store.locked")
            assert at.client().get("/v1/packshot/runs").status_code == 200, "who reads does not wait"
        assert ask(at, 2).status_code == 200
        rest(at)
    assert "secret" not in caplog.text


def test_postgresql_that_is_stopped_and_started(
    tmp_path: Path,
    tiny_sd: Path,
    cluster: Cluster,  # noqa: F811
    caplog: pytest.LogCaptureFixture,
) -> None:
    database = cluster.address(cluster.create())
    with opened(tmp_path, tiny_sd, database=database, busy_timeout_s=PATIENCE_S) as at:
        assert ask(at, 1).status_code == 200
        cluster.stop()
        try:
            told(ask(at, 2), "store.unreachable")
            told(at.client().get("/readyz"), "store.unreachable")
            assert at.client().get("/healthz").status_code == 200
        finally:
            cluster.start()
        assert ask(at, 2).status_code == 200
        rest(at)
    assert "secret" not in caplog.text


def test_texts_that_postgresql_does_not_keep_are_the_clients_to_change(
    tmp_path: Path,
    tiny_sd: Path,
    cluster: Cluster,  # noqa: F811
) -> None:
    with opened(tmp_path, tiny_sd, database=cluster.address(cluster.create())) as at:
        client = at.client()
        nul = client.post("/v1/images/generations", json={**ASKED, "prompt": "a \0 mug"})
        assert error(nul, 400)["code"] == "store.text"
        assert error(client.get("/v1/packshot/reviews", params={"model": "\0"}), 400)["code"] == "store.text"
        far = client.get("/v1/packshot/reviews", params={"after": 2**40})
        assert (error(far, 400)["code"], error(far, 400)["param"]) == ("request.invalid", "after")


@contextmanager
def s3_server(port: int) -> Iterator[int]:
    server = ThreadedMotoServer(ip_address=HERE[0], port=port, verbose=False)
    server.start()
    try:
        yield server.get_host_and_port()[1]
    finally:
        server.stop()


def test_s3_that_is_away_and_s3_that_refuses(
    tmp_path: Path, tiny_sd: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import botocore.session

    monkeypatch.setattr("packshot.store.s3.TRIES", 1)
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    bucket = f"packshot-{uuid.uuid4().hex[:8]}"
    with s3_server(0) as port:
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://{HERE[0]}:{port}")
        s3 = botocore.session.get_session().create_client("s3")
        s3.create_bucket(Bucket=bucket)
        with opened(tmp_path, tiny_sd, pictures=f"s3://{bucket}/shop", cache=tmp_path / "cache") as at:
            assert ask(at, 1).status_code == 200
            _end(s3, bucket)
            told(ask(at, 2), "pictures.refused")
            s3.create_bucket(Bucket=bucket)
            assert ask(at, 2).status_code == 200
            rest(at)
    with opened(tmp_path, tiny_sd, pictures=f"s3://{bucket}/shop", cache=tmp_path / "cache") as at:
        told(ask(at, 3), "pictures.unreachable")
        with s3_server(port):
            s3.create_bucket(Bucket=bucket)
            assert ask(at, 3).status_code == 200
            rest(at)
    assert KEYS["AWS_SECRET_ACCESS_KEY"] not in caplog.text
    assert "secret mug" not in caplog.text


def _end(s3: Any, bucket: str) -> None:
    for each in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
        s3.delete_object(Bucket=bucket, Key=each["Key"])
    s3.delete_bucket(Bucket=bucket)


def test_a_database_that_goes_away_in_the_middle_of_the_work(tmp_path: Path, tiny_sd: Path, cluster: Cluster) -> None:  # noqa: F811
    from tests.service.conftest import HeldEngine, wait_for

    engine = HeldEngine()
    database = cluster.address(cluster.create())
    with opened(tmp_path, tiny_sd, engine, database=database, busy_timeout_s=PATIENCE_S) as at:
        said: list[Any] = []
        asking = threading.Thread(target=lambda: said.append(ask(at, 1, **{"Idempotency-Key": "mine"})), daemon=True)
        asking.start()
        engine.allow(2)
        wait_for(lambda: any(job.started_at for job in at.serving.service.jobs(open_only=True)))
        cluster.stop("immediate")
        engine.let_go()
        try:
            threading.Event().wait(8 * PATIENCE_S)
        finally:
            cluster.start()
        asking.join(30)
        assert said, "the client has its answer"
        assert said[0].status_code in (200, 503)
        assert ask(at, 1).status_code == 200
        wait_for(lambda: not at.serving.service.jobs(open_only=True))

"""An experiment's pictures as one file at its address: streamed, and only what was asked for."""

from __future__ import annotations

import io
import zipfile

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from packshot.app.archives import ROUTES, archive_address
from packshot.app.gate import Gate
from packshot.app.serve import app
from packshot.experiment import read_plan
from packshot.service import Service
from tests.app.test_gate import ANNA, with_tokens
from tests.service.conftest import finished

PLAN = """
schema: packshot.plan/1
name: steps
title: t
question: q
baseline: {name: base, prompt: a red mug, steps: 3}
vary: {steps: [4]}
"""


@pytest.fixture
def client(service: Service) -> TestClient:
    return TestClient(Starlette(routes=ROUTES))


def test_the_pictures_come_under_the_names_of_their_exports(client: TestClient, service: Service) -> None:
    finished(service, service.experiment(read_plan(PLAN, "plan.yaml")))
    answer = client.get(archive_address("steps"))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"] == 'attachment; filename="steps.zip"'
    assert "content-length" not in answer.headers, "it is made while it is sent"
    folder = service.bench.settings.output / "steps"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        cells = [cell.name for cell in service.bench.store.experiment("steps").cells]
        assert archive.namelist() == [f"{name}.png" for name in cells]
        assert all((folder / name).is_file() for name in archive.namelist())
        assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
    asked = client.head(archive_address("steps"))
    assert asked.status_code == 200
    assert asked.content == b""


@pytest.mark.parametrize("name", ["nothing", "..", ".hidden", "%2e%2e%2fsecret", "a%2fb", "x" * 101])
def test_an_unknown_experiment_is_not_found(client: TestClient, name: str) -> None:
    assert client.get(f"/pictures/{name}.zip").status_code == 404


def test_a_stranger_gets_nothing(service: Service) -> None:
    finished(service, service.experiment(read_plan(PLAN, "plan.yaml")))
    behind = Starlette(routes=ROUTES, middleware=[Middleware(Gate, policy=with_tokens)])
    client = TestClient(behind, base_url="http://localhost:8501", client=("127.0.0.1", 50000))
    assert client.get(archive_address("steps")).status_code == 401
    answer = client.get(archive_address("steps"), headers={"authorization": f"Bearer {ANNA}"})
    assert answer.status_code == 200
    assert all(route in app._user_routes for route in ROUTES), (
        "the studio serves it, behind the same gate as everything"
    )

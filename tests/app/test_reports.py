"""Reports at their addresses: what is written, in a sandbox, and nothing beside it."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from packshot.app.reports import ROUTES, report_address, report_file
from packshot.service import Service


@pytest.fixture
def client(service: Service) -> TestClient:
    return TestClient(Starlette(routes=ROUTES))


def test_a_report_is_shown_in_a_sandbox(client: TestClient) -> None:
    path = report_file("steps")
    path.parent.mkdir(parents=True)
    path.write_text("<!doctype html><title>Steps</title>")
    answer = client.get(report_address("steps", 1))
    assert answer.status_code == 200
    assert "Steps" in answer.text
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy


@pytest.mark.parametrize("name", ["nothing", "..", ".hidden", "%2e%2e%2fsecret", "a%2fb", "x" * 101])
def test_nothing_else_is_read(client: TestClient, name: str) -> None:
    secret = report_file("steps").parents[1] / "report.html"
    secret.parent.mkdir(parents=True, exist_ok=True)
    secret.write_text("secret")
    answer = client.get(f"/report/{name}.html")
    assert answer.status_code == 404
    assert "secret" not in answer.text

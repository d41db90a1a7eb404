"""Packshot's own routes: jobs and their events, runs, experiments, reviews, releases."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from packshot.metadata import read_record
from packshot.result import Role
from tests.api.conftest import Opened, wait_for
from tests.api.plans import PLAN
from tests.service.conftest import HeldEngine

RUNS, JOBS, EXPERIMENTS = "/v1/packshot/runs", "/v1/packshot/jobs", "/v1/packshot/experiments"


def start(client: TestClient, **fields: Any) -> str:
    answer = client.post(JOBS, json={"prompt": "a red mug", "size": "64x64", "num_inference_steps": 3, **fields})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def events(client: TestClient, job: str) -> Iterator[tuple[str, Any]]:
    with client.stream("GET", f"{JOBS}/{job}/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        kind = ""
        for line in answer.iter_lines():
            if line.startswith("event:"):
                kind = line.removeprefix("event:").strip()
            elif line.startswith("data:"):
                yield kind, json.loads(line.removeprefix("data:"))


def finished(client: TestClient, job: str) -> dict[str, Any]:
    wait_for(lambda: client.get(f"{JOBS}/{job}").json()["state"] in ("done", "failed", "stopped"))
    return dict(client.get(f"{JOBS}/{job}").json())


def made(client: TestClient, **fields: Any) -> str:
    told = finished(client, start(client, **fields))
    assert told["state"] == "done"
    return str(told["runs"][0])


def test_events_tell_steps_previews_and_the_end(client: TestClient) -> None:
    told = list(events(client, start(client, seed=1, num_inference_steps=40)))
    kinds = {kind for kind, _data in told}
    assert kinds <= {"job", "picture", "preview", "end"}
    kind, end = told[-1]
    assert (kind, end["state"], end["pictures"][0]["state"]) == ("end", "done", "done")
    again = list(events(client, end["id"]))
    assert [(kind, each["state"]) for kind, each in again] == [("end", "done")]


def test_steps_are_told_one_by_one_and_a_job_is_cancelled(open_api: Callable[..., Opened]) -> None:
    engine = HeldEngine()
    at = open_api(engine=engine, listen=True)
    import httpx

    with httpx.Client(base_url=at.url or "", timeout=60) as client:
        asked = {"prompt": "a red mug", "size": "64x64", "num_inference_steps": 9}
        job = client.post(JOBS, json=asked).json()["id"]
        engine.allow(4)
        seen: list[str] = []
        with client.stream("GET", f"{JOBS}/{job}/events") as answer:
            for line in answer.iter_lines():
                seen.append(line)
                if line.startswith("event: preview"):
                    assert httpx.post(f"{at.url}{JOBS}/{job}/cancel").status_code == 202
                    engine.allow(2)
                if line.startswith("event: end"):
                    break
        assert any('"state":"denoising"' in line for line in seen)
        wait_for(lambda: client.get(f"{JOBS}/{job}").json()["state"] == "stopped")


def test_a_job_of_somebody_else_is_not_stopped(open_api: Callable[..., Opened]) -> None:
    at = open_api(engine=HeldEngine())
    ada, bob, chief = (
        at.client(at.token(name, role))
        for name, role in (("Ada", Role.CREATE), ("Bob", Role.CREATE), ("Chief", Role.ADMIN))
    )
    job = start(ada)
    assert bob.get(f"{JOBS}/{job}").json()["person"] == "Ada"
    assert bob.post(f"{JOBS}/{job}/cancel").json()["error"]["code"] == "access.role"
    assert chief.post(f"{JOBS}/{job}/cancel").status_code == 202


def test_runs_are_searched_and_read(client: TestClient, tmp_path: Path) -> None:
    run = made(client, prompt="a very blue teapot", seed=11)
    page = client.get(RUNS, params={"text": "BLUE teapot", "state": "succeeded"}).json()
    assert [each["run_id"] for each in page["data"]] == [run]
    assert client.get(RUNS, params={"text": "nothing like it"}).json()["total"] == 0
    record = client.get(f"{RUNS}/{run[:20]}").json()
    assert (record["id"], record["resolved"]["intent"]["seed"]) == (run, 11)
    assert client.get(f"{RUNS}/{run}/evidence").json()["data"]
    (tmp_path / "a.png").write_bytes(client.get(f"{RUNS}/{run}/picture", params={"record": True}).content)
    assert read_record(tmp_path / "a.png")[0].run_id == run
    assert client.get(f"{RUNS}/{run}/picture", params={"format": "webp"}).content[8:12] == b"WEBP"


def test_a_replay_says_how_equal_it_came_out(client: TestClient) -> None:
    run = made(client, seed=12)
    job = client.post(f"{RUNS}/{run}/replay").json()["id"]
    assert finished(client, job)["verdict"]["sameness"] == "identical"


@pytest.mark.parametrize("reference", ["01AAAAAAAAAAAAAAAAAAAAAAAA", "none.png", "..%2Fa.png", "%2Fetc%2Fpasswd"])
def test_what_is_no_run(client: TestClient, reference: str) -> None:
    for path in ("", "/picture", "/evidence", "/reviews"):
        answer = client.get(f"{RUNS}/{reference}{path}")
        assert answer.status_code in (400, 404)
        assert answer.json()["error"]["code"] in ("record.not_found", "request.invalid", "request.unknown")


@pytest.mark.parametrize("kind", ["json", "yaml"])
def test_a_plan_is_run_and_shows_its_effects(open_api: Callable[..., Opened], kind: str) -> None:
    import yaml

    client = open_api().client()
    text = json.dumps(PLAN) if kind == "json" else yaml.safe_dump(PLAN)
    headers = {"Content-Type": f"application/{kind}", "Idempotency-Key": "plan"}
    answer = client.post(EXPERIMENTS, content=text, headers=headers)
    assert answer.status_code == 202
    assert client.post(EXPERIMENTS, content=text, headers=headers).json()["id"] == answer.json()["id"]
    assert finished(client, answer.json()["id"])["state"] == "done"
    (told,) = client.get(EXPERIMENTS).json()["data"]
    assert (told["name"], told["states"]) == ("steps", {"succeeded": 3})
    report = client.get(told["report"])
    assert report.text.startswith("<!doctype html>")
    assert "sandbox" in report.headers["Content-Security-Policy"]
    effects = client.get(f"{EXPERIMENTS}/steps/effects").json()
    assert {row["arm"] for row in effects["data"]} == {"steps_5", "steps_7"}


@pytest.mark.parametrize(
    "baseline",
    [
        {"model": "/etc"},
        {"model": "owner/name"},
        {"source": "/etc/passwd"},
        {"source": "photo.png"},
        {"loras": ["/tmp/a.safetensors"]},
    ],
)
def test_a_plan_does_not_look_into_the_machine(client: TestClient, baseline: dict[str, Any]) -> None:
    answer = client.post(EXPERIMENTS, json={**PLAN, "baseline": {**PLAN["baseline"], **baseline}})
    assert answer.status_code in (400, 404)
    assert answer.json()["error"]["code"] in ("plan.invalid", "model.unknown")


@pytest.mark.parametrize("body", [b"", b"{", b"[1]", b"a: b", b"\xff\xff", b"prompts: x.csv"])
def test_what_is_no_plan(client: TestClient, body: bytes) -> None:
    assert client.post(EXPERIMENTS, content=body).json()["error"]["code"] == "plan.invalid"


def test_review_and_release_in_the_tokens_name(open_api: Callable[..., Opened]) -> None:
    at = open_api()
    maker, ada, bob = (
        at.client(at.token(name, role))
        for name, role in (("shop", Role.CREATE), ("Ada", Role.REVIEW), ("Bob", Role.RELEASE))
    )
    run = made(maker, size="256x256")
    refused = bob.post("/v1/packshot/releases", json={"channel": "ebay", "runs": [run]})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "release.refused")
    assert not (at.bench.settings.output / "released").exists()
    reviews = f"{RUNS}/{run}/reviews"
    assert ada.post(reviews, json={"decision": "submit", "channel": "ebay"}).json()["state"] == "in_review"
    assert [each["run_id"] for each in ada.get("/v1/packshot/reviews", params={"channel": "ebay"}).json()["data"]] == [
        run
    ]
    blocked = ada.post(reviews, json={"decision": "approve", "channel": "ebay"})
    assert (blocked.status_code, blocked.json()["error"]["code"]) == (409, "review.blocked")
    other = ada.post(reviews, json={"decision": "approve", "by": "Bob"})
    assert (other.status_code, other.json()["error"]["code"]) == (403, "access.role")
    approval = {"decision": "approve", "channel": "ebay", "override": True, "reason": "a drawing, and meant so"}
    decided = ada.post(reviews, json=approval).json()
    assert (decided["review"]["by"], decided["state"]) == ("Ada", "approved")
    told = bob.post("/v1/packshot/releases", json={"channel": "ebay", "runs": [run], "skus": {run: "MUG-1"}})
    assert told.status_code == 200, told.text
    assert [(each["sku"], each["by"]) for each in told.json()["released"]] == [("MUG-1", "Bob")]
    (release,) = ada.get(reviews).json()["releases"]
    address = f"{RUNS}/{run}/releases/{release['id']}/file"
    file = bob.get(address)
    assert file.content == (at.bench.settings.output / "released" / "ebay" / release["file_name"]).read_bytes()
    assert ada.post(reviews, json={"decision": "reject", "reason": "a third strap"}).status_code == 201
    assert (bob.get(address).status_code, bob.get(address).json()["error"]["code"]) == (409, "release.refused")


def test_a_released_file_that_was_changed_is_not_given(open_api: Callable[..., Opened]) -> None:
    at = open_api()
    client = at.client()
    run = made(client, size="256x256")
    approval = {"decision": "approve", "channel": "ebay", "override": True, "reason": "meant so"}
    assert client.post(f"{RUNS}/{run}/reviews", json=approval).json()["error"]["code"] == "request.invalid"
    assert client.post(f"{RUNS}/{run}/reviews", json={**approval, "by": "Ada"}).status_code == 201
    asked = {"channel": "ebay", "runs": [run], "by": "Bob"}
    assert client.post("/v1/packshot/releases", json=asked).json()["complete"]
    (release,) = client.get(f"{RUNS}/{run}/reviews").json()["releases"]
    file = at.bench.settings.output / "released" / "ebay" / release["file_name"]
    file.write_bytes(file.read_bytes() + b"!")
    answer = client.get(f"{RUNS}/{run}/releases/{release['id']}/file")
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "release.refused")
    file.unlink()
    assert client.get(f"{RUNS}/{run}/releases/{release['id']}/file").status_code == 404
    assert client.post("/v1/packshot/releases", json={**asked, "channel": "../../etc"}).json()["error"]["code"] == (
        "channel.unknown"
    )


def test_health_and_numbers(client: TestClient) -> None:
    made(client, seed=77)
    assert client.get("/readyz").json() == {"status": "ready", "engine": "cold"}
    told = client.get("/metrics").text
    assert 'packshot_requests_total{method="POST",route="/v1/packshot/jobs",status="202"}' in told
    assert "packshot_queue_jobs 0.0" in told
    assert "packshot_pictures_total" in told

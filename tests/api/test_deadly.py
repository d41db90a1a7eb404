"""A request whose work ends its process each time: told so, and not to be repeated."""

from __future__ import annotations

import threading
from pathlib import Path

import httpx

from packshot.result import DEADLY_AFTER, SUSPECT_AFTER
from tests.api.conftest import PATIENCE_S, listening, opened, wait_for
from tests.service.conftest import die_at


def test_a_deadly_request_is_a_500_that_clients_do_not_repeat(tmp_path: Path, tiny_sd: Path) -> None:
    said: list[httpx.Response] = []
    with opened(tmp_path, tiny_sd) as at, listening(at) as live:
        service = at.serving.service
        service._dispatcher.take_no_more()
        body = {"prompt": "a red mug", "size": "64x64", "num_inference_steps": 2}

        def ask() -> None:
            url = f"{live.url}/v1/images/generations"
            said.append(httpx.post(url, json=body, timeout=PATIENCE_S))

        asking = threading.Thread(target=ask)
        asking.start()
        wait_for(lambda: service.jobs(open_only=True))
        (job,) = service.jobs(open_only=True)
        die_at(service, job, SUSPECT_AFTER)
        told = httpx.get(f"{live.url}/v1/packshot/jobs/{job.id}").json()
        assert (told["state"], told["deaths"]) == ("queued", SUSPECT_AFTER)
        die_at(service, job, DEADLY_AFTER - SUSPECT_AFTER)
        asking.join(PATIENCE_S)
    (answer,) = said
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["type"]) == (500, "job.deadly", "server_error")
    assert answer.headers["x-should-retry"] == "false"
    assert "more memory" in error["message"]

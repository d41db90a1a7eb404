"""Limits as OpenAI's own client meets them: it waits as long as it is told to, and then gets what it asked for."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest
from openai import OpenAI, RateLimitError

from packshot.api import errors
from packshot.api.limits import Limits
from tests.api.conftest import Opened
from tests.service.conftest import HeldEngine

Open = Callable[..., Opened]


def client_of(at: Opened, hear: Callable[[httpx.Response], None], retries: int = 5) -> OpenAI:
    """A client with its own retries; `hear` is told every answer, also those that it does not show."""
    own = httpx.Client(event_hooks={"response": [hear]})
    return at.openai(http_client=own).with_options(max_retries=retries)


def test_too_many_requests_are_sent_again_in_time(open_api: Open) -> None:
    at = open_api(listen=True, limits=Limits(requests_per_minute=60))
    refused: list[httpx.Response] = []
    client = client_of(at, lambda answer: refused.append(answer) if answer.status_code == 429 else None)
    while not refused:
        assert [model.id for model in client.models.list()] == ["studio-tiny"]
    assert [int(answer.headers["Retry-After"]) for answer in refused] == [1] * len(refused)
    impatient = client.with_options(max_retries=0)
    with pytest.raises(RateLimitError) as told:
        _all = [impatient.models.list() for _time in range(100)]
    assert (told.value.code, told.value.type) == ("access.rate", "rate_limit_error")


@pytest.mark.slow
def test_a_full_queue_is_waited_for(open_api: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(errors.AFTER_S, "service.full", 1)  # type: ignore[arg-type]
    engine = HeldEngine()
    at = open_api(listen=True, engine=engine, most=12)
    for number in range(12):
        asked = {"prompt": "a red mug", "size": "64x64", "seed": number, "num_inference_steps": 2}
        assert httpx.post(f"{at.url}/v1/packshot/jobs", json=asked).status_code == 202
    refused: list[str] = []

    def hear(answer: httpx.Response) -> None:
        if answer.status_code == 429:
            refused.append(answer.headers["Retry-After"])
            engine.let_go()

    made = client_of(at, hear).images.generate(prompt="a blue mug", size="64x64", extra_body={"num_inference_steps": 2})
    assert made.data
    assert refused
    assert set(refused) == {"1"}

"""What bad input gets: OpenAI's form of error with our code, and nothing made."""

from __future__ import annotations

import itertools
import json
import logging
import struct
import zlib
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from packshot.api.asked import EditAsked, GenerationAsked
from packshot.engine import FakeEngine
from packshot.errors import StoreError
from packshot.result import Failure
from tests.api.conftest import Opened
from tests.api.pictures import mask, photo, png

GENERATE = "/v1/images/generations"
EDIT = "/v1/images/edits"
PLANS = "/v1/packshot/experiments"
PLAN = json.dumps(
    {
        "schema": "packshot.plan/1",
        "name": "many",
        "title": "How many?",
        "question": "How many?",
        "baseline": {"name": "base", "prompt": "a red mug", "steps": 3, "width": 64, "height": 64},
        "vary": {"steps": [5, 7]},
        "seeds": 1,
    }
)
POLICY = """schema: packshot.policy/1
rules:
  - name: brands
    kind: brand
    action: refuse
    words: [Acme]
    reason: not ours
"""


def error(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"error"}
    told = answer.json()["error"]
    assert set(told) == {"message", "type", "param", "code"}
    return dict(told)


@pytest.mark.parametrize(
    ("fields", "status", "code", "param"),
    [
        ({}, 400, "request.invalid", "prompt"),
        ({"prompt": ""}, 400, "spec.prompt.empty", "prompt"),
        ({"prompt": "mug " * 600}, 400, "spec.prompt.too_long", "prompt"),
        ({"prompt": ["a"]}, 400, "request.invalid", "prompt"),
        ({"prompt": "a", "n": 0}, 400, "request.invalid", "n"),
        ({"prompt": "a", "n": 100}, 400, "request.invalid", "n"),
        ({"prompt": "a", "n": "many"}, 400, "request.invalid", "n"),
        ({"prompt": "a", "size": "1x1"}, 400, "spec.size.range", "size"),
        ({"prompt": "a", "size": "99999x99999"}, 400, "spec.size.range", "size"),
        ({"prompt": "a", "size": "65x64"}, 400, "spec.size.not_divisible", "size"),
        ({"prompt": "a", "size": "big"}, 400, "spec.size.range", "size"),
        ({"prompt": "a", "model": "gpt-image-1"}, 404, "model.unknown", "model"),
        ({"prompt": "a", "model": "/etc/passwd"}, 404, "model.unknown", "model"),
        ({"prompt": "a", "model": "owner/name"}, 404, "model.unknown", "model"),
        ({"prompt": "a", "colour": "red"}, 400, "request.invalid", "colour"),
        ({"prompt": "a", "background": "transparent"}, 400, "spec.invalid", "background"),
        ({"prompt": "a", "stream": True}, 400, "spec.invalid", "stream"),
        ({"prompt": "a", "output_compression": 50}, 400, "spec.invalid", "output_compression"),
        ({"prompt": "a", "num_inference_steps": 0}, 400, "spec.steps.range", "num_inference_steps"),
        ({"prompt": "a", "guidance_scale": 1e9}, 400, "spec.guidance.range", "guidance_scale"),
        ({"prompt": "a", "scheduler": "best"}, 400, "spec.scheduler.unknown", "scheduler"),
        ({"prompt": "a", "seed": -1}, 400, "spec.seed.range", "seed"),
        ({"prompt": "a", "seed": 2**63}, 400, "spec.seed.range", "seed"),
        ({"prompt": "a", "strength": 0.5}, 400, "spec.strength.without_source", "strength"),
    ],
    ids=lambda value: json.dumps(value)[:40] if isinstance(value, dict) else None,
)
def test_fields_that_cannot_be(
    client: TestClient, api: Opened, fields: dict[str, Any], status: int, code: str, param: str
) -> None:
    told = error(client.post(GENERATE, json=fields), status)
    assert (told["code"], told["param"]) == (code, param)
    assert api.bench.store.count_runs() == 0, "these tests come first"


@pytest.mark.parametrize("body", [b"{", b"", b"[]", b'"a"', b"\xff\xfe", b'{"prompt": "a", "guidance_scale": NaN}'])
def test_bodies_that_are_no_request(client: TestClient, body: bytes) -> None:
    assert error(client.post(GENERATE, content=body, headers={"Content-Type": "application/json"}), 400)["code"] == (
        "request.invalid"
    )


HALF = "\\ud800"
"""How JSON spells half a character."""


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (GENERATE, '{"prompt": "a HALF mug"}'),
        (GENERATE, '{"prompt": "a mug", "HALF": 1}'),
        (GENERATE, '{"prompt": "a mug", "user": "HALF", "negative_prompt": "HALF"}'),
        ("/v1/packshot/runs/RUN/reviews", '{"decision": "reject", "reason": "HALF", "by": "Ada"}'),
        ("/v1/packshot/runs/RUN/reviews", '{"decision": "reject", "reason": "a strap", "by": "HALF"}'),
        ("/v1/packshot/releases", '{"channel": "HALF", "by": "Ada", "all_approved": true}'),
        (PLANS, '{"HALF": {}}'),
        (PLANS, PLAN.replace("How many", "HALF")),
    ],
)
def test_half_a_character_is_no_text(client: TestClient, api: Opened, path: str, body: str) -> None:
    run = client.post(GENERATE, json={"prompt": "half", "size": "64x64", "seed": 1}).json()["packshot"]["pictures"][0]
    for headers in ({}, {"Idempotency-Key": "half"}):
        answer = client.post(
            path.replace("RUN", run["run"]),
            content=body.replace("HALF", HALF).encode(),
            headers={"Content-Type": "application/json", **headers},
        )
        assert error(answer, 400)["code"] in ("spec.invalid", "request.invalid", "plan.invalid", "channel.unknown")


@pytest.mark.parametrize(
    "body",
    [
        b'{"prompt":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"prompt": "a", "seed": ' + b"9" * 5000 + b"}",
        b'{"prompt": "a", "guidance_scale": 1e999}',
        json.dumps({"prompt": "a", "image": "A" * 900_000}).encode(),
    ],
    ids=["deep", "long number", "endless number", "base64"],
)
def test_what_json_can_hold_and_no_request_means(client: TestClient, body: bytes) -> None:
    answer = client.post(GENERATE, content=body, headers={"Content-Type": "application/json"})
    assert error(answer, 400)["code"] == "request.invalid"
    assert len(answer.content) < 2000


def test_a_prompt_as_long_as_a_book_is_not_read(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def judge(*_asked: object) -> None:
        raise AssertionError("a policy that looks at every letter of it takes seconds")

    monkeypatch.setattr("packshot.workflow.ordering.judge_prompt", judge)
    book = client.post(GENERATE, json={"prompt": "data:image/png;base64," + "A" * 900_000})
    assert error(book, 400)["code"] == "spec.prompt.too_long"


@pytest.mark.parametrize(
    "plan",
    [
        "a: &a [x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"{to}: &{to} [{', '.join([f'*{of}'] * 9)}]\n" for of, to in itertools.pairwise("abcdefg")),
        "&a [*a]",
        "{a: " * 5_000,
        "[" * 5_000,
        "!!python/object/apply:os.system ['true']",
        PLAN.replace('"seeds": 1', '"seeds": 1000000000'),
    ],
    ids=["laughs", "cycle", "deep yaml", "deep json", "code", "seeds"],
)
def test_plans_that_would_grow(client: TestClient, plan: str) -> None:
    assert error(client.post(PLANS, content=plan.encode()), 400)["code"] == "plan.invalid"


def part(name: str, content: bytes, *, file: bool = False) -> bytes:
    named = f'Content-Disposition: form-data; name="{name}"' + ('; filename="a"' if file else "")
    return b"--zz\r\n" + named.encode() + b"\r\n\r\n" + content + b"\r\n"


@pytest.mark.parametrize(
    "body",
    [
        b"".join(part(f"f{number}", b"x") for number in range(5000)),
        b"".join(part(f"f{number}", b"x", file=True) for number in range(5000)),
        b"".join(part(f"f{number}", b"x" * 1_000_000, file=True) for number in range(30)),
        part("prompt", b"x" * 5_000_000),
        part("n" * 2_000_000, b"x"),
        b"--zz\r\n" + b"X-A: b\r\n" * 50_000 + b"\r\nx\r\n",
        b"-" * 5_000_000,
        b"\r\n" * 2_000_000,
        part("prompt", b"\xff\xfe"),
    ],
    ids=["fields", "files", "large files", "large field", "long name", "heads", "dashes", "lines", "no text"],
)
def test_forms_that_would_grow(client: TestClient, body: bytes) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=zz"}
    told = error(client.post(EDIT, content=body + b"--zz--\r\n", headers=headers), 400)
    assert told["code"] in ("request.invalid", "source.missing")


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


@pytest.mark.parametrize(
    ("kind", "code"), [(b"zTXt", "source.corrupt"), (b"iCCP", "source.corrupt"), (b"IHDR", "source.too_large")]
)
def test_pictures_that_would_grow(client: TestClient, kind: bytes, code: str) -> None:
    whole = png(photo())
    if kind == b"IHDR":
        bomb = whole[:8] + chunk(kind, struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)) + whole[33:]
    else:
        bomb = whole[:33] + chunk(kind, b"a\0\0" + zlib.compress(bytes(50_000_000), 9)) + whole[33:]
    assert len(bomb) < 100_000
    assert error(edit(client, [("image", ("a.png", bomb))]), 400)["code"] == code


def test_null_is_not_given(client: TestClient, api: Opened) -> None:
    asked = GenerationAsked.model_validate({"prompt": "a", "n": None, "size": None, "seed": None})
    assert asked.said() == {"prompt": "a", "n": 1}


def edit(client: TestClient, files: list[tuple[str, tuple[str, bytes]]], **fields: str) -> Any:
    return client.post(EDIT, files=files, data={"prompt": "a mug", **fields})


@pytest.mark.parametrize(
    ("files", "code"),
    [
        ([("mask", ("m.png", mask()))], "source.missing"),
        ([("image", ("a.png", b""))], "source.format"),
        ([("image", ("a.png", b"no picture"))], "source.format"),
        ([("image", ("a.png", png(photo())[: len(png(photo())) // 2]))], "source.corrupt"),
        ([("image", ("a.png", png(photo()))), ("image[]", ("b.png", png(photo())))], "source.many"),
        ([("image", ("a.png", png(photo()))), ("mask", ("m.png", png(photo())))], "source.mask"),
        ([("image", ("a.png", png(photo()))), ("mask", ("m.png", mask((100, 90))))], "source.mask"),
        (
            [("image", ("a.png", png(photo()))), ("mask", ("m.png", png(np.zeros((180, 200, 4), np.uint8))))],
            "source.mask",
        ),
        ([("image", ("a.png", png(photo()))), ("other", ("m.png", mask()))], "request.invalid"),
        ([("image", ("a.png", png(np.zeros((8, 8, 3), np.uint8))))], "source.too_small"),
    ],
)
def test_forms_that_cannot_be(client: TestClient, files: list[tuple[str, tuple[str, bytes]]], code: str) -> None:
    assert error(edit(client, files), 400)["code"] == code


def test_a_picture_bomb_is_not_decoded(client: TestClient) -> None:
    bomb = png(np.zeros((9000, 9000), np.uint8))
    assert len(bomb) < 200_000
    assert error(edit(client, [("image", ("a.png", bomb))]), 400)["code"] == "source.too_large"


def test_a_form_is_a_form_and_its_fields_are_known(client: TestClient) -> None:
    assert error(client.post(EDIT, json={"prompt": "a"}), 400)["code"] == "request.invalid"
    one = [("image", ("a.png", png(photo())))]
    assert error(edit(client, one, colour="red"), 400)["param"] == "colour"
    assert error(edit(client, one, n="9"), 400)["param"] == "n"
    assert error(edit(client, one, strength="2"), 400)["code"] == "spec.strength.range"
    broken = client.post(EDIT, content=b"--x\r\nno", headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert error(broken, 400)["code"] in ("request.invalid", "source.missing")
    no_boundary = client.post(EDIT, content=b"x", headers={"Content-Type": "multipart/form-data"})
    assert error(no_boundary, 400)["code"] == "request.invalid"
    assert EditAsked.of_form({"prompt": "", "size": ""}).size is None


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nothing", 404), ("GET", GENERATE, 405)])
def test_addresses_that_are_none(client: TestClient, method: str, path: str, status: int) -> None:
    assert error(client.request(method, path), status)["code"] == (
        "request.unknown" if status == 404 else "request.method"
    )


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_no_page_is_loaded_from_elsewhere(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_picture_that_cannot_be_made(open_api: Any) -> None:
    failures = {
        "black": Failure(code="picture.blank", message="the picture is blank"),
        "broken": Failure(code="engine.failed", message="it stopped"),
    }
    client = open_api(engine=FakeEngine(fails=failures)).client()
    assert error(client.post(GENERATE, json={"prompt": "black", "size": "64x64"}), 422)["code"] == "picture.blank"
    assert error(client.post(GENERATE, json={"prompt": "broken", "size": "64x64"}), 500)["code"] == "engine.failed"


def test_the_policy_holds_here_too(open_api: Any) -> None:
    at = open_api()
    at.bench.settings.policy_file.write_text(POLICY)
    told = error(at.client().post(GENERATE, json={"prompt": "an Acme mug"}), 400)
    assert (told["code"], told["param"]) == ("policy.refused", "prompt")


def test_what_nobody_expected_is_said_without_words_of_the_prompt(
    open_api: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    at = open_api()

    def broken(*asked: object, **_more: object) -> None:
        raise RuntimeError(repr(asked))

    monkeypatch.setattr(at.serving.service, "make", broken)
    with caplog.at_level(logging.INFO, "packshot"):
        answer = at.client("secret-token").post(
            GENERATE, json={"prompt": "secret-prompt"}, headers={"X-Request-Id": "my-request"}
        )
    told = error(answer, 500)
    assert told["code"] == "service.failed"
    assert "my-request" in told["message"]
    assert answer.headers["X-Request-Id"] == "my-request"
    assert "my-request" in caplog.text
    assert "RuntimeError" in caplog.text
    for secret in ("secret-prompt", "secret-token"):
        assert secret not in caplog.text + answer.text


def test_a_database_that_goes_away_and_comes_back(open_api: Any) -> None:
    at = open_api()
    client = at.client()
    asked = {"prompt": "a red mug", "size": "64x64", "seed": 1}
    before = client.post(GENERATE, json=asked).json()["packshot"]["pictures"][0]["run"]
    database = at.bench.settings.workspace / "packshot.db"
    database.rename(database.with_suffix(".away"))
    gone = client.post(GENERATE, json=asked)
    assert error(gone, 503)["code"] == "store.failed"
    assert int(gone.headers["Retry-After"]) > 0
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200
    database.with_suffix(".away").rename(database)
    assert client.get("/readyz").status_code == 200
    assert client.post(GENERATE, json=asked).json()["packshot"]["pictures"][0]["run"] == before


def test_a_full_disk_leaves_the_queue_as_it_is(open_api: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    at = open_api()
    client = at.client()

    def full(_pixels: object) -> str:
        raise StoreError("store.full", "the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(at.bench.store.pictures, "put", full)
        told = error(client.post(GENERATE, json={"prompt": "a red mug", "size": "64x64", "seed": 1}), 507)
        assert told["code"] == "store.full"
    assert client.get("/v1/packshot/jobs", params={"open": True}).json()["data"] == []
    assert client.post(GENERATE, json={"prompt": "a red mug", "size": "64x64", "seed": 1}).status_code == 200

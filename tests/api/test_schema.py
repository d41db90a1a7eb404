"""The OpenAPI schema is complete, and whatever fits it, or does not, is no server error."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from packshot.result import Role
from tests.api.any_calls import Caller, callers
from tests.api.conftest import Opened
from tests.servers import Cluster, cluster  # noqa: F401  (fixture)

QUICK = 4
MANY = int(os.environ.get("CALLS_OF_EACH", "60"))
"""Calls of each operation."""


@pytest.fixture(scope="module")
def caller(tmp_path_factory: pytest.TempPathFactory, tiny_sd: Path) -> Iterator[Caller]:
    with callers(tmp_path_factory.mktemp("schema"), tiny_sd) as found:
        yield found


def test_every_route_is_told_with_its_errors_and_words(client: Any) -> None:
    schema = client.get("/openapi.json").json()
    assert schema["components"]["securitySchemes"]["HTTPBearer"]["scheme"] == "bearer"
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            where = f"{method} {path}"
            assert told["description"], where
            assert told["tags"], where
            if path in ("/healthz", "/readyz"):
                continue
            for status in ("400", "401", "429"):
                assert told["responses"][status]["content"]["application/json"]["schema"]["$ref"].endswith(
                    "ErrorBody"
                ), where
    edit = schema["paths"]["/v1/images/edits"]["post"]["requestBody"]["content"]["multipart/form-data"]["schema"]
    assert {"image", "mask", "prompt", "strength"} <= set(edit["properties"])
    asked = schema["components"]["schemas"]["GenerationAsked"]["properties"]
    assert {"prompt", "n", "size", "seed", "num_inference_steps", "guidance_scale", "scheduler"} <= set(asked)
    assert asked["prompt"]["examples"]


def test_no_call_is_a_server_error_or_unknown_to_the_schema(caller: Caller) -> None:
    for operation in caller.schema.get_all_operations():
        caller.call(operation.ok(), QUICK, fixed=True)
    assert sum(caller.sent.values()) > 50
    assert {200, 400, 404} <= set(caller.sent)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kept", ["files", "postgres"])
def test_no_call_of_many_is_a_server_error(
    kept: str, tmp_path: Path, tiny_sd: Path, request: pytest.FixtureRequest
) -> None:
    place = {}
    if kept == "postgres":
        server: Cluster = request.getfixturevalue("cluster")
        place = {"database": server.address(server.create())}
    with callers(tmp_path, tiny_sd, **place) as caller:
        for operation in caller.schema.get_all_operations():
            caller.call(operation.ok(), MANY, fixed=False)


def test_one_token_sees_the_schema(open_api: Callable[..., Opened]) -> None:
    at = open_api()
    token = at.token("anybody", Role.REVIEW)
    assert at.client(token).get("/openapi.json").json()["info"]["title"] == "Packshot"

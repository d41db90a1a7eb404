"""The OpenAPI schema is complete, and whatever fits it, or does not, is no server error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error

from packshot.api.application import make_app
from packshot.result import Role
from tests.api.conftest import Opened, opened

QUICK = 2
MANY = 60


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, tiny_sd: Path) -> Iterator[tuple[Any, dict[str, str]]]:
    """The schema of an application whose every route may be called, with the header that lets one in."""
    with opened(tmp_path_factory.mktemp("schema"), tiny_sd) as at:
        headers = {"Authorization": f"Bearer {at.token('tests', Role.ADMIN)}"}
        app = make_app(at.serving, at.tokens)
        yield schemathesis.openapi.from_asgi("/openapi.json", app, headers=headers), headers


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


def no_server_error(guarded: tuple[Any, dict[str, str]], examples: int) -> None:
    schema, headers = guarded
    for result in schema.get_all_operations():
        operation = result.ok()

        @given(case=operation.as_strategy())
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=examples == QUICK,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def calls(case: Any) -> None:
            case.call_and_validate(headers=headers, checks=[not_a_server_error])

        calls()


def test_no_server_error_quickly(guarded: tuple[Any, dict[str, str]]) -> None:
    no_server_error(guarded, QUICK)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_no_server_error_with_many_examples(guarded: tuple[Any, dict[str, str]]) -> None:
    no_server_error(guarded, MANY)


def test_one_token_sees_the_schema(open_api: Callable[..., Opened]) -> None:
    at = open_api()
    token = at.token("anybody", Role.REVIEW)
    assert at.client(token).get("/openapi.json").json()["info"]["title"] == "Packshot"

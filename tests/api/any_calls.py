"""Calls that fit the OpenAPI schema, or nearly: made up by schemathesis, sent with every kind of token.

Half of the time names in addresses are those of things that are there, and the picture of an edit is one: what nobody
knows stops at the first look.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from packshot.api.application import make_app
from packshot.api.limits import Limits
from packshot.result import Role
from tests.api.conftest import opened, wait_for
from tests.api.pictures import photo, png
from tests.api.plans import PLAN

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
PHOTO = png(photo((64, 64)))


@dataclass(frozen=True)
class Caller:
    """An application with something in it, its schema, and who may call it. `sent` counts answers by status."""

    schema: Any
    tokens: tuple[str | None, ...]
    there: dict[str, str]
    chance: random.Random
    sent: Counter[int] = field(default_factory=Counter)

    def call(self, operation: Any, examples: int, *, fixed: bool) -> None:
        """Raises at the first answer that is a server error, or that the schema does not know."""

        @given(case=operation.as_strategy())
        @settings(
            max_examples=examples,
            deadline=None,
            database=None,
            derandomize=fixed,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def calls(case: Any) -> None:
            token = self.chance.choice(self.tokens)
            headers = {} if token is None else {"Authorization": f"Bearer {token}"}
            if self.chance.random() < 0.5:
                case.path_parameters = {
                    name: self.there.get(name, given) for name, given in (case.path_parameters or {}).items()
                }
                if isinstance(case.body, dict) and "image" in case.body:
                    case.body = {**case.body, "image": PHOTO}
            answer = case.call(headers=headers)
            self.sent[answer.status_code] += 1
            case.validate_response(answer, checks=CHECKS, headers=headers)

        calls()


@contextmanager
def callers(folder: Path, model: Path, **place: str) -> Iterator[Caller]:
    """One on a workspace of its own, which ends with it."""
    with opened(folder, model, limits=Limits(requests_per_minute=0), **place) as at:
        admin = at.token("Ada", Role.ADMIN)
        others = [at.token(f"{role} alone", role) for role in Role if role is not Role.ADMIN]
        there = fill(at.client(admin))
        app = make_app(at.serving, at.tokens)
        schema = schemathesis.openapi.from_asgi("/openapi.json", app, headers={"Authorization": f"Bearer {admin}"})
        yield Caller(schema, (admin, admin, admin, *others, None, "no-token-of-anybody"), there, random.Random(7))


def fill(client: TestClient) -> dict[str, str]:
    """A run, its job, an experiment and a release, by the names that addresses give them."""
    asked = {"prompt": "a red mug", "size": "256x256", "num_inference_steps": 2}
    made = client.post("/v1/images/generations", json=asked).json()["packshot"]
    run = made["pictures"][0]["run"]
    approval = {"decision": "approve", "channel": "ebay", "override": True, "reason": "a drawing, and meant so"}
    assert client.post(f"/v1/packshot/runs/{run}/reviews", json=approval).status_code == 201
    released = client.post("/v1/packshot/releases", json={"channel": "ebay", "runs": [run]}).json()["released"]
    assert released
    (release,) = client.get(f"/v1/packshot/runs/{run}/reviews").json()["releases"]
    plan = client.post("/v1/packshot/experiments", json=PLAN).json()["id"]
    wait_for(lambda: client.get(f"/v1/packshot/jobs/{plan}").json()["state"] == "done")
    return {"run": run, "job": made["job"], "name": "steps", "release": release["id"]}

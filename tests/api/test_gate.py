"""Who comes in: nobody but this machine without tokens, nobody at all without one once there is one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from packshot.access.tokens import Tokens
from packshot.api.limits import Limits
from packshot.api.opening import check_host, tokens_of
from packshot.api.pace import Pace
from packshot.errors import UsageError
from packshot.result import Role
from packshot.workflow import list_tokens, make_token, revoke_token
from tests.api.conftest import Opened

MODELS = "/v1/models"
GENERATE = "/v1/images/generations"
Open = Callable[..., Opened]


def code(answer: object) -> str:
    return str(answer.json()["error"]["code"])  # type: ignore[attr-defined]


def test_without_tokens_this_machine_comes_in_by_its_own_name(open_api: Open) -> None:
    at = open_api()
    here = at.client()
    assert here.get(MODELS).status_code == 200
    assert here.get(MODELS, headers={"Authorization": "Bearer whatever-a-client-sends"}).status_code == 200
    assert at.client(address=("192.0.2.7", 1)).get(MODELS).status_code == 401
    assert here.get(MODELS, headers={"Host": "evil.example"}).status_code == 401
    other_site = here.get(MODELS, headers={"Origin": "https://evil.example"})
    assert (other_site.status_code, code(other_site)) == (403, "access.origin")
    assert here.get(MODELS, headers={"Origin": "http://localhost:3000"}).status_code == 200


def test_once_there_is_a_token_everybody_shows_one(open_api: Open) -> None:
    at = open_api()
    good = at.token("shop")
    nobody = at.client().get(MODELS)
    assert (nobody.status_code, code(nobody), nobody.headers["WWW-Authenticate"]) == (401, "access.token", "Bearer")
    assert at.client("pks_wrong-wrong-wrong").get(MODELS).status_code == 401
    assert at.client(good).get(MODELS).status_code == 200
    assert at.client(good, address=("192.0.2.7", 1)).get(MODELS).status_code == 200
    assert at.client().get("/healthz").status_code == at.client().get("/readyz").status_code == 200
    assert at.client().get("/metrics").status_code == at.client().get("/openapi.json").status_code == 401
    revoke_token(at.bench, "shop")
    gone = at.client(good).get(MODELS)
    assert (gone.status_code, code(gone)) == (401, "access.token")
    assert at.client().get(MODELS).status_code == 401, "the last token's end opens nothing"


def test_only_the_digest_is_kept(open_api: Open) -> None:
    at = open_api()
    text = at.token("shop", Role.CREATE, Role.REVIEW)
    for path in at.bench.settings.workspace.rglob("*"):
        if path.is_file():
            assert text.encode() not in path.read_bytes()
    (kept,) = list_tokens(at.bench)
    assert (kept.name, kept.roles, kept.is_valid) == ("shop", (Role.CREATE, Role.REVIEW), True)
    with pytest.raises(UsageError, match="already"):
        make_token(at.bench, "shop", [Role.ADMIN])
    for name, roles in (("", [Role.ADMIN]), ("x" * 61, [Role.ADMIN]), ("ok", [])):
        with pytest.raises(UsageError):
            make_token(at.bench, name, roles)
    with pytest.raises(UsageError, match="no valid token"):
        revoke_token(at.bench, "other")


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.CREATE, {"make"}),
        (Role.REVIEW, {"review"}),
        (Role.RELEASE, {"release"}),
        (Role.ADMIN, {"make", "review", "release"}),
    ],
)
def test_roles(open_api: Open, role: Role, allowed: set[str]) -> None:
    at = open_api()
    client = at.client(at.token("Ada", role))
    assert client.get(MODELS).status_code == 200
    asked = {
        "make": client.post(GENERATE, json={"prompt": ""}),
        "review": client.post("/v1/packshot/runs/01AAAA/reviews", json={"decision": "approve"}),
        "release": client.post("/v1/packshot/releases", json={"channel": "none"}),
    }
    assert {what for what, answer in asked.items() if answer.status_code != 403} == allowed
    assert {code(answer) for what, answer in asked.items() if what not in allowed} <= {"access.role"}


def test_a_token_of_the_environment_creates_and_reviews(open_api: Open) -> None:
    at = open_api()
    tokens = tokens_of(at.serving.service, {"PACKSHOT_TOKEN": "sixteen-letters-here"})()
    assert tokens is not None
    holder = tokens.holder_of("sixteen-letters-here")
    assert holder is not None
    assert holder.roles == {Role.CREATE, Role.REVIEW}
    assert tokens.holder_of("sixteen-letters-herE") is None


def test_guessing_is_slowed_down_for_the_address(open_api: Open) -> None:
    at = open_api()
    good = at.token("shop")
    client = at.client()
    answers = [client.get(MODELS, headers={"Authorization": f"Bearer wrong-{number}"}) for number in range(7)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429] * 2
    assert code(answers[-1]) == "access.rate"
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert client.get(MODELS, headers={"Authorization": f"Bearer {good}"}).status_code == 200, "others go on"


def test_a_token_has_its_own_pace(open_api: Open) -> None:
    at = open_api(limits=Limits(requests_per_minute=3))
    one, other = at.token("one"), at.token("other")
    client = at.client(one)
    assert [client.get(MODELS).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = client.get(MODELS)
    assert (code(refused), refused.json()["error"]["type"]) == ("access.rate", "rate_limit_error")
    assert 0 < int(refused.headers["Retry-After"]) <= 20
    assert client.get(MODELS, headers={"Authorization": f"Bearer {other}"}).status_code == 200
    assert client.get("/healthz").status_code == 200


def test_the_pace_comes_back_with_time() -> None:
    now = 0.0
    pace = Pace(60, lambda: now)
    assert all(pace.wait_s("a") == 0 for _ in range(60))
    assert pace.wait_s("a") == pytest.approx(1.0)
    now = 2.0
    assert [pace.wait_s("a") for _ in range(2)] == [0, 0]
    assert pace.wait_s("a") > 0
    assert all(Pace(0, lambda: 0.0).wait_s("a") == 0 for _ in range(1000))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.com"])
def test_no_other_address_without_tokens(host: str) -> None:
    with pytest.raises(UsageError) as refused:
        check_host(host, None)
    assert refused.value.code == "settings.address"
    check_host(host, Tokens((("Ada", "sixteen-letters-here"),)))
    check_host("127.0.0.1", None)
    check_host("::1", None)


def test_an_idempotency_key_is_its_tokens_own(open_api: Open) -> None:
    at = open_api()
    asked = {"json": {"prompt": "a red mug", "size": "64x64"}, "headers": {"Idempotency-Key": "1"}}
    jobs = {at.client(at.token(name)).post(GENERATE, **asked).json()["packshot"]["job"] for name in ("one", "other")}
    assert len(jobs) == 2
    too_long = at.client(at.token("third")).post(GENERATE, **{**asked, "headers": {"Idempotency-Key": "k" * 300}})
    assert (too_long.status_code, code(too_long)) == (400, "request.invalid")


def test_the_log_names_the_token_and_no_secret(
    open_api: Open, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    at = open_api()
    text = at.token("shop")
    with caplog.at_level("INFO", "packshot"):
        at.client(text).post(GENERATE, json={"prompt": "a secret mug", "size": "64x64"})
    assert "token=shop" in caplog.text
    assert text not in caplog.text
    assert "secret mug" not in caplog.text

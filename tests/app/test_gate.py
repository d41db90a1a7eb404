"""The gate as it stands before a real server's application: sign-in, limits, names, and help."""

from __future__ import annotations

import base64
import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from packshot import wiring
from packshot.access.attempts import ADDRESSES_MAX, Attempts
from packshot.access.signing import LASTS_S, Signing, workspace_secret
from packshot.access.tokens import Holder, Tokens, token_digest
from packshot.app.access import PERSON_HEADER
from packshot.app.gate import FRESH_S, Gate
from packshot.app.policy import Policies, Policy
from packshot.result import AccessToken, Role
from packshot.store import SqlStore, open_store

ANNA, BEN = "anna-has-this-token-1", "ben-has-another-token"
TOKENS = Tokens((("Anna Müller", ANNA), ("Ben", BEN)))
STREAM = "ws://localhost:8501/_stcore/stream"
BROWSER = {"accept": "text/html"}
LOCAL, ELSEWHERE = ("127.0.0.1", 50000), ("192.0.2.7", 50000)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def with_tokens(address: str = "0.0.0.0", tokens: Tokens = TOKENS, secret: bytes = b"s" * 32) -> Policy:
    return Policy(address, 8501, tokens, Signing(tokens, secret))


def behind(
    policy: Policy | Callable[[], Policy],
    clock: Clock | None = None,
    client: tuple[str, int] = LOCAL,
    base_url: str = "http://localhost:8501",
) -> TestClient:
    """A browser before the gate. What is behind tells whose name it was given."""

    async def page(request: Request) -> PlainTextResponse:
        return PlainTextResponse(f"page for [{request.headers.get(PERSON_HEADER)}]")

    async def stream(socket: WebSocket) -> None:
        await socket.accept()
        await socket.send_text(socket.headers.get(PERSON_HEADER, "nobody"))
        async for said in socket.iter_text():
            await socket.send_text(said)

    ask = (lambda: policy) if isinstance(policy, Policy) else policy
    gate = Middleware(Gate, policy=ask, clock=clock or Clock())
    routes = [
        WebSocketRoute("/_stcore/stream", stream),
        Route("/_stcore/health", PlainTextResponse("ok")),
        Route("/{path:path}", page),
    ]
    return TestClient(Starlette(routes=routes, middleware=[gate]), base_url, client=client, follow_redirects=False)


def sign_in(browser: TestClient, token: str, after: str = "/", **headers: str) -> Any:
    return browser.post("/sign-in", data={"token": token, "after": after}, headers={**BROWSER, **headers})


def heard(browser: TestClient) -> str:
    with browser.websocket_connect(STREAM) as socket:
        return socket.receive_text()


# With tokens


def test_without_a_token_there_is_only_the_sign_in_page() -> None:
    shown = behind(with_tokens()).get("/experiment?job=1", headers=BROWSER)
    assert shown.status_code == 401
    assert 'value="/experiment?job=1"' in shown.text
    assert '<label for="token">Your token</label>' in shown.text
    assert "page for" not in shown.text


@pytest.mark.parametrize(
    "path", ["/", "/picture/x.png", "/_stcore/upload_file/x", "/_stcore/health/", "//_stcore/health"]
)
def test_scripts_get_a_sentence(path: str) -> None:
    shown = behind(with_tokens()).get(f"http://localhost:8501{path}")
    assert (shown.status_code, shown.headers["www-authenticate"]) == (401, "Bearer")


def test_the_right_token_opens_pages_and_the_stream_under_the_persons_name() -> None:
    browser = behind(with_tokens())
    answer = sign_in(browser, ANNA, after="/gallery?run=7")
    assert (answer.status_code, answer.headers["location"]) == (303, "/gallery?run=7")
    assert browser.get("/gallery").text == "page for [Anna%20M%C3%BCller]"
    assert heard(browser) == "Anna%20M%C3%BCller"


def test_the_cookie_is_kept_from_scripts_and_other_sites() -> None:
    plain = sign_in(behind(with_tokens()), ANNA).headers["set-cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=lax" in plain
    assert "Secure" not in plain
    over_https = behind(with_tokens(), base_url="https://studio.example")
    assert "Secure" in sign_in(over_https, ANNA).headers["set-cookie"]


def test_a_wrong_token_is_told_and_opens_nothing() -> None:
    browser = behind(with_tokens())
    shown = sign_in(browser, "not-a-token-of-anybody")
    assert shown.status_code == 401
    assert "That token does not fit." in shown.text
    assert 'role="alert"' in shown.text
    assert "set-cookie" not in shown.headers
    assert browser.get("/", headers=BROWSER).status_code == 401


def test_the_stream_is_refused_before_it_opens() -> None:
    with pytest.raises(WebSocketDisconnect) as refused, behind(with_tokens()).websocket_connect(STREAM):
        pass
    assert refused.value.code == 1008


def test_a_script_shows_its_token_in_the_header() -> None:
    browser = behind(with_tokens())
    assert browser.get("/", headers={"authorization": f"Bearer {BEN}"}).text == "page for [Ben]"
    assert browser.get("/", headers={"authorization": "Bearer wrong"}).status_code == 401
    assert browser.get("/", headers={"authorization": f"Basic {BEN}"}).status_code == 401


def test_nobody_gives_themselves_a_name() -> None:
    browser = behind(with_tokens())
    sign_in(browser, BEN)
    assert browser.get("/", headers={PERSON_HEADER: "Anna"}).text == "page for [Ben]"
    assert behind(Policy("127.0.0.1", 8501)).get("/", headers={PERSON_HEADER: "Anna"}).text == "page for [None]"


def test_on_this_machine_tokens_are_asked_for_as_well() -> None:
    assert behind(with_tokens(address="127.0.0.1")).get("/", headers=BROWSER).status_code == 401


def test_signing_out_ends_it() -> None:
    browser = behind(with_tokens())
    sign_in(browser, ANNA)
    assert "Your token" in browser.get("/sign-out", headers=BROWSER).text
    assert browser.get("/", headers=BROWSER).status_code == 401


def test_the_cookie_ends_by_itself() -> None:
    clock = Clock()
    browser = behind(with_tokens(), clock)
    kept = sign_in(browser, ANNA).cookies
    (name, value) = next(iter(kept.items()))
    clock.now += LASTS_S - 1
    assert browser.get("/", headers={"cookie": f"{name}={value}"}).status_code == 200
    clock.now += 2
    browser.cookies.clear()
    assert browser.get("/", headers={**BROWSER, "cookie": f"{name}={value}"}).status_code == 401


def holder(token: str) -> Holder:
    found = TOKENS.holder_of(token)
    assert found is not None
    return found


def renamed(cookie: str) -> str:
    content, seal = cookie.split(".")
    _anna, ends = json.loads(base64.urlsafe_b64decode(content + "=="))
    forged = base64.urlsafe_b64encode(json.dumps([holder(BEN).id, ends]).encode()).decode().rstrip("=")
    return f"{forged}.{seal}"


@pytest.mark.parametrize(
    "change",
    [
        renamed,
        lambda cookie: cookie[:-2] + "AA",
        lambda cookie: cookie.split(".")[0],
        lambda _cookie: "é.é",
        lambda _cookie: "W10.AA",
    ],
)
def test_a_changed_cookie_opens_nothing(change: Any) -> None:
    signing = with_tokens().signing
    assert signing is not None
    good = signing.sign(holder(ANNA), 0.0)
    assert signing.name_in(good, 1.0) == "Anna Müller"
    assert signing.name_in(change(good), 1.0) is None


@pytest.mark.parametrize(
    ("other", "name"),
    [
        (with_tokens(tokens=Tokens((("Anna Müller", ANNA),))), "Anna Müller"),
        (with_tokens(tokens=Tokens((("Anna Müller", BEN),))), None),
        (with_tokens(tokens=Tokens((("Ben", BEN),))), None),
        (with_tokens(secret=b"t" * 32), None),
    ],
    ids=["somebody else's is gone", "another token", "none any more", "another workspace"],
)
def test_ones_own_token_and_the_workspace_keep_one_signed_in(other: Policy, name: str | None) -> None:
    first = with_tokens()
    assert first.signing is not None
    assert other.signing is not None
    assert other.signing.name_in(first.signing.sign(holder(ANNA), 0.0), 1.0) == name


def test_the_secret_of_a_workspace_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    secret = workspace_secret(tmp_path / "cache")
    assert len(secret) == 32
    assert workspace_secret(tmp_path / "cache") == secret
    assert (tmp_path / "cache" / "sign-in.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("after", ["https://evil.example/", "//evil.example", "/\\evil.example", "/a\r\nb: c", ""])
def test_sign_in_leads_nowhere_else(after: str) -> None:
    assert sign_in(behind(with_tokens()), ANNA, after=after).headers["location"] == "/"


def test_a_form_that_is_too_long_is_not_read() -> None:
    assert sign_in(behind(with_tokens()), ANNA + "x" * 5000).status_code == 401


def test_what_is_offered_cannot_break_the_page() -> None:
    shown = behind(with_tokens()).get('/"><script>alert(1)</script>', headers=BROWSER)
    assert "<script>" not in shown.text
    assert "default-src 'none'" in shown.headers["content-security-policy"]


def test_the_page_speaks_the_browsers_language() -> None:
    browser = behind(with_tokens())
    french = browser.get("/", headers={**BROWSER, "accept-language": "de, en;q=0.5, fr-CA;q=0.9"})
    assert '<html lang="fr">' in french.text
    assert "Votre jeton" in french.text
    assert "Your token" in browser.get("/", headers={**BROWSER, "accept-language": "de, ;q=x"}).text


# Limits


def test_five_wrong_tokens_then_a_wait_that_grows() -> None:
    clock = Clock()
    browser = behind(with_tokens(), clock, client=ELSEWHERE)
    assert [sign_in(browser, "wrong").status_code for _time in range(6)] == [401] * 5 + [429]
    refused = sign_in(browser, ANNA)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "31")
    assert "Try again in 31 seconds" in refused.text
    clock.now += 31
    assert sign_in(browser, "wrong").status_code == 401
    assert sign_in(browser, ANNA).headers["retry-after"] == "61"
    clock.now += 61
    assert sign_in(browser, ANNA).status_code == 303
    assert sign_in(browser, "wrong").status_code == 401


def test_one_address_does_not_lock_another_out() -> None:
    policy, clock = with_tokens(), Clock()
    attempts = Attempts(clock)
    for _time in range(9):
        attempts.wrong("192.0.2.7")
    assert attempts.wait_s("192.0.2.7") == 480
    assert attempts.wait_s("192.0.2.8") == 0
    assert sign_in(behind(policy, clock), ANNA).status_code == 303


def test_wrong_tokens_in_the_header_count_too() -> None:
    browser = behind(with_tokens())
    answers = [browser.get("/", headers={"authorization": "Bearer wrong"}).status_code for _time in range(6)]
    assert answers == [401] * 5 + [429]
    assert browser.get("/", headers={"authorization": f"Bearer {ANNA}"}).status_code == 429


def test_who_is_signed_in_stays_so_while_the_address_waits() -> None:
    browser = behind(with_tokens())
    sign_in(browser, ANNA)
    for _time in range(7):
        sign_in(browser, "wrong")
    assert browser.get("/").status_code == 200


def test_addresses_that_were_made_up_count_as_one() -> None:
    made_up = [behind(with_tokens(), client=(f"192.0.2.{number}", 0)) for number in range(7)]
    gate = made_up[0]
    for other in made_up:
        gate._transport.client = other._transport.client  # type: ignore[attr-defined]
        last = sign_in(gate, "wrong")
    assert last.status_code == 429


@pytest.mark.slow
def test_a_network_of_ipv6_addresses_counts_as_one_and_memory_has_an_end() -> None:
    attempts = Attempts(Clock())
    for number in range(5):
        attempts.wrong(f"2001:db8:1:2::{number}")
    assert attempts.wait_s("2001:db8:1:2:ffff::1") > 0
    assert attempts.wait_s("2001:db8:1:3::1") == 0
    for number in range(ADDRESSES_MAX + 50):
        attempts.wrong(f"address {number}")
    assert len(attempts._wrong) <= ADDRESSES_MAX


# Without tokens


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8501", "127.0.0.1:9000", "[::1]:8501", "[::1]"])
def test_this_machine_comes_in_by_its_own_names(host: str) -> None:
    assert behind(Policy("127.0.0.1", 8501)).get("/", headers={"host": host}).text == "page for [None]"


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io", "localhost:x", "", "a/localhost"]
)
def test_other_names_are_refused_against_dns_rebinding(host: str) -> None:
    browser = behind(Policy("127.0.0.1", 8501))
    shown = browser.get("/", headers={"host": host, **BROWSER})
    assert shown.status_code == 403
    assert "page for" not in shown.text
    with (
        pytest.raises(WebSocketDisconnect),
        browser.websocket_connect(STREAM, headers={"host": host or "x"}),
    ):
        pass


def test_a_host_that_ends_in_an_open_path_opens_nothing() -> None:
    shown = behind(with_tokens()).get("/gallery", headers={"host": "localhost/_stcore/health?"})
    assert shown.status_code == 401


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.1", "node17"])
def test_bound_elsewhere_there_is_only_the_help(address: str) -> None:
    browser = behind(Policy(address, 8777))
    shown = browser.get("/gallery", headers=BROWSER)
    assert shown.status_code == 403
    assert re.search(r"ssh -L 8777:localhost:8777 \S+@\S+<", shown.text)
    assert re.search(r"ssh -L 8777:localhost:8777 -J \S+@\S+ \S+@\S+<", shown.text)
    with pytest.raises(WebSocketDisconnect), browser.websocket_connect(STREAM):
        pass


@pytest.mark.parametrize("client", [ELSEWHERE, ("127.0.0.1", 0)])
def test_another_machine_gets_the_help_whatever_the_settings_say(client: tuple[str, int]) -> None:
    assert behind(Policy("127.0.0.1", 8501), client=client).get("/", headers=BROWSER).status_code == 403


def test_the_help_is_spoken_in_french() -> None:
    shown = behind(Policy("0.0.0.0", 8501)).get("/", headers={**BROWSER, "accept-language": "fr"})
    assert "n’est pas ouvert à cette adresse" in shown.text


# Both


def test_browsers_are_told_what_to_guard() -> None:
    for shown in (behind(Policy("127.0.0.1", 8501)).get("/"), behind(with_tokens()).get("/", headers=BROWSER)):
        assert shown.headers["x-content-type-options"] == "nosniff"
        assert shown.headers["x-frame-options"] == "SAMEORIGIN"
        assert shown.headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'self'" in shown.headers["content-security-policy"]


@pytest.mark.parametrize("policy", [with_tokens(), Policy("0.0.0.0", 8501)])
def test_whether_it_runs_is_told_to_everybody(policy: Policy) -> None:
    assert behind(policy).get("/_stcore/health").text == "ok"


def read(environ: Mapping[str, str], address: str, tmp_path: Path) -> Policy:
    options = {"server.address": address, "server.port": 8501}
    return Policies({"PACKSHOT_WORKSPACE": str(tmp_path), **environ}, options.__getitem__)()


def test_the_policy_comes_from_the_settings(tmp_path: Path) -> None:
    assert read({}, "127.0.0.1", tmp_path).is_open_to_this_machine
    assert not read({}, "0.0.0.0", tmp_path).is_open_to_this_machine
    assert read({"PACKSHOT_TOKEN": ANNA}, "0.0.0.0", tmp_path).tokens is not None


def test_tokens_that_cannot_be_read_let_nobody_in(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    policy = read({"PACKSHOT_TOKEN": "hunter2"}, "127.0.0.1", tmp_path)
    shown = behind(policy).get("/", headers=BROWSER)
    assert shown.status_code == 503
    assert "hunter2" not in shown.text + caplog.text
    assert "too easy" in caplog.text


def test_a_workspaces_own_tokens_are_asked_for(tmp_path: Path) -> None:
    store = open_store(tmp_path, now=wiring.now_utc, random_bytes=os.urandom, owner="here:1:1.0")
    for name, token, role in (("Ada", ANNA, Role.ADMIN), ("shop", BEN, Role.CREATE)):
        store.add_token(
            AccessToken(id=name, name=name, digest=token_digest(token), roles=(role,), created_at=wiring.now_utc())
        )
    store.close()
    policy = read({}, "0.0.0.0", tmp_path)
    assert policy.tokens is not None
    assert (policy.tokens.name_of(ANNA), policy.tokens.name_of(BEN)) == ("Ada", None)
    assert behind(policy).get("/", headers={"Authorization": f"Bearer {ANNA}"}).status_code == 200


class Live:
    """A workspace whose tokens change while a studio is open on it."""

    def __init__(self, folder: Path, **environ: str) -> None:
        options = {"server.address": "127.0.0.1", "server.port": 8501}
        self.folder = folder
        self.clock = Clock()
        self.policies = Policies({"PACKSHOT_WORKSPACE": str(folder), **environ}, options.__getitem__)
        self.browser = behind(self.policies, self.clock)

    def add(self, name: str, token: str, role: Role = Role.ADMIN) -> None:
        row = AccessToken(id=name, name=name, digest=token_digest(token), roles=(role,), created_at=wiring.now_utc())
        with self.store() as store:
            store.add_token(row)

    def revoke(self, name: str) -> None:
        with self.store() as store:
            store.revoke_token(name)

    def store(self) -> SqlStore:
        return open_store(self.folder, now=wiring.now_utc, random_bytes=os.urandom, owner="here:1:1.0")

    def seen(self, token: str | None = None) -> int:
        """The status of a page, as somebody new or by a token in the header."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return int(self.browser.get("/", headers=headers).status_code)

    def later(self) -> None:
        self.clock.now += FRESH_S


def test_tokens_hold_while_the_studio_runs(tmp_path: Path) -> None:
    live = Live(tmp_path / "ws")
    assert live.seen() == 200
    live.add("shop", BEN, Role.CREATE)
    live.later()
    assert live.seen() == 200, "who may only create does not come here, so nobody is asked"
    live.add("Ada", ANNA)
    assert live.seen() == 200, "what was known a moment ago"
    live.later()
    assert (live.seen(), live.seen(BEN), live.seen(ANNA)) == (401, 401, 200)
    live.revoke("Ada")
    live.later()
    assert live.seen(ANNA) == 401
    assert live.seen() == 401, "the last token that is taken back opens nothing"


def test_who_signed_in_stays_while_others_come_and_goes_with_their_token(tmp_path: Path) -> None:
    live = Live(tmp_path / "ws")
    live.add("Ada", ANNA)
    live.later()
    assert sign_in(live.browser, ANNA).status_code == 303
    assert live.browser.get("/").text == "page for [Ada]"
    with live.browser.websocket_connect(STREAM) as socket:
        assert socket.receive_text() == "Ada"
        live.add("Ben", BEN)
        live.later()
        socket.send_text("more")
        assert socket.receive_text() == "more"
        assert live.browser.get("/").text == "page for [Ada]"
        live.revoke("Ada")
        live.later()
        socket.send_text("and more")
        with pytest.raises(WebSocketDisconnect) as ended:
            socket.receive_text()
        assert ended.value.code == 1008
    assert live.browser.get("/", headers=BROWSER).status_code == 401


def test_a_stream_that_was_open_to_this_machine_ends_with_the_first_token(tmp_path: Path) -> None:
    live = Live(tmp_path / "ws")
    with live.browser.websocket_connect(STREAM) as socket:
        assert socket.receive_text() == "nobody"
        live.add("Ada", ANNA)
        live.later()
        socket.send_text("more")
        with pytest.raises(WebSocketDisconnect):
            socket.receive_text()


def test_while_the_database_is_away_tokens_are_as_they_were(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    live = Live(tmp_path / "ws", PACKSHOT_TOKEN=BEN)
    live.add("Ada", ANNA)
    live.later()
    assert (live.seen(), live.seen(ANNA), live.seen(BEN)) == (401, 200, 200)
    database = tmp_path / "ws" / "packshot.db"
    away = database.rename(tmp_path / "away.db")
    live.later()
    assert (live.seen(ANNA), live.seen()) == (200, 401)
    database.write_bytes(b"no database" * 1000)
    for _time in range(3):
        live.later()
        assert (live.seen(ANNA), live.seen()) == (200, 401)
    assert caplog.text.count("tokens are as they were") == 1
    away.rename(database)
    live.revoke("Ada")
    live.later()
    assert live.seen(ANNA) == 401


def test_tokens_that_cannot_be_read_at_first_are_read_later(tmp_path: Path) -> None:
    (tmp_path / "ws").mkdir()
    (tmp_path / "ws" / "packshot.db").write_bytes(b"no database" * 1000)
    live = Live(tmp_path / "ws")
    assert live.seen() == 503
    (tmp_path / "ws" / "packshot.db").unlink()
    live.later()
    assert live.seen() == 200

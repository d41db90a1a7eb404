"""A server in a thread on a port of its own, with the fake engine; and the application alone, without a network."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from openai import OpenAI
from starlette.testclient import TestClient

from benchmarks.ports import free_port
from packshot import wiring
from packshot.access.tokens import Tokens
from packshot.api.application import make_app
from packshot.api.limits import Limits
from packshot.api.opening import serving_on, tokens_of
from packshot.api.server import Server
from packshot.api.serving import Serving
from packshot.engine import FakeEngine
from packshot.evaluation import NO_INSTRUMENTS
from packshot.models import Catalogue, DigestCache
from packshot.result import Role
from packshot.service import Service
from packshot.settings import QUEUE_MAX, Settings
from packshot.store import open_store, process_owner
from packshot.workflow import Workbench, make_token

HERE = ("127.0.0.1", 50000)
PATIENCE_S = 120.0


@dataclass(frozen=True)
class Opened:
    """A server: what it works with, who may come in, and where it listens (None for the application alone)."""

    serving: Serving
    tokens: Callable[[], Tokens | None]
    url: str | None = None

    @property
    def bench(self) -> Workbench:
        return self.serving.service.bench

    def client(self, token: str | None = None, *, address: tuple[str, int] = HERE) -> TestClient:
        app = make_app(self.serving, self.tokens)
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return TestClient(
            app,
            "http://127.0.0.1",
            client=address,
            headers=headers,
            raise_server_exceptions=False,
            follow_redirects=False,
        )

    def openai(self, token: str = "none", **asked: object) -> OpenAI:
        return OpenAI(base_url=f"{self.url}/v1", api_key=token, max_retries=0, timeout=PATIENCE_S, **asked)  # type: ignore[arg-type]

    def token(self, name: str, *roles: Role) -> str:
        return make_token(self.bench, name, roles or (Role.CREATE,))[1]


@contextmanager
def opened(
    folder: Path,
    model: Path,
    engine: object | None = None,
    limits: Limits | None = None,
    *,
    most: int = QUEUE_MAX,
    warm_up: bool = False,
    **place: Any,
) -> Iterator[Opened]:
    """On a workspace in that folder; the tiny model plays studio-tiny. `place` is what `open_store` takes."""
    chosen = engine or FakeEngine()
    settings = Settings(workspace=folder / "ws", device="cpu", threads=1, offline=True, output=folder / "outputs")
    store = open_store(settings.workspace, now=wiring.now_utc, random_bytes=os.urandom, owner=process_owner(), **place)
    bench = Workbench(
        settings=replace(settings, warm_up=warm_up),
        catalogue=Catalogue(DigestCache(None), offline=True, embedded=model),
        store=store,
        instruments=lambda _model: NO_INSTRUMENTS,
        engine=lambda: chosen,  # type: ignore[arg-type, return-value]
        now=wiring.now_utc,
        random_bytes=os.urandom,
        data=wiring.data_folder(),
    )
    service = Service(bench, most=most, warm_first=warm_up)
    try:
        yield Opened(serving_on(service, limits or Limits()), tokens_of(service, {}))
    finally:
        if hasattr(chosen, "let_go"):
            chosen.let_go()
        service.close()
        store.close()


@contextmanager
def listening(at: Opened) -> Iterator[Opened]:
    """A real server in a thread; ended as by a signal."""
    port = free_port()
    server = Server(make_app(at.serving, at.tokens), at.serving, "127.0.0.1", port)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    wait_for(lambda: server.started)
    try:
        yield replace(at, url=f"http://127.0.0.1:{port}")
    finally:
        server.end()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def wait_for(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture
def open_api(tmp_path: Path, tiny_sd: Path) -> Iterator[Callable[..., Opened]]:
    """Opens a server's parts in a workspace of their own; `listen=True` puts it on a port."""
    with ExitStack() as stack:

        def made(
            *, listen: bool = False, engine: object | None = None, limits: Limits | None = None, most: int = QUEUE_MAX
        ) -> Opened:
            at = stack.enter_context(opened(tmp_path, tiny_sd, engine, limits, most=most))
            return stack.enter_context(listening(at)) if listen else at

        yield made


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory, tiny_sd: Path) -> Iterator[Opened]:
    """One for all tests of a file, which leave it as they found it."""
    with opened(tmp_path_factory.mktemp("api"), tiny_sd) as at:
        yield at


@pytest.fixture(scope="module")
def client(api: Opened) -> TestClient:
    """Its client, from this machine, without a token."""
    return api.client()

"""Opens what the server works with: the service on a workspace, its tokens, its signatures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

from packshot import wiring
from packshot.access.tokens import Tokens, read_tokens
from packshot.access.tunnel import is_loopback
from packshot.api.limits import Limits
from packshot.api.links import Links
from packshot.api.metrics import Metrics
from packshot.api.serving import Serving
from packshot.errors import UsageError
from packshot.result import RunState
from packshot.service import Service
from packshot.settings import QUEUE_MAX, Settings

SECRET: Final = "picture addresses"
"""Of the database, not of this machine: an address that one server gave, another one opens."""


@contextmanager
def open_serving(
    settings: Settings,
    *,
    engine: str = "local",
    limits: Limits | None = None,
    models: Sequence[str] = (),
    most: int = QUEUE_MAX,
    slots: int | None = None,
) -> Iterator[Serving]:
    """On the settings' workspace; what a dead process left goes on. Raises what `wiring.open_service` does.

    `models` are names beside the short ones that clients may use; ModelError where one of them is none.
    """
    with wiring.open_service(settings, engine=engine, most=most, slots=slots, warm_first=True) as service:
        for name in models:
            service.bench.catalogue.find(name)
        yield serving_on(service, limits or Limits(), tuple(models))


def serving_on(service: Service, limits: Limits, models: tuple[str, ...] = ()) -> Serving:
    """What the routes work with, on a service that is open."""
    bench = service.bench
    links = Links(bench.store.secret(SECRET), limits.link_s)
    metrics = Metrics(
        queued=service.count_open,
        made=lambda: bench.store.count_runs(state=RunState.SUCCEEDED),
    )
    return Serving(service, limits, links, metrics, models)


def tokens_of(service: Service, environ: Mapping[str, str]) -> Callable[[], Tokens | None]:
    """Those that hold at the moment of the call: the environment's as they are now, and the workspace's.

    None where none is needed: nobody named one, and the workspace never had one. Raises UsageError settings.token.
    """
    named = read_tokens(environ)

    def now() -> Tokens | None:
        stored = tuple(service.bench.store.tokens())
        if named is None and not stored:
            return None
        return Tokens(() if named is None else named.named, stored=stored)

    return now


def check_host(host: str, tokens: Tokens | None) -> None:
    """Raise UsageError (settings.address) where others would come in without a token."""
    if tokens is None and not is_loopback(host):
        raise UsageError(
            "settings.address",
            "without tokens the server listens to this machine alone",
            expected="--host 127.0.0.1, or a token",
            got=f"--host {host}",
            hint="packshot tokens add NAME --role create",
        )

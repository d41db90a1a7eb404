"""The one place where concrete classes are chosen. Faces ask here for a workbench and call the workflow with it."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache, partial
from importlib import resources
from pathlib import Path

from packshot.engine import Engine, RoutingEngine
from packshot.errors import UsageError, WorkspaceError
from packshot.instruments import instruments_of
from packshot.log import open_log
from packshot.models import Catalogue, DigestCache, Fetch, OnFetch
from packshot.resolve import Order
from packshot.service import Service
from packshot.settings import Settings, read_settings
from packshot.store import open_store, process_owner
from packshot.workflow import IdentityBlocker, Meter, PolicyBlocker, Workbench

ENGINES = ("local", "fake")


def unheard(_fetch: Fetch) -> None:
    """Nobody listens while a model is fetched."""


def data_folder() -> Path:
    """The package's own plans, pictures and models."""
    return Path(str(resources.files("packshot"))) / "data"


def read(
    *,
    workspace: Path | None = None,
    threads: int | None = None,
    scorer: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Settings from flags, the environment and the workspace. Raises UsageError."""
    return read_settings(
        os.environ if environ is None else environ, workspace=workspace, threads=threads, scorer=scorer
    )


def open_catalogue(settings: Settings, on_fetch: OnFetch = unheard, *, remember: bool = False) -> Catalogue:
    """The models alone. Makes no workspace; in one that is there, or with `remember`, digests are remembered."""
    remembered = settings.cache / "digests.json" if remember or settings.workspace.is_dir() else None
    digests = DigestCache(remembered)
    return Catalogue(
        digests,
        offline=settings.offline,
        loras=settings.lora_folder,
        remote_hosts=settings.remote_hosts,
        on_fetch=on_fetch,
    )


@contextmanager
def open_workbench(
    settings: Settings | None = None, *, engine: str = "local", create: bool = True, on_fetch: OnFetch = unheard
) -> Iterator[Workbench]:
    """A workbench on the settings' workspace, closed at the end. Without settings, those of the environment.

    `engine` is `local`, or `fake` for trying out everything around it in milliseconds. Without `create`, a workspace
    that is not there is an error: who reads from a mistyped path shall not be told that all is well. `on_fetch` hears
    what comes of a model that is fetched. Raises UsageError, ModelError (the scorer that was named), WorkspaceError or
    StoreError.
    """
    if engine not in ENGINES:
        raise UsageError("settings.invalid", "no such engine", expected=", ".join(ENGINES), got=engine)
    settings = settings or read()
    if not create and not settings.workspace.is_dir():
        raise WorkspaceError(
            "workspace.unusable",
            f"no workspace at {settings.workspace}",
            expected="a folder in which something was made",
            hint="name it by --workspace, or make something: packshot experiment run lab",
        )
    models = open_catalogue(settings, on_fetch, remember=True)  # the workspace is made below
    instruments = instruments_of(settings, models)
    store = open_store(settings.workspace, now=now_utc, random_bytes=os.urandom, owner=process_owner())
    log = open_log(settings.logs)
    try:
        bench = Workbench(
            settings=settings,
            catalogue=models,
            store=store,
            instruments=instruments,
            engine=cache(_fake if engine == "fake" else partial(_local, settings)),
            now=now_utc,
            random_bytes=os.urandom,
            data=data_folder(),
        )
        yield replace(bench, blockers=(PolicyBlocker(settings), IdentityBlocker(bench)))
    finally:
        store.close()
        if log is not None:
            logging.getLogger("packshot").removeHandler(log)
            log.close()


@contextmanager
def open_service(settings: Settings | None = None, *, engine: str = "local") -> Iterator[Service]:
    """A service on the settings' workspace, which is made where it is missing; what a dead process left goes on.

    At the end its jobs are stopped, and the next service goes on with them. Raises what `open_workbench` does.
    """
    with open_workbench(settings, engine=engine) as bench:
        service = Service(bench)
        try:
            service.take_over()
            yield service
        finally:
            service.close()


def now_utc() -> datetime:
    """The clock."""
    return datetime.now(UTC)


def _local(settings: Settings) -> Engine:
    """Each engine is made, and what it needs imported, with the first order for it."""
    return RoutingEngine(
        {
            "batching": partial(_batching, settings),
            "pipeline": _pipeline,
            "compositor": _compositor,
            "remote": partial(_remote, settings),
        },
        _engine_of,
    )


def _engine_of(order: Order) -> str:
    if order.is_composited:
        return "compositor"
    if order.is_remote:
        return "remote"
    return "batching" if order.is_batched else "pipeline"


def _remote(settings: Settings) -> Engine:
    from packshot.engine.remote import Client, RemoteEngine

    return RemoteEngine(Client(_remote_key, offline=settings.offline), random_bytes=os.urandom)


def _remote_key() -> str | None:
    """Read when a request is sent, and kept nowhere."""
    return os.environ.get("PACKSHOT_REMOTE_KEY") or os.environ.get("OPENAI_API_KEY")


def _compositor() -> Engine:
    from packshot.engine.compositor import CompositorEngine

    return CompositorEngine()


def _pipeline() -> Engine:
    from packshot.engine.pipeline import PipelineEngine
    from packshot.models import PipelineLoader

    return PipelineEngine(PipelineLoader())


def _batching(settings: Settings) -> Engine:
    from packshot.engine.denoiser import Denoisers
    from packshot.engine.local import LocalEngine
    from packshot.models import Loader

    loader = Loader()
    return LocalEngine(loader, denoiser=Denoisers(loader, converted(settings)))


def runtime_meter(settings: Settings) -> Meter:
    """Measures the runtimes of this machine, with the engine on this machine."""
    from packshot.engine.bench import measure

    return partial(measure, cache=converted(settings))


def converted(settings: Settings) -> Path:
    """Where denoisers are kept that were converted for another runtime than torch."""
    return settings.cache / "openvino"


def _fake() -> Engine:
    from packshot.engine import FakeEngine

    return FakeEngine()

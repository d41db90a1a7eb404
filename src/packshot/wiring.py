"""The one place where concrete classes are chosen. Faces ask here for a workbench and call the workflow with it."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from packshot.engine import Engine, HostRecipe, OrderHere, RoutingEngine
from packshot.errors import UsageError, WorkspaceError
from packshot.instruments import instruments_of
from packshot.log import open_log
from packshot.models import Catalogue, DigestCache, Fetch, OnFetch
from packshot.resolve import Order
from packshot.result import AccessToken
from packshot.service import Service
from packshot.settings import QUEUE_MAX, Settings, read_settings
from packshot.store import DATABASE_NAME, SqlStore, open_store, process_owner
from packshot.workflow import (
    Elsewhere,
    IdentityBlocker,
    Meter,
    Place,
    PolicyBlocker,
    Workbench,
    check_options,
    read_job_options,
)

if TYPE_CHECKING:
    from packshot.engine.ray_engine import RayEngine

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
    database: str | None = None,
    pictures: str | None = None,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """Settings from flags, the environment and the workspace. Raises UsageError."""
    return read_settings(
        os.environ if environ is None else environ,
        workspace=workspace,
        threads=threads,
        scorer=scorer,
        database=database,
        pictures=pictures,
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
    if not create:
        _check_there(settings)
    models = open_catalogue(settings, on_fetch, remember=True)  # the workspace is made below
    instruments = instruments_of(settings, models)
    store = open_store_of(settings)
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


def open_store_of(settings: Settings) -> SqlStore:
    """The store that the settings name. Raises UsageError (an extra that is missing), WorkspaceError or StoreError."""
    return open_store(
        settings.workspace,
        now=now_utc,
        random_bytes=os.urandom,
        owner=process_owner(),
        database=settings.database,
        pictures=settings.pictures,
        cache=settings.cache,
        cache_bytes=settings.picture_cache_mb * 1_000_000,
    )


def moved_settings(
    settings: Settings, *, workspace: Path | None, database: str | None, pictures: str | None
) -> Settings:
    """Settings of the place that a workspace is moved to; what is not named stays where it is, or goes into the folder.

    Raises UsageError where nothing is named, or an address is none.
    """
    if workspace is None and database is None and pictures is None:
        raise UsageError(
            "settings.invalid",
            "no place to move to",
            expected="--to-database, --to-pictures or --to-workspace",
            hint="packshot migrate --help",
        )
    named = read(workspace=workspace or settings.workspace, database=database, pictures=pictures, environ={})
    stays = workspace is None
    return replace(
        settings,
        workspace=named.workspace,
        database=database or (settings.database if stays else None),
        pictures=pictures or (settings.pictures if stays else None),
    )


@contextmanager
def open_both(settings: Settings, target: Settings) -> Iterator[tuple[SqlStore, SqlStore]]:
    """Two stores, closed at the end: that of a workspace, which must be there, and that of the place it is moved to.

    Raises UsageError, WorkspaceError or StoreError.
    """
    _check_there(settings)
    with open_store_of(settings) as here, open_store_of(target) as there:
        yield here, there


@dataclass(frozen=True, slots=True)
class At:
    """A workbench whose engine is where the work is to be done, or who takes the work to other processes.

    `note` says what to wait for before anything happens.
    """

    bench: Workbench
    elsewhere: Elsewhere | None = None
    note: str | None = None


@contextmanager
def at(place: Place, bench: Workbench, options: Sequence[str] = (), *, engine: str = "local") -> Iterator[At]:
    """A workbench at a place: a cluster is connected to here, and left at the end. `options` are those of jobs.

    Raises ClusterError where the cluster, or what speaks to it, is not there, or does not know an option.
    """
    check_options(place, options)
    if place.kind in ("here", "queue"):  # the queue is asked, through `asking`, and nothing is made here
        yield At(bench)
    elif place.kind == "slurm":
        yield At(bench, _jobs(bench.settings, place, options, engine))
    else:
        on_ray = _ray(bench.settings, place, engine)
        try:
            starting = f"{on_ray.engines} engines start" if on_ray.engines > 1 else "an engine starts"
            note = f"connected to Ray: {starting} there, which takes a while"
            yield At(replace(bench, engine=lambda: on_ray), note=note)
        finally:
            on_ray.close()


@contextmanager
def open_service(
    settings: Settings | None = None,
    *,
    engine: str = "local",
    most: int = QUEUE_MAX,
    slots: int | None = None,
    on_ended: Callable[[str], None] = lambda _job_id: None,
) -> Iterator[Service]:
    """A service on the settings' workspace, which is made where it is missing; what a dead process left goes on.

    At the end its jobs are stopped, and another process, or the next one, goes on with them. `most` jobs may wait or
    run; `slots` pictures share a denoiser call; `on_ended` hears of each job that is over here. Raises what
    `open_workbench` does.
    """
    with open_workbench(settings, engine=engine) as bench:
        service = Service(bench, most=most, slots=slots, on_ended=on_ended)
        try:
            yield service
        finally:
            service.close()


@contextmanager
def asking(bench: Workbench) -> Iterator[Service]:
    """The queue of a workbench's workspace, for a process that only asks."""
    service = Service(bench, works=False)
    try:
        yield service
    finally:
        service.close()


def stored_tokens(settings: Settings) -> tuple[AccessToken, ...]:
    """The tokens of a workspace that is there; none of one that is not. Raises WorkspaceError and StoreError."""
    if settings.database is None and not (settings.workspace / DATABASE_NAME).is_file():
        return ()
    with open_store_of(settings) as store:
        return tuple(store.tokens())


def _check_there(settings: Settings) -> None:
    if settings.database is None and not settings.workspace.is_dir():
        raise WorkspaceError(
            "workspace.unusable",
            f"no workspace at {settings.workspace}",
            expected="a folder in which something was made",
            hint="name it by --workspace, or make something: packshot experiment run lab",
        )


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


def _jobs(settings: Settings, place: Place, options: Sequence[str], engine: str) -> Elsewhere:
    from packshot.workflow.submitting import SubmititJobs

    there = partial(open_workbench, _from_anywhere(settings), engine=engine, create=False)
    return SubmititJobs(there, settings, place.address or "slurm", read_job_options(options))


def _ray(settings: Settings, place: Place, engine: str) -> RayEngine:
    from packshot.engine.ray_engine import RayEngine

    there = _from_anywhere(settings)
    recipe = HostRecipe(partial(_elsewhere, there), partial(_here, there))
    if engine == "fake":
        recipe = HostRecipe(_fake, _as_it_is)
    return RayEngine(recipe, place.address, gpu=settings.device.startswith("cuda"), cores=settings.threads)


def _from_anywhere(settings: Settings) -> Settings:
    """The same, for a process that was started in another folder."""
    loras = settings.loras.absolute() if settings.loras else None
    return replace(settings, workspace=settings.workspace.absolute(), output=settings.output.absolute(), loras=loras)


def _elsewhere(settings: Settings) -> Engine:
    """The engine of another machine, which need not see the workspace: what it converts is then kept by its user."""
    seen = settings.workspace.is_dir()
    return _local(settings if seen else replace(settings, workspace=Path.home() / ".cache" / "packshot"))


def _here(settings: Settings) -> OrderHere:
    from packshot.engine.models_here import ModelsHere

    return ModelsHere(open_catalogue(settings))


def _as_it_is() -> OrderHere:
    """For an engine without a model."""
    return _unchanged


def _unchanged(order: Order) -> Order:
    return order


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

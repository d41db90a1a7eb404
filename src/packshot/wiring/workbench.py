"""Opens a workbench on a workspace, and the service on it: what every face works with."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from importlib import resources
from pathlib import Path

from packshot.errors import UsageError
from packshot.instruments import instruments_of
from packshot.log import open_log
from packshot.models import Catalogue, DigestCache, Fetch, OnFetch
from packshot.service import Service
from packshot.settings import QUEUE_MAX, Settings, read_settings
from packshot.wiring.engines import fake_engine, local_engine
from packshot.wiring.stores import check_there, now_utc, open_store_of
from packshot.workflow import IdentityBlocker, PolicyBlocker, Workbench

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
        check_there(settings)
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
            engine=cache(fake_engine if engine == "fake" else partial(local_engine, settings)),
            now=now_utc,
            random_bytes=os.urandom,
            data=data_folder(),
        )
        yield replace(bench, blockers=(PolicyBlocker(settings), IdentityBlocker(bench)))
    finally:
        store.close()
        logging.getLogger("packshot").removeHandler(log)
        log.close()


@contextmanager
def open_service(
    settings: Settings | None = None,
    *,
    engine: str = "local",
    most: int = QUEUE_MAX,
    slots: int | None = None,
    warm_first: bool = False,
    on_ended: Callable[[str], None] = lambda _job_id: None,
) -> Iterator[Service]:
    """A service on the settings' workspace, which is made where it is missing; what a dead process left goes on.

    At the end its jobs are stopped, and another process, or the next one, goes on with them. `most` jobs may wait or
    run; `slots` pictures share a denoiser call; `on_ended` hears of each job that is over here; with `warm_first`
    nothing is begun until the engine was made ready (`Service.warm_up`). Raises what `open_workbench` does.
    """
    with open_workbench(settings, engine=engine) as bench:
        service = Service(bench, most=most, slots=slots, warm_first=warm_first, on_ended=on_ended)
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

"""Where work is done: here, on a Ray cluster, by jobs of Slurm, or by whoever is at the queue."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from packshot.engine import Engine, HostRecipe, OrderHere
from packshot.resolve import Order
from packshot.settings import Settings
from packshot.wiring.engines import fake_engine, local_engine
from packshot.wiring.workbench import open_catalogue, open_workbench
from packshot.workflow import Elsewhere, Place, Workbench, check_options, read_job_options

if TYPE_CHECKING:
    from packshot.engine.ray_engine import RayEngine


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


def _jobs(settings: Settings, place: Place, options: Sequence[str], engine: str) -> Elsewhere:
    from packshot.workflow.submitting import SubmititJobs

    there = partial(open_workbench, _from_anywhere(settings), engine=engine, create=False)
    return SubmititJobs(there, settings, place.address or "slurm", read_job_options(options))


def _ray(settings: Settings, place: Place, engine: str) -> RayEngine:
    from packshot.engine.ray_engine import RayEngine

    there = _from_anywhere(settings)
    recipe = HostRecipe(partial(_elsewhere, there), partial(_here, there))
    if engine == "fake":
        recipe = HostRecipe(fake_engine, _as_it_is)
    return RayEngine(recipe, place.address, gpu=settings.device.startswith("cuda"), cores=settings.threads)


def _from_anywhere(settings: Settings) -> Settings:
    """The same, for a process that was started in another folder."""
    loras = settings.loras.absolute() if settings.loras else None
    return replace(settings, workspace=settings.workspace.absolute(), output=settings.output.absolute(), loras=loras)


def _elsewhere(settings: Settings) -> Engine:
    """The engine of another machine, which need not see the workspace: what it converts is then kept by its user."""
    seen = settings.workspace.is_dir()
    return local_engine(settings if seen else replace(settings, workspace=Path.home() / ".cache" / "packshot"))


def _here(settings: Settings) -> OrderHere:
    from packshot.engine.models_here import ModelsHere

    return ModelsHere(open_catalogue(settings))


def _as_it_is() -> OrderHere:
    """For an engine without a model."""
    return _unchanged


def _unchanged(order: Order) -> Order:
    return order

"""Which engine makes a picture. What an engine needs is imported with the first order for it."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

from packshot.engine import Engine, RoutingEngine
from packshot.resolve import Order
from packshot.settings import Settings
from packshot.workflow import Meter


def local_engine(settings: Settings) -> Engine:
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
    from packshot.engine.decoder import Decoders
    from packshot.engine.denoiser import Denoisers
    from packshot.engine.local import LocalEngine
    from packshot.models import Loader

    loader, cache = Loader(), converted(settings)
    return LocalEngine(loader, denoiser=Denoisers(loader, cache), decoders=Decoders(cache))


def runtime_meter(settings: Settings) -> Meter:
    """Measures the runtimes of this machine, with the engine on this machine."""
    from packshot.engine.bench import measure

    return partial(measure, cache=converted(settings))


def converted(settings: Settings) -> Path:
    """Where denoisers are kept that were converted for another runtime than torch."""
    return settings.cache / "openvino"


def fake_engine() -> Engine:
    """For trying out everything around an engine in milliseconds."""
    from packshot.engine import FakeEngine

    return FakeEngine()

"""Measures the runtimes of this machine on one model, and keeps the figures for the rule that chooses among them."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Iterable, Iterator

from packshot.errors import ModelError
from packshot.models import REMOTE, family_named
from packshot.resolve import Order, RuntimeChoice, candidates, choose_runtime, keep_bench, resolve
from packshot.result import Bench, RuntimeMeasurement
from packshot.spec import Spec, defaults
from packshot.workflow.sources import KnownSources
from packshot.workflow.workbench import Workbench

Meter = Callable[[list[Order], Iterable[tuple[str, str]]], Iterator[RuntimeMeasurement]]
"""Measures candidates (runtime, precision) on orders."""

PROMPT = "product photo of a red mug on a white background"
SCHEDULERS = ("DDIM", "DPM++", "LMS", "PNDM", "DPM2")
"""Without noise of their own: two that people use, and the three that amplify rounding most (docs/models.md)."""

STEPS = 20


def bench_runtimes(
    bench: Workbench,
    meter: Meter,
    *,
    model: str | None = None,
    on_measured: Callable[[RuntimeMeasurement], None] = lambda _measurement: None,
) -> tuple[Bench, RuntimeChoice]:
    """The measurements, kept in the workspace's cache, and what the rule makes of them.

    Raises ModelError, or what the engine failed with.
    """
    settings, sources = bench.settings, KnownSources(bench)
    _check_has_runtimes(bench, model)
    specs = [Spec(prompt=PROMPT, model=model, scheduler=scheduler, steps=STEPS) for scheduler in SCHEDULERS]
    orders = [resolve(spec, bench.catalogue, settings, sources) for spec in specs]
    found = orders[0].model
    measurements = []
    for measurement in meter(orders, candidates(settings)):
        on_measured(measurement)
        measurements.append(measurement)
    libraries = {"torch": importlib.metadata.version("torch")}
    if settings.openvino is not None:
        libraries["openvino"] = settings.openvino
    made = Bench(
        model=found.reference,
        weights_digest=found.pin.digest,
        processor=settings.processor,
        threads=settings.threads,
        libraries=libraries,
        measurements=tuple(measurements),
    )
    keep_bench(settings, made)
    return made, choose_runtime(None, None, settings, made, found.description.agreement_db)


def _check_has_runtimes(bench: Workbench, model: str | None) -> None:
    """Raise ModelError on a model that runs in torch only: there is nothing to choose."""
    found = bench.catalogue.find(model or defaults.MODEL)
    family = family_named(found.description.family)
    where = "elsewhere" if family is REMOTE else "in torch only"
    if not family.batched:
        raise ModelError(
            "model.unsupported",
            f"{family.title} runs {where}: there are no runtimes to compare",
            expected="a model of Stable Diffusion 1.x, 2.x or XL",
            got=found.reference,
        )

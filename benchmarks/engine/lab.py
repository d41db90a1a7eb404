"""The work that is measured: the lab's plan, resolved for a runtime, a precision and a number of slots."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from packshot.experiment import cells, find_plan
from packshot.models import Catalogue, DigestCache
from packshot.resolve import Order, denoiser_calls, resolve, share
from packshot.resolve.source import SourcePicture
from packshot.settings import Settings
from packshot.wiring import data_folder


class PackagedSources:
    """The package's own pictures and no others."""

    def by_digest(self, digest: str) -> SourcePicture | None:
        """None."""
        return None

    def packaged(self, name: str) -> Path | None:
        """The packaged picture of that name."""
        return data_folder() / "pictures" / f"{name}.png"


def lab_orders(settings: Settings, model: str) -> list[Order]:
    """The plan's ten pictures, in the plan's order, each once."""
    catalogue = Catalogue(DigestCache(None), offline=True)
    plan = find_plan("lab", data_folder() / "plans")
    orders = [resolve(cell.spec, catalogue, settings, PackagedSources()) for cell in cells(plan, model=model)]
    return list({order.resolved.hash: order for order in orders}.values())


def executed(orders: list[Order], runtime: str, precision: str, slots: int) -> list[Order]:
    """The same orders for a runtime, a precision and a number of slots; the longest first, as a sweep begins them."""
    given = {
        str(number): replace(order, resolved=order.resolved.with_execution(runtime=runtime, precision=precision))
        for number, order in enumerate(orders)
    }
    shared = list(share(given, limit=slots, slots=slots).values())
    return sorted(shared, key=lambda order: -denoiser_calls(order)) if slots > 1 else shared

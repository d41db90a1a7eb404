"""Which models clients may name: short names that are on this machine, and those the server was started with.

Never a path, and never a hub id that would be fetched: a client shall neither look into this machine nor fill it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from packshot.api.serving import Serving
from packshot.errors import ModelError
from packshot.spec import defaults


@dataclass(frozen=True, slots=True)
class Offered:
    """A model that clients may name; `side_px` is the side of its pictures, 0 where nobody knows without reading it."""

    name: str
    side_px: int


def offered(serving: Serving) -> Iterator[Offered]:
    """Every name, the default first."""
    for listing in serving.service.bench.catalogue.listings():
        if listing.available:
            yield Offered(listing.name, listing.side_px)
    for name in serving.models:
        yield Offered(name, serving.service.bench.catalogue.find(name).description.side_px)


def check_model(serving: Serving, name: str | None) -> None:
    """Raise ModelError (model.unknown) where clients may not name it; None is the default."""
    if name is None or name == defaults.MODEL:
        return
    names = [each.name for each in offered(serving)]
    if name not in names:
        raise ModelError(
            "model.unknown",
            "no model of that name is offered here",
            expected=", ".join(names),
            got=name[:80],
            hint="GET /v1/models lists them",
        )

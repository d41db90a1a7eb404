"""Drives an engine to its end."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from packshot.engine import Engine, Event, Finished
from packshot.resolve import Order
from packshot.result import picture_digest


def drain(engine: Engine) -> list[Event]:
    """Every event until nothing is left to do."""
    events: list[Event] = []
    while engine.busy:
        events += engine.step()
    return events


def finished(events: Iterable[Event]) -> dict[int, Finished]:
    """The pictures by ticket."""
    return {event.ticket: event for event in events if isinstance(event, Finished)}


def alone(engine: Engine, order: Order) -> str:
    """The digest of an order's picture, made with nothing beside it."""
    engine.submit(order)
    return digest_of(next(iter(finished(drain(engine)).values())))


def digest_of(event: Finished) -> str:
    """Of its pixels."""
    return picture_digest(event.pixels)


def kinds(events: Iterable[Any], ticket: int) -> list[str]:
    """The names of a ticket's events, in order."""
    return [type(event).__name__ for event in events if event.ticket == ticket]

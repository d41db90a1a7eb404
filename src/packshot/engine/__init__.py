"""Resolved specs → results. Importing it imports no torch: `LocalEngine` is in `packshot.engine.local`."""

from packshot.engine.engine_host import HostRecipe, OrderHere
from packshot.engine.fake import FakeEngine, fake_picture
from packshot.engine.protocol import (
    Advanced,
    Cancelled,
    Engine,
    Event,
    Failed,
    Finished,
    Lowered,
    Paused,
    Preview,
    Resumed,
    SpreadEngine,
    Started,
    Ticket,
)
from packshot.engine.routing import RoutingEngine
from packshot.engine.shared import Caller, SharedEngine

__all__ = [
    "Advanced",
    "Caller",
    "Cancelled",
    "Engine",
    "Event",
    "Failed",
    "FakeEngine",
    "Finished",
    "HostRecipe",
    "Lowered",
    "OrderHere",
    "Paused",
    "Preview",
    "Resumed",
    "RoutingEngine",
    "SharedEngine",
    "SpreadEngine",
    "Started",
    "Ticket",
    "fake_picture",
]

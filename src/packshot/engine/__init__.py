"""Resolved specs → results. Importing it imports no torch: `LocalEngine` is in `packshot.engine.local`."""

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
    "Lowered",
    "Paused",
    "Preview",
    "Resumed",
    "RoutingEngine",
    "SharedEngine",
    "Started",
    "Ticket",
    "fake_picture",
]

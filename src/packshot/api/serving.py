"""What every route works with: passed along in the application's state, never global."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from packshot.api.limits import Limits
from packshot.api.links import Links
from packshot.api.metrics import Metrics
from packshot.service import Service


@dataclass(frozen=True, slots=True, eq=False)
class Serving:
    """The service, what it may be asked, and what is counted. `draining` is set once the server is about to end.

    `models` are the names that clients may use beside the short ones that are on this machine.
    """

    service: Service
    limits: Limits
    links: Links
    metrics: Metrics
    models: tuple[str, ...] = ()
    draining: threading.Event = field(default_factory=threading.Event)
    clock: Callable[[], float] = time.time


def serving_of(request: Request) -> Serving:
    """That of the application which the request came to."""
    found: Serving = request.app.state.serving
    return found


Now = Annotated[Serving, Depends(serving_of)]
"""A route's parameter."""

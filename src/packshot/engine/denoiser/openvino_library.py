"""The one place that imports OpenVINO: without its telemetry.

Importing `openvino` sends an event to Google Analytics, and so does each conversion. There is no switch in the
environment: consent is a file in the home folder, which is not ours to write. Where its telemetry package cannot be
imported OpenVINO takes a stub that sends nothing, so that is what it is told.
"""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from packshot.errors import SpecError

TELEMETRY = "openvino_telemetry"


@cache
def import_openvino(name: str = "openvino") -> Any:
    """The module `openvino`, or one within. Raises SpecError where it is not installed."""
    if "openvino" not in sys.modules:
        sys.modules[TELEMETRY] = None  # type: ignore[assignment]
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise SpecError(
            "spec.runtime.unsupported",
            "OpenVINO cannot be imported here",
            expected="the package openvino, or --runtime torch",
            got=str(error),
            hint="pip install openvino",
        ) from error


@contextmanager
def own_logging() -> Iterator[None]:
    """While OpenVINO converts it puts a handler of its own at the root, which prints our records unfilled to stderr.

    Ours go to our own handlers meanwhile, and the root is afterwards as it was.
    """
    root, ours = logging.getLogger(), logging.getLogger("packshot")
    handlers, filters, level, propagates = list(root.handlers), list(root.filters), root.level, ours.propagate
    ours.propagate = False
    try:
        yield
    finally:
        root.handlers[:], root.filters[:] = handlers, filters
        root.setLevel(level)
        ours.propagate = propagates

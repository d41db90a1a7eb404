"""The one place that imports OpenVINO: without its telemetry.

Importing `openvino` sends an event to Google Analytics, and so does each conversion. There is no switch in the
environment: consent is a file in the home folder, which is not ours to write. Where its telemetry package cannot be
imported OpenVINO takes a stub that sends nothing, so that is what it is told.
"""

from __future__ import annotations

import importlib
import sys
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

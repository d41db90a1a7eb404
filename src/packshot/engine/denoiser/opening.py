"""Chooses the denoiser for an execution's runtime."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from packshot.engine.denoiser.protocol import Denoiser
from packshot.engine.denoiser.torch_denoiser import TorchDenoiser
from packshot.errors import SpecError
from packshot.spec import Execution

OpenDenoiser = Callable[[Any, Execution], Denoiser]
"""From a loaded pipeline and an execution to the denoiser of one batch."""


def open_denoiser(pipeline: Any, execution: Execution) -> Denoiser:
    """The denoiser of a batch. Raises SpecError on a runtime that a record names and this version has not."""
    if execution.runtime != "torch":
        raise SpecError(
            "spec.runtime.unsupported", "no such runtime in this version", expected="torch", got=execution.runtime
        )
    return TorchDenoiser(pipeline.unet)

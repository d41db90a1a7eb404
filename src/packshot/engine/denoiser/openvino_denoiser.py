"""The denoiser in OpenVINO with static shapes: for CPUs, 1.1 to 2.7 times as fast as torch in float32 (docs/log.md).

Reruns are equal, and a row depends on no other (both tested): the promise of identity is that of torch, with other
last bits.
"""

from __future__ import annotations

from typing import Any, Final

import torch

from packshot.engine.conditioning import Conditioning
from packshot.engine.denoiser.conversion import named_inputs
from packshot.engine.denoiser.openvino_library import import_openvino
from packshot.errors import EngineError
from packshot.spec import Execution

HINTS: Final = {"float32": "f32", "bfloat16": "bf16"}


class OpenVinoDenoiser:
    """Calls a compiled model. Not for several threads at once; denormals stay flushed in the thread that calls it."""

    def __init__(self, compiled: Any) -> None:
        self._request = compiled.create_infer_request()
        self._threads = int(compiled.get_property("INFERENCE_NUM_THREADS"))

    @property
    def threads(self) -> int:
        """As many as asked for, or all cores where there are fewer."""
        return self._threads

    def predict(self, latents: torch.Tensor, timesteps: torch.Tensor, conditioning: Conditioning) -> torch.Tensor:
        """The prediction for each row: (R, C, h, w), `timesteps` (R,) or a scalar → float32 (R, C, h, w)."""
        rows = timesteps.expand(latents.shape[0]) if timesteps.ndim == 0 else timesteps
        inputs = named_inputs(latents, rows, conditioning)
        arrays = {name: value.to(torch.float32).contiguous().numpy() for name, value in inputs.items()}
        # outputs are copied by default: the request's own memory is written again by the next call
        return torch.from_numpy(self._request.infer(arrays, share_inputs=True)[0])


def compile_for(model: Any, shapes: dict[str, tuple[int, ...]], execution: Execution) -> Any:
    """Compile an `openvino.Model` for fixed shapes and a recorded execution. Changes the model's shapes.

    Raises EngineError where the processor cannot do the precision.
    """
    hint = HINTS[execution.precision]
    model.reshape({name: list(shape) for name, shape in shapes.items()})
    options = {
        "INFERENCE_PRECISION_HINT": hint,
        "INFERENCE_NUM_THREADS": execution.threads,
        "PERFORMANCE_HINT": "LATENCY",
        "NUM_STREAMS": 1,
        "CPU_DENORMALS_OPTIMIZATION": execution.flush_denormal,
        # pinned, two processes on one machine would wait for the same cores while others idle
        "ENABLE_CPU_PINNING": False,
    }
    compiled = import_openvino().Core().compile_model(model, "CPU", options)
    found = compiled.get_property("INFERENCE_PRECISION_HINT").to_string()
    if found != hint:
        raise EngineError(
            "engine.device",
            f"this processor cannot compute in {execution.precision}",
            expected=hint,
            got=found,
            hint="--precision float32",
        )
    return compiled

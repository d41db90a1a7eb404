"""What turns the latents into the picture. Imports no torch.

Where the denoiser computes in bfloat16 in OpenVINO, the decoder does too. It takes a fifth of torch's time there, and
is 60 dB from it for `studio-tiny`, whose denoiser's rounding is at 35 to 50 (docs/log.md, 2026-11-29). In float32 it
would save nothing, so there diffusers' own decoder keeps its bits.
"""

from __future__ import annotations

from typing import Final

from packshot.spec import HIGH, MIXED, OPENVINO_DECODER, TORCH_DECODER, Execution

PIXELS_MAX: Final = 512 * 512
"""Of a larger picture the decoder's attention would take memory that nobody counted."""


def with_decoder(execution: Execution, width: int, height: int) -> Execution:
    """The execution with the decoder of a picture of that size, in pixels."""
    rounds = execution.runtime == "openvino" and execution.precision in ("bfloat16", MIXED)
    fits = execution.memory == HIGH and width * height <= PIXELS_MAX
    return execution.model_copy(update={"decoder": OPENVINO_DECODER if rounds and fits else TORCH_DECODER})

"""The autoencoder's decoder in OpenVINO and bfloat16: a fifth of torch's time on a CPU (docs/log.md, 2026-11-29).

Reruns are equal, and so are conversions made anew (tested). It decodes one picture a call, like torch's.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import torch

from packshot.engine.denoiser import ConvertedCache, makers
from packshot.engine.recent import Recent
from packshot.models import Model
from packshot.spec import OPENVINO_DECODER, Execution

Decoder = Callable[[torch.Tensor], torch.Tensor]
"""Latents as the autoencoder takes them, (1, C, h, w) → a picture from -1 to 1, (1, 3, H, W), float32."""

COMPILED_KEPT: Final = 2

EXAMPLE_SIDE: Final = 8
"""Of the latents that are traced: whoever converts first, and for whatever size, the result is the same."""

INPUT: Final = "latents"


class Decoders:
    """Opens decoders. `cache` is the folder of what was converted; None keeps nothing between processes."""

    def __init__(self, cache: Path | None = None) -> None:
        self._converted = ConvertedCache(cache)
        self._compiled: Recent[Any] = Recent(COMPILED_KEPT)

    def __call__(self, model: Model, vae: Any, execution: Execution, latents: torch.Tensor) -> Decoder | None:
        """The decoder for latents of that shape; None where the execution leaves it to torch. Raises EngineError."""
        if (execution.runtime, execution.decoder) != ("openvino", OPENVINO_DECODER):
            return None
        shape = tuple(latents.shape)
        key = (model.weights_digest, shape, execution.threads, execution.flush_denormal)
        return _Compiled(self._compiled.get(key, lambda: self._compile(model, vae, execution, shape)))

    def _compile(self, model: Model, vae: Any, execution: Execution, shape: tuple[int, ...]) -> Any:
        from packshot.engine.denoiser.openvino_denoiser import compile_for

        made_from = {"part": "decoder", "weights": model.weights_digest} | makers()
        converted = self._converted.get(made_from, lambda: _convert(vae, shape[1]))
        return compile_for(converted, {INPUT: shape}, execution.model_copy(update={"precision": "bfloat16"}))


class _Compiled:
    """Calls a compiled decoder. Not for several threads at once."""

    def __init__(self, compiled: Any) -> None:
        self._request = compiled.create_infer_request()

    def __call__(self, latents: torch.Tensor) -> torch.Tensor:
        given = latents.to(torch.float32).contiguous().numpy()
        return torch.from_numpy(self._request.infer({INPUT: given}, share_inputs=True)[0])


def _convert(vae: Any, channels: int) -> Any:
    """An `openvino.Model` with open shapes, from an autoencoder's float32 weights."""
    from packshot.engine.denoiser.conversion import converted

    return converted(_Traceable(vae), {INPUT: torch.full((1, channels, EXAMPLE_SIDE, EXAMPLE_SIDE), 0.5)})


class _Traceable(torch.nn.Module):
    """The decoder with one tensor in and one out."""

    def __init__(self, vae: Any) -> None:
        super().__init__()
        self.vae = vae

    def forward(self, latents: torch.Tensor) -> torch.Tensor:
        picture: torch.Tensor = self.vae.decode(latents, return_dict=False)[0]
        return picture

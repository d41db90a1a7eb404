"""Where a run begins, by its mode and its model: noise, its source under noise, or around a locked product.

What runs from one source share is computed once. Knows nothing of prompts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import torch

from packshot.engine import noise
from packshot.engine.inpainting import hidden_moments, paintable, start_inpainting
from packshot.engine.keeping import Keeping, free_region
from packshot.engine.recent import Recent
from packshot.engine.schedule import Schedule
from packshot.product import PlacedProduct
from packshot.resolve import Order
from packshot.result import Pixels, picture_digest
from packshot.spec import Mode

MOMENTS_KEPT: Final = 8


@dataclass(frozen=True, slots=True, eq=False)
class Beginning:
    """`latents` (1, C, h, w); of a lock what is kept, or what an inpainting model is shown, (1, 1 + C, h, w)."""

    latents: torch.Tensor
    keeping: Keeping | None = None
    shown: torch.Tensor | None = None


class Beginnings:
    """Remembers the moments of sources: a run samples them, and adds its noise, with its own generator."""

    def __init__(self) -> None:
        self._moments: Recent[torch.Tensor] = Recent(MOMENTS_KEPT)

    def begin(
        self, pipeline: Any, order: Order, schedule: Schedule, generator: torch.Generator, dtype: torch.dtype
    ) -> Beginning:
        """The first latents, and what goes with them. Raises what encoding raises."""
        source, product = order.source, order.product
        if order.resolved.intent.mode is Mode.TEXT_TO_IMAGE or source is None:
            return Beginning(noise.start_from_noise(pipeline, order, schedule, generator, dtype))
        if product is None:
            moments = self._source(pipeline, order, source, dtype)
            return Beginning(noise.start_from_source(pipeline, moments, schedule, generator, dtype))
        if order.model.description.inpainting:
            return self._inpainting(pipeline, order, source, product, schedule, generator, dtype)
        return self._around(pipeline, order, source, product, schedule, generator, dtype)

    def _around(
        self,
        pipeline: Any,
        order: Order,
        source: Pixels,
        product: PlacedProduct,
        schedule: Schedule,
        generator: torch.Generator,
        dtype: torch.dtype,
    ) -> Beginning:
        moments = self._source(pipeline, order, source, dtype)
        latents, kept, drawn = noise.start_around_source(
            pipeline, moments, schedule, generator, dtype, from_noise=_from_noise(order)
        )
        scale, device = order.model.description.multiple_px, order.resolved.execution.device
        free = free_region(product.over_all(product.alpha), scale, device, dtype)
        return Beginning(latents, keeping=Keeping(kept, drawn, free))

    def _inpainting(
        self,
        pipeline: Any,
        order: Order,
        source: Pixels,
        product: PlacedProduct,
        schedule: Schedule,
        generator: torch.Generator,
        dtype: torch.dtype,
    ) -> Beginning:
        device, mask = order.resolved.execution.device, paintable(product)
        hidden = self._moments.get(
            (*_key(order, source), order.resolved.intent.lock),
            lambda: hidden_moments(pipeline, source, mask, device, dtype),
        )
        whole = None if _from_noise(order) else self._source(pipeline, order, source, dtype)
        latents, shown = start_inpainting(pipeline, hidden, mask, whole, schedule, generator, dtype)
        return Beginning(latents, shown=shown)

    def _source(self, pipeline: Any, order: Order, source: Pixels, dtype: torch.dtype) -> torch.Tensor:
        device = order.resolved.execution.device
        return self._moments.get(_key(order, source), lambda: noise.source_moments(pipeline, source, device, dtype))


def _key(order: Order, source: Pixels) -> tuple[Any, ...]:
    return order.model.weights_digest, order.resolved.execution, picture_digest(source)


def _from_noise(order: Order) -> bool:
    """Strength 1 begins at noise alone."""
    return order.resolved.intent.strength == 1.0

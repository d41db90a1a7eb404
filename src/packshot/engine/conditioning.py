"""Encodes a run's prompts into what the denoiser is conditioned on. Knows nothing of batches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from packshot.resolve import Order
from packshot.spec import Mode


@dataclass(frozen=True, slots=True)
class Conditioning:
    """R rows: a run has one, or with guidance two, the unconditional first. `added`: SDXL's extras, (R, …) each.

    `embeddings` (R, tokens, width), `timestep_condition` (R, width).
    """

    embeddings: torch.Tensor
    added: dict[str, torch.Tensor] | None
    timestep_condition: torch.Tensor | None


def encode_prompts(pipeline: Any, order: Order) -> Conditioning:
    """Conditioning for one run. The pipeline's own encoder functions are used: the same tokens, the same bits."""
    if order.model.description.family == "sdxl":
        return _sdxl(pipeline, order)
    intent, guided = order.resolved.intent, order.is_guided
    positive, negative = pipeline.encode_prompt(
        intent.prompt, order.resolved.execution.device, 1, guided, intent.negative_prompt
    )
    embeddings = torch.cat([negative, positive]) if guided else positive
    return Conditioning(embeddings, None, _guidance_embedding(pipeline, order, embeddings.dtype))


def _guidance_embedding(pipeline: Any, order: Order, dtype: torch.dtype) -> torch.Tensor | None:
    """For distilled models that take the guidance as an input (arXiv:2210.03142)."""
    width = pipeline.unet.config.time_cond_proj_dim
    if width is None:
        return None
    scale = torch.tensor(order.resolved.intent.guidance - 1).repeat(1)
    embedding: torch.Tensor = pipeline.get_guidance_scale_embedding(scale, embedding_dim=width)
    return embedding.to(device=order.resolved.execution.device, dtype=dtype)


def _sdxl(pipeline: Any, order: Order) -> Conditioning:
    """Two text encoders, the second one's pooled output, and the sizes that the model was trained to know.

    SDXL (arXiv:2307.01952), section 2.2. Diffusers' defaults: an empty negative prompt is all zeros where the
    model's configuration says so.
    """
    intent, device, guided = order.resolved.intent, order.resolved.execution.device, order.is_guided
    positive, negative, pooled, negative_pooled = pipeline.encode_prompt(
        prompt=intent.prompt,
        device=device,
        num_images_per_prompt=1,
        do_classifier_free_guidance=guided,
        negative_prompt=intent.negative_prompt or None,
    )
    size = (intent.height, intent.width)
    projection = (
        int(pooled.shape[-1]) if pipeline.text_encoder_2 is None else pipeline.text_encoder_2.config.projection_dim
    )
    if intent.mode is Mode.IMAGE_TO_IMAGE and getattr(pipeline.config, "requires_aesthetics_score", False):
        ids = torch.tensor([[*size, 0, 0, 6.0]], dtype=positive.dtype)
        negative_ids = torch.tensor([[*size, 0, 0, 2.5]], dtype=positive.dtype)
    else:
        ids = pipeline._get_add_time_ids(
            size, (0, 0), size, dtype=positive.dtype, text_encoder_projection_dim=projection
        )
        negative_ids = ids
    embeddings, text = positive, pooled
    if guided:
        embeddings = torch.cat([negative, positive])
        text = torch.cat([negative_pooled, pooled])
        ids = torch.cat([negative_ids, ids])
    added = {"text_embeds": text.to(device), "time_ids": ids.to(device)}
    return Conditioning(embeddings.to(device), added, _guidance_embedding(pipeline, order, embeddings.dtype))

"""Classifier-free guidance (arXiv:2207.12598, Eq. 6)."""

from __future__ import annotations

import torch


def guided(prediction: torch.Tensor, guidance: float) -> torch.Tensor:
    """(2B, C, h, w) with the unconditional half first → (B, C, h, w)."""
    unconditional, conditional = prediction.chunk(2)
    return unconditional + guidance * (conditional - unconditional)

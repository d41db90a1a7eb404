"""Where training runs: a CUDA device if there is one, else the CPU. The same code on both; bfloat16 on both."""

from contextlib import AbstractContextManager

import torch

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")

LARGER = 8 if DEVICE.type == "cuda" else 1
"""How many times larger batches are on a GPU."""


def autocast() -> AbstractContextManager[None]:
    """bfloat16 where it pays."""
    return torch.autocast(DEVICE.type, torch.bfloat16)

"""How many rows of a denoiser call have room in this machine's memory. Imports no torch.

A CPU that runs out of memory is not told so: the system ends the process. So slots are kept to what fits before a sweep
begins; on a GPU the engine finds out by trying, and lowers them.
"""

from __future__ import annotations

import math
from typing import Final

from packshot.errors import ModelError
from packshot.models import weights_bytes
from packshot.models.description import read_json
from packshot.resolve.order import Order
from packshot.settings import Settings

MAPS: Final = 20
"""Feature maps of the first level that a row takes, in float32. Measured at the size of Stable Diffusion 1.5 and
512 × 512 px: 0.04 GB a row in torch and 0.09 GB in OpenVINO (7 and 17 maps of 320 channels; docs/log.md)."""


def rows_with_room(order: Order, settings: Settings) -> float:
    """The rows that fit beside the weights: infinity where nobody knows, and at least one."""
    execution, model = order.resolved.execution, order.model
    if settings.memory_bytes is None or execution.device != "cpu":
        return math.inf
    try:
        weights = weights_bytes(model, execution.runtime, execution.precision)
        channels = int(read_json(model.folder / "unet" / "config.json")["block_out_channels"][0])
    except (ModelError, KeyError, IndexError, TypeError, ValueError):
        return math.inf
    intent, scale = order.resolved.intent, model.description.multiple_px
    row = MAPS * 4 * channels * (intent.height // scale) * (intent.width // scale)
    return max(1.0, (settings.memory_bytes - weights) // row)

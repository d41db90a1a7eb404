"""A picture that shows nothing, or only its source, is no success. Pure: pixels in, error out."""

from __future__ import annotations

import numpy as np

from packshot.errors import EngineError
from packshot.result import Pixels

BLANK_DEVIATION = 1.0
"""Standard deviation in grey levels below which a picture is blank. A white product on white has about 5."""

SAME_LEVELS = 1
"""Largest difference in grey levels at which a picture counts as its source."""


def refuse_dishonest(pixels: Pixels, source: Pixels | None) -> None:
    """Raise EngineError where the picture is blank, or equal to its (fitted) source."""
    deviation = float(pixels.astype(np.float32).std(axis=(0, 1)).max())
    if deviation < BLANK_DEVIATION:
        colour = tuple(int(value) for value in np.median(pixels.reshape(-1, pixels.shape[-1]), axis=0))
        raise EngineError(
            "picture.blank",
            f"the picture is blank: everything is about {colour}",
            expected=f"a deviation of {BLANK_DEVIATION:g} grey levels or more",
            got=f"{deviation:.2f}",
            hint="try another scheduler, fewer guidance, or --precision float32",
        )
    if source is not None and source.shape == pixels.shape:
        difference = int(np.abs(pixels.astype(np.int16) - source.astype(np.int16)).max())
        if difference <= SAME_LEVELS:
            raise EngineError(
                "picture.equal_to_source",
                "the picture is its source, unchanged",
                expected=f"some pixel more than {SAME_LEVELS} grey level away from the source",
                got=f"{difference}",
                hint="raise the strength",
            )

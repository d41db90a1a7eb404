"""All evidence about one picture."""

from __future__ import annotations

from packshot.evaluation.asked import Asked
from packshot.evaluation.asked_background import asked_background_evidence
from packshot.evaluation.background import background_evidence
from packshot.evaluation.border import measure_border
from packshot.evaluation.exposure import exposure_evidence
from packshot.evaluation.framing import framing_evidence
from packshot.evaluation.instruments import NO_INSTRUMENTS, Instruments
from packshot.evaluation.likeness import likeness_evidence
from packshot.evaluation.shadow import shadow_evidence
from packshot.product import plain_background_mask
from packshot.result import Evidence, Pixels


def evaluate(
    pixels: Pixels, asked: Asked, source: Pixels | None, instruments: Instruments = NO_INSTRUMENTS
) -> list[Evidence]:
    """Evidence about a picture (H, W, 3), always of the same names in the same order.

    `source` (H, W, 3) is the source as it was fitted to the picture's size, for image-to-image.
    """
    product = plain_background_mask(pixels)
    border = measure_border(pixels, product)
    return [
        *background_evidence(border),
        shadow_evidence(pixels, product),
        asked_background_evidence(border, asked.prompt),
        *framing_evidence(product),
        *exposure_evidence(pixels, product),
        *likeness_evidence(pixels, asked.mode, source),
    ]

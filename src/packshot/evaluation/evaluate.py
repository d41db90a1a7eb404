"""All evidence about one picture."""

from __future__ import annotations

from packshot.evaluation.asked_background import asked_background_evidence
from packshot.evaluation.background import background_evidence, measure_border
from packshot.evaluation.exposure import exposure_evidence
from packshot.evaluation.framing import framing_evidence
from packshot.evaluation.likeness import likeness_evidence
from packshot.product import plain_background_mask
from packshot.result import Evidence, Pixels
from packshot.spec import ResolvedSpec


def evaluate(pixels: Pixels, resolved: ResolvedSpec, source: Pixels | None) -> list[Evidence]:
    """Evidence about a picture (H, W, 3), always of the same names in the same order.

    `source` (H, W, 3) is the source as it was fitted to the picture's size, for image-to-image.
    """
    intent = resolved.intent
    border = measure_border(pixels)
    product = plain_background_mask(pixels)
    return [
        *background_evidence(border),
        asked_background_evidence(border, intent.prompt),
        *framing_evidence(product),
        *exposure_evidence(pixels, product),
        *likeness_evidence(pixels, intent.mode, source),
    ]

"""All evidence about one picture."""

from __future__ import annotations

import numpy as np

from packshot.evaluation import product_likeness
from packshot.evaluation.adherence import adherence_evidence
from packshot.evaluation.asked import Asked
from packshot.evaluation.asked_background import asked_background_evidence
from packshot.evaluation.background import background_evidence
from packshot.evaluation.banding import banding_evidence
from packshot.evaluation.border import measure_border
from packshot.evaluation.collapsed import collapsed_evidence
from packshot.evaluation.colour_cast import colour_cast_evidence
from packshot.evaluation.exposure import exposure_evidence
from packshot.evaluation.framing import TRUST, framing_evidence
from packshot.evaluation.instruments import NO_INSTRUMENTS, Instruments
from packshot.evaluation.likeness import UNITS, likeness_evidence, no_source, ssim_map
from packshot.evaluation.noise import noise_evidence
from packshot.evaluation.reading import read_both
from packshot.evaluation.relief import relief_of
from packshot.evaluation.shadow import shadow_evidence
from packshot.evaluation.text import no_text_likeness, text_evidence, text_likeness
from packshot.product import ProductMask, plain_background_mask, product_in_frame
from packshot.result import Evidence, Pixels


def evaluate(
    pixels: Pixels, asked: Asked, source: Pixels | None, instruments: Instruments = NO_INSTRUMENTS
) -> list[Evidence]:
    """Evidence about a picture (H, W, 3), always of the same names in the same order.

    `source` (H, W, 3) is the source as it was fitted to the picture's size, for image-to-image. What is said of a plain
    ground rests on that ground's own mask; the product's place and exposure on the product as it is found everywhere.
    """
    plain = plain_background_mask(pixels)
    product = product_in_frame(pixels, plain)
    border = measure_border(pixels, plain)
    relief = relief_of(pixels)
    trusted = plain.confidence >= TRUST
    ground = ~plain.mask if trusted else np.ones(pixels.shape[:2], dtype=np.bool_)
    alone = no_source(pixels, asked.mode, source)
    reading = read_both(pixels, source if alone is None else None, instruments)
    return [
        *background_evidence(border),
        shadow_evidence(pixels, plain),
        asked_background_evidence(border, asked.prompt),
        *framing_evidence(product),
        collapsed_evidence(pixels),
        *exposure_evidence(pixels, product),
        colour_cast_evidence(border, asked.prompt),
        noise_evidence(relief),
        banding_evidence(pixels, relief, ground),
        text_evidence(reading, asked.prompt),
        adherence_evidence(pixels, asked.prompt, instruments),
        *_likeness(pixels, plain, source, alone),
        text_likeness(reading) if alone is None else no_text_likeness(alone),
    ]


def _likeness(pixels: Pixels, product: ProductMask, source: Pixels | None, alone: str | None) -> list[Evidence]:
    """`alone` says why there is no source to compare with."""
    if source is None or alone is not None:
        reason = alone or "the source picture is not at hand"
        whole = [
            Evidence(name=name, value=None, unit=unit, sentence=f"Not evaluated: {reason}.")
            for name, unit in UNITS.items()
        ]
        return [*whole, *product_likeness.not_evaluated(reason)]
    similarity = ssim_map(pixels, source)
    return [
        *likeness_evidence(pixels, source, similarity),
        *product_likeness.product_likeness(pixels, product, source, similarity),
    ]

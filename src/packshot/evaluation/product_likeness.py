"""How much of the product is left: structure and colour where the source has it, and its outline.

A changed background must not hide a changed product, nor count against an unchanged one. So all is measured inside the
product's mask of the *source*, where the source stands on a plain ground and the mask can be trusted. Structure and
colour compare the same places: a product that moved is unlike, though it be the same.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from packshot.evaluation.framing import TRUST
from packshot.evaluation.likeness import RADIUS_PX
from packshot.product import ProductMask, lab_from_srgb, plain_background_mask
from packshot.result import Evidence, Pixels

UNITS: Final = {"likeness_product_ssim": None, "likeness_colour": "ΔE00", "likeness_shape": None}
SAMPLES_MAX: Final = 40_000
"""Pixels whose colours are compared: an even choice of them, in large pictures."""


def product_likeness(
    pixels: Pixels, product: ProductMask, source: Pixels, similarity: NDArray[np.float64]
) -> list[Evidence]:
    """SSIM and CIEDE2000 inside the source's product, and the overlap of both products.

    `product` is the mask of the picture (H, W, 3), `source` the source as it was fitted to the picture's size,
    `similarity` the `ssim_map` of both.
    """
    mask = source_mask(source)
    inner = mask.mask[RADIUS_PX:-RADIUS_PX, RADIUS_PX:-RADIUS_PX]
    if mask.confidence < TRUST or mask.box is None or not inner.any():
        return not_evaluated(f"no product can be told from the source's background ({_sure(mask)})")
    structure = float(similarity[inner].mean())
    colour = _colour_difference(pixels, source, mask.mask)
    return [
        Evidence(
            name="likeness_product_ssim",
            value=round(structure, 4),
            unit=UNITS["likeness_product_ssim"],
            sentence=f"Where the source has its product, the structure is {structure:.2f} like it (SSIM, 1 is equal).",
            regions=(mask.box,),
        ),
        Evidence(
            name="likeness_colour",
            value=round(colour, 2),
            unit=UNITS["likeness_colour"],
            sentence=f"Where the source has its product, colours differ by {colour:.1f} in the mean (CIEDE2000).",
            regions=(mask.box,),
        ),
        _shape(product, mask),
    ]


def not_evaluated(reason: str) -> list[Evidence]:
    """All three without a value."""
    return [_nothing(name, reason) for name in UNITS]


def source_mask(source: Pixels) -> ProductMask:
    """The mask of a source (H, W, 3), found once for the pictures that a sweep makes of it."""
    return _mask_of(source.tobytes(), source.shape)


@lru_cache(maxsize=4)
def _mask_of(data: bytes, shape: tuple[int, ...]) -> ProductMask:
    return plain_background_mask(np.frombuffer(data, dtype=np.uint8).reshape(shape))


def _shape(product: ProductMask, source: ProductMask) -> Evidence:
    if product.confidence < TRUST or product.box is None:
        return _nothing("likeness_shape", f"no product can be told from the picture's background ({_sure(product)})")
    overlap = float((product.mask & source.mask).sum() / (product.mask | source.mask).sum())
    return Evidence(
        name="likeness_shape",
        value=round(overlap, 4),
        unit=UNITS["likeness_shape"],
        sentence=f"The product's outline overlaps the source's by {overlap:.2f} (intersection over union, 1 is equal).",
        regions=(product.box,),
    )


def _colour_difference(pixels: Pixels, source: Pixels, mask: NDArray[np.bool_]) -> float:
    """Mean CIEDE2000 (CIE 142-2001) inside the mask (H, W)."""
    from skimage.color import deltaE_ciede2000

    every = max(1, int(mask.sum()) // SAMPLES_MAX)
    one, other = (lab_from_srgb(picture[mask][::every]) for picture in (source, pixels))
    return float(np.asarray(deltaE_ciede2000(one, other)).mean())


def _sure(mask: ProductMask) -> str:
    return f"confidence {mask.confidence:.2f} of 1"


def _nothing(name: str, reason: str) -> Evidence:
    return Evidence(name=name, value=None, unit=UNITS[name], sentence=f"Not evaluated: {reason}.")

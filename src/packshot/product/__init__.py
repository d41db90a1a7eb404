"""Which pixels are the product. Imports no torch."""

from packshot.product.crossing import Side, spans
from packshot.product.lab import Colours, difference, lab_from_linear, lab_from_srgb, linear_from_srgb
from packshot.product.mask import Mask, ProductMask, plain_background_mask
from packshot.product.plain_ground import PLAIN_LIMIT, PlainGround, border_ring, fit_plain_ground
from packshot.product.shrunk import shrunk

__all__ = [
    "PLAIN_LIMIT",
    "Colours",
    "Mask",
    "PlainGround",
    "ProductMask",
    "Side",
    "border_ring",
    "difference",
    "fit_plain_ground",
    "lab_from_linear",
    "lab_from_srgb",
    "linear_from_srgb",
    "plain_background_mask",
    "shrunk",
    "spans",
]

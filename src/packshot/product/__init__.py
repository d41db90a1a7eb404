"""Which pixels are the product. Imports no torch."""

from packshot.product.crossing import Side, spans
from packshot.product.cutout import CORE_PX, DOUBTFUL, Alpha, Cutout
from packshot.product.finding import Rectangle, find_cutout
from packshot.product.given_mask import given_alpha
from packshot.product.lab import Colours, difference, lab_from_linear, lab_from_srgb, linear_from_srgb
from packshot.product.mask import Mask, ProductMask, plain_background_mask
from packshot.product.matting import Matting, OnnxMatting, open_matting
from packshot.product.plain_ground import PLAIN_LIMIT, PlainGround, border_ring, fit_plain_ground
from packshot.product.shrunk import shrunk
from packshot.product.soft_edge import soft_edge

__all__ = [
    "CORE_PX",
    "DOUBTFUL",
    "PLAIN_LIMIT",
    "Alpha",
    "Colours",
    "Cutout",
    "Mask",
    "Matting",
    "OnnxMatting",
    "PlainGround",
    "ProductMask",
    "Rectangle",
    "Side",
    "border_ring",
    "difference",
    "find_cutout",
    "fit_plain_ground",
    "given_alpha",
    "lab_from_linear",
    "lab_from_srgb",
    "linear_from_srgb",
    "open_matting",
    "plain_background_mask",
    "shrunk",
    "soft_edge",
    "spans",
]

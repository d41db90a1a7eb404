"""Which pixels are the product. Imports no torch."""

from packshot.product.contact_shadow import contact_shadow
from packshot.product.crossing import Side, spans
from packshot.product.cutout import CORE_PX, DOUBTFUL, HALF, Alpha, Cutout
from packshot.product.edge_colour import clean_edge
from packshot.product.finding import Rectangle, find_cutout, ways_of_finding
from packshot.product.given_mask import given_alpha, telling_alpha
from packshot.product.in_frame import product_in_frame
from packshot.product.lab import Colours, difference, lab_from_linear, lab_from_srgb, linear_from_srgb
from packshot.product.light_fit import fit_light
from packshot.product.mask import Mask, ProductMask, plain_background_mask
from packshot.product.mask_view import lifted, over_photo
from packshot.product.matting import Matting, OnnxMatting, open_matting
from packshot.product.placing import PlacedProduct, place, product_box
from packshot.product.plain_ground import PLAIN_LIMIT, PlainGround, border_ring, fit_plain_ground
from packshot.product.put_back import deviation_of, on_colour, on_white, put_back
from packshot.product.shrunk import shrunk
from packshot.product.soft_edge import soft_edge

__all__ = [
    "CORE_PX",
    "DOUBTFUL",
    "HALF",
    "PLAIN_LIMIT",
    "Alpha",
    "Colours",
    "Cutout",
    "Mask",
    "Matting",
    "OnnxMatting",
    "PlacedProduct",
    "PlainGround",
    "ProductMask",
    "Rectangle",
    "Side",
    "border_ring",
    "clean_edge",
    "contact_shadow",
    "deviation_of",
    "difference",
    "find_cutout",
    "fit_light",
    "fit_plain_ground",
    "given_alpha",
    "lab_from_linear",
    "lab_from_srgb",
    "lifted",
    "linear_from_srgb",
    "on_colour",
    "on_white",
    "open_matting",
    "over_photo",
    "place",
    "plain_background_mask",
    "product_box",
    "product_in_frame",
    "put_back",
    "shrunk",
    "soft_edge",
    "spans",
    "telling_alpha",
    "ways_of_finding",
]

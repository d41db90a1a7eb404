"""How the product stands in the frame, from its mask. Not evaluated where the mask is not to be trusted."""

from __future__ import annotations

from packshot.product import ProductMask
from packshot.result import Evidence

TRUST = 0.5
"""Confidence of a mask below which nothing is built on it."""

UNITS = {"frame_fill": "%", "off_centre": "%", "cut_at_border": None}


def framing_evidence(product: ProductMask) -> list[Evidence]:
    """Fill, distance from the middle, and whether the frame cuts the product.

    Fill is the longer side of the product's bounding box divided by that side of the frame; the distance is that of
    the box's middle, on the axis where it is larger, in per cent of the frame's side.
    """
    box = product.box
    if box is None or product.confidence < TRUST:
        reason = f"no product could be told from the background (confidence {product.confidence:.2f} of 1)"
        return [
            Evidence(name=name, value=None, unit=unit, sentence=f"Not evaluated: {reason}.")
            for name, unit in UNITS.items()
        ]
    left, top, right, bottom = box
    height, width = product.mask.shape
    fill = 100 * ((right - left) / width if right - left >= bottom - top else (bottom - top) / height)
    off = 100 * max(abs(left + right - width) / (2 * width), abs(top + bottom - height) / (2 * height))
    cut = _cut_sides(box, width, height)
    where = f"The frame cuts the product at the {' and '.join(cut)}." if cut else "The whole product is in the frame."
    return [
        Evidence(
            name="frame_fill",
            value=round(fill, 2),
            unit="%",
            sentence=f"The product fills {fill:.0f} % of the frame.",
            regions=(box,),
        ),
        Evidence(
            name="off_centre",
            value=round(off, 2),
            unit="%",
            sentence=f"The product's middle is {off:.1f} % of the frame away from the picture's.",
            regions=(box,),
        ),
        Evidence(name="cut_at_border", value=", ".join(cut) or "no", unit=None, sentence=where, regions=(box,)),
    ]


def _cut_sides(box: tuple[int, int, int, int], width: int, height: int) -> list[str]:
    left, top, right, bottom = box
    touched = {"left": left <= 0, "top": top <= 0, "right": right >= width, "bottom": bottom >= height}
    return [side for side, touches in touched.items() if touches]

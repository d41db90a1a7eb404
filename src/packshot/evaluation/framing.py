"""How the product stands in the frame, from its mask. Not evaluated where the mask is not to be trusted.

Whether the frame cuts the product is told even where the rest is not: of a white handle on white ground nobody knows
where it ends, and of a product that runs out of the picture nobody knows how large it is.
"""

from __future__ import annotations

import numpy as np

from packshot.product import Mask, ProductMask, Side
from packshot.result import Box, Evidence

TRUST = 0.5
"""Confidence of a mask below which nothing is built on it."""

PLACE_UNITS = {"frame_fill": "%", "off_centre": "%"}
CUT = "cut_at_border"
STRIP_SHARE = 0.02
"""Of the shorter side: how deep a region at the border is drawn."""


def framing_evidence(product: ProductMask) -> list[Evidence]:
    """Fill, distance from the middle, and whether the frame cuts the product.

    Fill is the longer side of the product's bounding box divided by that side of the frame; the distance is that of
    the box's middle, on the axis where it is larger, in per cent of the frame's side.
    """
    return [*_place(product), _cut(product)]


def fill_percent(box: Box, width: int, height: int) -> float:
    """The longer side of a product's box (right and bottom exclusive) in per cent of that side of the frame."""
    left, top, right, bottom = box
    return 100 * ((right - left) / width if right - left >= bottom - top else (bottom - top) / height)


def _place(product: ProductMask) -> list[Evidence]:
    box = product.box
    if box is None or product.confidence < TRUST:
        reason = _unsure(product.confidence)
        return [Evidence(name=name, value=None, unit=unit, sentence=reason) for name, unit in PLACE_UNITS.items()]
    left, top, right, bottom = box
    height, width = product.mask.shape
    fill = fill_percent(box, width, height)
    off = 100 * max(abs(left + right - width) / (2 * width), abs(top + bottom - height) / (2 * height))
    part, whose = (
        ("What is shown of the product", "The shown part's") if product.crosses else ("The product", "The product's")
    )
    return [
        Evidence(
            name="frame_fill",
            value=round(fill, 2),
            unit="%",
            sentence=f"{part} fills {fill:.0f} % of the frame.",
            regions=(box,),
        ),
        Evidence(
            name="off_centre",
            value=round(off, 2),
            unit="%",
            sentence=f"{whose} middle is {off:.1f} % of the frame away from the picture's.",
            regions=(box,),
        ),
    ]


def _cut(product: ProductMask) -> Evidence:
    box = product.box
    if box is None or product.border_confidence < TRUST:
        return Evidence(name=CUT, value=None, unit=None, sentence=_unsure(product.border_confidence))
    cut = product.crosses
    listed = " and ".join((", ".join(cut[:-1]), cut[-1])) if len(cut) > 1 else "".join(cut)
    where = f"The frame cuts the product at the {listed}." if cut else "The whole product is in the frame."
    regions = tuple(_side(side, box, product.mask) for side in cut) if cut else (box,)
    return Evidence(name=CUT, value=", ".join(cut) or "no", unit=None, sentence=where, regions=regions)


def _side(side: Side, box: Box, mask: Mask) -> Box:
    """A strip along the border, as long as the product is cut there."""
    height, width = mask.shape
    depth = max(2, round(STRIP_SHARE * min(height, width)))
    if side in ("left", "right"):
        along = np.flatnonzero(mask[:, 0 if side == "left" else -1])
        rows = (int(along[0]), int(along[-1]) + 1) if along.size else (box[1], box[3])
        return (0, rows[0], depth, rows[1]) if side == "left" else (width - depth, rows[0], width, rows[1])
    along = np.flatnonzero(mask[0 if side == "top" else -1])
    columns = (int(along[0]), int(along[-1]) + 1) if along.size else (box[0], box[2])
    return (columns[0], 0, columns[1], depth) if side == "top" else (columns[0], height - depth, columns[1], height)


def _unsure(confidence: float) -> str:
    return f"Not evaluated: no product could be told from the background (confidence {confidence:.2f} of 1)."

"""Rules about the product in the frame. Where its mask is not to be trusted they are not checked, and say so.

White means exactly 255, 255, 255; a soft shadow is not white. Near the product nobody can be exact: the mask is good to
a few pixels, and JPEG rings. So within `edge_of` pixels of the mask nothing is judged, and in a JPEG the next
`BLOCK_PX` may ring. Measured on drawn products at qualities 50 to 95 with halved chroma: at most 6.6 % of that band
falls below 250, and no pixel further away leaves 255 (flat white survives every quality from 30 to 100). A lossy WebP
may leave white anywhere, and is judged by its pixels like any other file. A halo with a hard edge counts as product.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import scipy
from numpy.typing import NDArray

from packshot.channels.file_rules import span
from packshot.channels.finding import Finding, unknown
from packshot.channels.picture import CheckedPicture
from packshot.channels.rules import BackgroundRule, FillRule
from packshot.evaluation.framing import fill_percent
from packshot.product import Cutout, border_ring

Mask = NDArray[np.bool_]

WHITE: Final = "every background pixel 255, 255, 255"
RINGS: Final = "JPEG"
BLOCK_PX: Final = 18
"""A JPEG's block with halved chroma is 16 pixels wide, and its chroma is smoothed over one more on either side."""
RINGING_BELOW, RINGING_SHARE = 250, 0.1
EDGE_SHARE: Final = 0.01
"""Of the longer side: about four pixels of the size at which the mask is made."""
NEVER_WHITE: Final = 0.5
"""A border of which less than this is white belongs to no white background, whatever the product is."""


def fill(rule: FillRule, picture: CheckedPicture) -> Finding:
    """As `packshot.evaluation` defines it, with the mask that repairs are built on."""
    expected = span(rule.min_percent, rule.max_percent, "%")
    cutout = picture.cutout
    if cutout.box is None or cutout.is_doubtful:
        return unknown(expected, unsure(cutout))
    value = fill_percent(cutout.box, picture.width, picture.height)
    low = rule.min_percent is None or value >= rule.min_percent
    high = rule.max_percent is None or value <= rule.max_percent
    sentence = f"The longer side of the product takes {value:.1f} % of that side of the frame."
    return Finding(low and high, expected, f"{value:.1f} %", sentence)


def background(_rule: BackgroundRule, picture: CheckedPicture) -> Finding:
    """Exact white outside the product's mask."""
    white = (picture.pixels == 255).all(axis=-1)
    cutout = picture.cutout
    if cutout.box is None or cutout.is_doubtful:
        border = float(white[border_ring(picture.height, picture.width)].mean())
        if border < NEVER_WHITE:
            got = f"{100 * border:.1f} % of the border"
            return Finding(False, WHITE, got, f"Only {100 * border:.1f} % of the picture's border is exactly white.")
        return unknown(WHITE, unsure(cutout))
    return _around(white, picture, cutout.mask)


def unsure(cutout: Cutout) -> str:
    """Why nothing is built on a mask."""
    what = f"no product could be told from the background (confidence {cutout.confidence:.2f} of 1)"
    doubts = ": " + ", ".join(cutout.doubts) if cutout.doubts else ""
    return f"{what}{doubts}; a person has to look"


def _around(white: Mask, picture: CheckedPicture, mask: Mask) -> Finding:
    edge_px = edge_of(picture)
    distance = scipy.ndimage.distance_transform_edt(~mask)
    rings = picture.file_format.upper() == RINGS
    far = np.asarray(distance > edge_px + (BLOCK_PX if rings else 0))
    near = np.asarray((distance > edge_px) & ~far)
    if not far.any():
        return unknown(WHITE, "the product leaves no background that could be judged")
    off = far & ~white
    if off.any():
        share = 100 * float(off.sum() / far.sum())
        shown = f"{share:.1f} %" if share >= 0.1 else "less than 0.1 %"
        words = f"{shown} of the background is not exactly white, within {_box(off)} px (left, top, right, bottom)"
        return Finding(False, WHITE, f"{off.sum()} pixels not white", f"{words}.")
    dark = near & (picture.pixels.min(axis=-1) < RINGING_BELOW)
    if dark.sum() > RINGING_SHARE * near.sum():
        share = 100 * float(dark.sum() / near.sum())
        words = f"{share:.0f} % of the background close to the product is darker than compression makes it"
        return Finding(False, WHITE, f"{share:.0f} % below {RINGING_BELOW} near the product", f"{words}.")
    ring = f", where compression rings {BLOCK_PX} px further" if rings else ""
    words = f"The background is exactly white; the {edge_px} px around the product are not judged{ring}."
    return Finding(True, WHITE, "100 % white", words)


def edge_of(picture: CheckedPicture) -> int:
    """Pixels around the mask in which its edge may lie."""
    return max(2, round(EDGE_SHARE * max(picture.width, picture.height)))


def _box(mask: Mask) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1

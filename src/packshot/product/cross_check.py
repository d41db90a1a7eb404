"""A plain ground's mask held against what the network sees.

The plain method knows outlines and colours to the pixel, but not what a thing is: a white pocket on white paper is
ground to it, and a second thing is product. The network knows which parts are one product, but not to the pixel. Where
both are nearly the same thing, the plain method's outline is taken; else somebody is wrong.
"""

from __future__ import annotations

import cv2
import numpy as np

from packshot.product.learned import Coverage
from packshot.product.mask import Mask


def agreement(mask: Mask, cover: Coverage) -> float:
    """Overlap (intersection over union, 0..1) of a mask (H, W) and the network's coverage (rows, columns).

    As coarse as the network sees.
    """
    rows, columns = cover.shape
    share = cv2.resize(mask.astype(np.float32), (columns, rows), interpolation=cv2.INTER_AREA)
    own, other = cover >= 0.5, np.asarray(share) >= 0.5
    return float((own & other).sum() / max(1, (own | other).sum()))

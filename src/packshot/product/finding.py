"""Finds the product in a photo by the surest way that the photo and the person offer.

In this order: a mask that was given, the photo's own transparency, a matting model that was named, a plain ground held
against what the package's network sees, and GrabCut, seeded by that network and by saliency, on every other ground. The
same input gives the same bytes on one machine.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from packshot.errors import SourceError
from packshot.product.cast_shadow import cast_shadow
from packshot.product.cross_check import agreement
from packshot.product.cutout import Cutout
from packshot.product.front import front_of
from packshot.product.given_mask import given_alpha, telling_alpha
from packshot.product.grabcut import GrabbedMask, grabbed
from packshot.product.learned import VERSION as LEARNED
from packshot.product.learned import Coverage, coverage, network_digest
from packshot.product.mask import METHOD as PLAIN
from packshot.product.mask import WORKING_SIDE_PX, Mask, ProductMask, plain_background_mask
from packshot.product.matting import Matting
from packshot.product.shape import filled
from packshot.product.soft_edge import soft_edge
from packshot.result import Pixels

Rectangle = tuple[int, int, int, int]
"""left, top, right, bottom in pixels, right and bottom exclusive."""

GIVEN, TRANSPARENCY, GRABCUT = "given-mask/1", "alpha-channel/1", f"{LEARNED}+grabcut/4"
FRONT, SHADOW = "front/2", "shadow/1"
ON_PLAIN = f"{PLAIN}+{LEARNED}"
PLAIN_TRUSTED, PLAIN_BORDER_TRUSTED = 0.5, 0.8
"""Confidences of the plain mask from which no other way is tried: of all of it, or of its border alone."""
SEVERAL_THINGS = 0.4
"""Times the confidence: that the sharpest of several things is what is sold is a guess."""
LEAST_TAKEN, TAKEN, WINDOW = 0.02, 0.7, 0.4
"""Of a mask: the share that a plain ground's method holds for ground from which it counts. What is then left of trust,
and what where the plain mask encloses it."""
ALIKE_FROM = 0.93
"""Overlap of a plain mask and the network's from which the plain one is taken, which knows its outline better."""
LOST = 0.7
"""Overlap of what the network sees in the picture and in its mirror image, below which it knows no such thing."""
AGREED = (0.6, 0.9)
"""Overlap of a plain mask and the network's, from no confidence to full."""
STABLE, MIRRORED, EDGED, BORDERING = (0.9, 0.99), (0.8, 0.98), (0.2, 0.6), (0.35, 0.10)
"""Of GrabCut's masks, from no confidence to full."""
LEAST_RECTANGLE_PX = 8
MARGIN = 0.06
"""Of a rectangle's side: how much around it is looked at, as ground."""
SURE_EDGE_PX = 1

EMPTY = "nothing was told apart from the ground"
EVERYTHING = "nearly the whole picture was taken for product"
ALIKE = "parts of the product look like its ground or its shadow"
SEVERAL = "several things stand in the picture: the sharpest was taken"
NOT_PLAIN = "the ground is not plain"
UNSTABLE = "the outline leaves what a network sees"
MIRROR = "a network sees another product in the mirrored picture"
NO_EDGE = "the outline follows no clear edge for a part of its way"
AT_FRAME = "the mask takes much of the picture's border"
UNDECIDED = "the model is undecided about many pixels"
PALE = "parts as pale as the ground were taken for product"
OTHERWISE = "a network sees another outline"


def ways_of_finding() -> dict[str, str]:
    """What a mask that was found depends on beside its photo: the versions of the ways, and the network's digest."""
    return {"plain": PLAIN, "shadow": SHADOW, "front": FRONT, "grabcut": GRABCUT, "network": network_digest()}


def find_cutout(
    pixels: Pixels,
    *,
    alpha: NDArray[np.uint8] | None = None,
    given: NDArray[np.uint8] | None = None,
    rectangle: Rectangle | None = None,
    matting: Matting | None = None,
    plain: ProductMask | None = None,
) -> Cutout:
    """The product of a photo (H, W, 3). `alpha` (H, W) is the photo's own, `given` a mask (H, W) or (H, W, 1 to 4).

    `rectangle` holds all of the product and little else; `plain` is the photo's `plain_background_mask`, where it is at
    hand. Raises SourceError for a mask of another size or one that
    separates nothing, and for a rectangle outside.
    """
    size = pixels.shape[:2]
    if given is not None:
        return Cutout(given_alpha(given, size), 1.0, GIVEN)
    own = telling_alpha(alpha)
    if own is not None:
        if own.shape != size:
            raise ValueError(f"an alpha of {own.shape} for a picture of {size}")
        return Cutout(own, 1.0, TRANSPARENCY)
    if rectangle is not None:
        return _within(pixels, _checked(rectangle, size), matting)
    return _found(pixels, None, matting, plain)


def _checked(rectangle: Rectangle, size: tuple[int, int]) -> Rectangle:
    height, width = size
    left, top, right, bottom = rectangle
    inside = min(left, top) >= 0 and right <= width and bottom <= height
    if not inside or right - left < LEAST_RECTANGLE_PX or bottom - top < LEAST_RECTANGLE_PX:
        raise SourceError(
            "source.rectangle",
            "the rectangle does not lie in the picture, or is too small",
            expected=f"left, top, right, bottom within 0, 0, {width}, {height}; {LEAST_RECTANGLE_PX} px or more a side",
            got=", ".join(map(str, rectangle)),
        )
    return rectangle


def _within(pixels: Pixels, rectangle: Rectangle, matting: Matting | None) -> Cutout:
    height, width = pixels.shape[:2]
    left, top, right, bottom = rectangle
    across, along = max(4, round(MARGIN * (right - left))), max(4, round(MARGIN * (bottom - top)))
    x, y = max(0, left - across), max(0, top - along)
    part = np.ascontiguousarray(pixels[y : min(height, bottom + along), x : min(width, right + across)])
    allowed = np.zeros(part.shape[:2], dtype=np.bool_)
    allowed[top - y : bottom - y, left - x : right - x] = True
    found = _found(part, allowed, matting)
    alpha = np.zeros((height, width), dtype=np.uint8)
    alpha[y : y + part.shape[0], x : x + part.shape[1]] = np.where(allowed, found.alpha, 0)
    return Cutout(alpha, found.confidence, f"{found.method}+rectangle", found.doubts)


def _found(pixels: Pixels, allowed: Mask | None, matting: Matting | None, plain: ProductMask | None = None) -> Cutout:
    if matting is not None:
        return _matted(pixels, matting)
    plain = plain or plain_background_mask(pixels)
    if plain.confidence >= PLAIN_TRUSTED or plain.border_confidence >= PLAIN_BORDER_TRUSTED:
        seen = coverage(pixels)
        if agreement(plain.mask, seen) >= ALIKE_FROM:
            return _on_plain(pixels, plain, seen)
        other = grabbed(pixels, allowed)
        if other.mirrored < LOST:
            return _on_plain(pixels, plain, seen)
        return _against_plain(_on_any(pixels, other), other.mask, plain)
    return _on_any(pixels, grabbed(pixels, allowed))


def _on_plain(pixels: Pixels, plain: ProductMask, seen: Coverage) -> Cutout:
    factor = -(-max(pixels.shape[:2]) // WORKING_SIDE_PX)
    shadow = cast_shadow(pixels, plain.mask, seen, factor)
    mask = plain.mask if shadow is None else plain.mask & ~shadow
    front = _front(pixels, mask, factor)
    mask = mask if front is None else front
    doubts = [ALIKE] if plain.confidence < PLAIN_TRUSTED else []
    likely = _ramp(agreement(plain.mask, seen), AGREED)
    confidence, method = min(plain.confidence, likely), ON_PLAIN if shadow is None else f"{ON_PLAIN}+{SHADOW}"
    if likely < PLAIN_TRUSTED:
        doubts.append(OTHERWISE)
    if front is not None:
        confidence, method = confidence * SEVERAL_THINGS, f"{method}+{FRONT}"
        doubts.append(SEVERAL)
    return Cutout(soft_edge(pixels, mask, factor + SURE_EDGE_PX), confidence, method, _sized(mask, doubts))


def _front(pixels: Pixels, mask: Mask, factor: int) -> Mask | None:
    height, width = mask.shape
    size = (-(-width // factor), -(-height // factor))
    small = np.asarray(cv2.resize(np.ascontiguousarray(pixels), size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    found = front_of(small, cv2.resize(mask.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0)
    if found is None:
        return None
    return np.asarray(cv2.resize(found.astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR) >= 0.5)


def _on_any(pixels: Pixels, found: GrabbedMask) -> Cutout:
    certainties = (
        (_ramp(found.stable, STABLE), UNSTABLE),
        (_ramp(found.mirrored, MIRRORED), MIRROR),
        (_ramp(found.edged, EDGED), NO_EDGE),
        (_ramp(found.bordering, BORDERING), AT_FRAME),
    )
    doubts = [NOT_PLAIN, *(doubt for certainty, doubt in certainties if certainty < PLAIN_TRUSTED)]
    confidence = min(certainty for certainty, _ in certainties) if found.mask.any() else 0.0
    band = max(2, round(found.factor) + 1)
    return Cutout(soft_edge(pixels, found.mask, band), confidence, GRABCUT, _sized(found.mask, doubts))


def _against_plain(cutout: Cutout, mask: Mask, plain: ProductMask) -> Cutout:
    """Less sure where a plain ground's own method has ground: a pale part, or a window that the network knows not."""
    taken, whole = mask & ~plain.mask, max(1, int(mask.sum()))
    if plain.confidence < PLAIN_TRUSTED or taken.sum() < LEAST_TAKEN * whole:
        return cutout
    window = taken & filled(plain.mask)
    left = WINDOW if window.sum() >= LEAST_TAKEN * whole else TAKEN
    return Cutout(cutout.alpha, left * cutout.confidence, cutout.method, (*cutout.doubts, PALE))


def _matted(pixels: Pixels, matting: Matting) -> Cutout:
    """How sure a model is of itself: the share of its product's pixels that it is decided about."""
    alpha = matting.alpha(pixels)
    share = alpha / 255.0
    undecided = float((4.0 * share * (1.0 - share)).sum() / max(1.0, float(share.sum())))
    confidence = float(np.clip(1.0 - undecided, 0.0, 1.0)) if (alpha >= 128).any() else 0.0
    return Cutout(alpha, confidence, matting.name, _sized(alpha >= 128, [UNDECIDED] if undecided > 0.5 else []))


def _sized(mask: Mask, doubts: list[str]) -> tuple[str, ...]:
    if not mask.any():
        return (*doubts, EMPTY)
    return (*doubts, EVERYTHING) if mask.mean() > 0.95 else tuple(doubts)


def _ramp(value: float, ends: tuple[float, float]) -> float:
    return float(np.clip((value - ends[0]) / (ends[1] - ends[0]), 0.0, 1.0))

"""A product lock with nothing left open: the mask found, the place settled, the product lifted. Imports no torch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from PIL import ImageColor

from packshot.errors import ModelError, SourceError, SpecError
from packshot.product import (
    DOUBTFUL,
    Alpha,
    Cutout,
    PlacedProduct,
    find_cutout,
    given_alpha,
    on_colour,
    place,
    product_box,
    telling_alpha,
)
from packshot.resolve.fitting import ENLARGE_MAX, border_colour
from packshot.resolve.library import SourceLibrary, find_source
from packshot.resolve.source import SourcePicture, open_source
from packshot.result import Box, Pixels, picture_digest
from packshot.spec import LOCK_ALGORITHM, Background, Lock, LockOrigin, LockPin, Placement, Rectangle, defaults

PLAIN: Final = "hand a mask over by --mask, take a photo on a plain ground, or look at the mask and use --accept-doubt"


@dataclass(frozen=True, slots=True, eq=False)
class LockedProduct:
    """A lock's pin, where its mask came from, the product in its place, and the mask as a grey picture (H, W, 3)."""

    pin: LockPin
    origin: LockOrigin
    product: PlacedProduct
    mask: Pixels
    notes: tuple[str, ...]


def lock_product(lock: Lock, photo: SourcePicture, size: tuple[int, int], library: SourceLibrary) -> LockedProduct:
    """Settle a lock for a result of `size` (width, height).

    Raises SourceError where no product is found, the mask is doubtful or does not fit, and SpecError where the product
    cannot stand as it was asked for.
    """
    cutout = find_product(lock, photo, library)
    box = product_box(cutout.alpha)
    if box is None:
        raise SourceError(
            "source.no_product",
            f"no product was found in {photo.name}",
            expected="a photo in which one thing stands out",
            got="; ".join(cutout.doubts) or "an empty mask",
            hint="hand a mask over by --mask",
        )
    if cutout.is_doubtful and not lock.accept_doubt:
        raise SourceError(
            "source.doubtful",
            f"the product's mask in {photo.name} is doubtful",
            expected=f"a confidence of {DOUBTFUL:g} or more",
            got=f"{cutout.confidence:.2f} ({cutout.method}): {'; '.join(cutout.doubts) or 'no clear product'}",
            hint=PLAIN,
        )
    placement = lock.placement or default_placement(box, photo.size, size)
    _check_placement(placement, box, size)
    mask = _as_picture(cutout.alpha)
    pin = LockPin(
        algorithm=LOCK_ALGORITHM,
        background=lock.background,
        shadow=lock.shadow,
        mask=picture_digest(mask),
        placement=placement,
        erosion_px=defaults.LOCK_EROSION_PX,
        ground=_ground(lock, photo),
    )
    origin = LockOrigin(
        method=cutout.method,
        confidence=round(cutout.confidence, 4),
        doubts=cutout.doubts,
        accepted=cutout.is_doubtful,
        rectangle=lock.rectangle,
    )
    product = place(photo.pixels, cutout.alpha, placement, size, pin.erosion_px)
    return LockedProduct(pin, origin, product, mask, tuple(_notes(cutout, box, placement, photo)))


def find_product(lock: Lock, photo: SourcePicture, library: SourceLibrary) -> Cutout:
    """The product of a lock's photo: by the mask that was given, else found, within the rectangle where there is one.

    Raises SourceError for a mask or a rectangle that does not fit, and SpecError where both were given.
    """
    if lock.rectangle is not None and (lock.mask is not None or telling_alpha(photo.alpha) is not None):
        raise SpecError(
            "spec.lock",
            "a mask says all that a rectangle would say",
            expected="one of them",
            got="both",
        )
    return _found(photo, find_source(lock.mask, library) if lock.mask is not None else None, lock.rectangle)


def restore_lock(
    pin: LockPin,
    photo: SourcePicture,
    size: tuple[int, int],
    library: SourceLibrary,
    rectangle: Rectangle | None = None,
) -> tuple[PlacedProduct, Pixels]:
    """A recorded lock's product in its place, and its mask as a picture: found by its digest, or in the photo again.

    `rectangle` is the one that was drawn, of which the origin speaks.
    Raises ModelError where it was made by another algorithm, SourceError where the mask is not at hand.
    """
    if pin.algorithm != LOCK_ALGORITHM:
        raise ModelError(
            "model.changed",
            "this version locks products by another algorithm",
            expected=pin.algorithm,
            got=LOCK_ALGORITHM,
            hint="replay it with the version of Packshot that the record names",
        )
    known = library.by_digest(pin.mask)
    mask = known.pixels if known is not None else _as_picture(_found(photo, None, rectangle).alpha)
    if known is None and picture_digest(mask) != pin.mask:
        raise SourceError(
            "source.not_found",
            "the mask of this run is not at hand",
            expected=f"the mask with digest {pin.mask}",
            got="not in the workspace, and another one is found in the photo",
            hint="name the file by --mask",
        )
    alpha = np.ascontiguousarray(mask[..., 0])
    if alpha.shape != photo.pixels.shape[:2]:
        raise SourceError(
            "source.mask",
            "the mask has another size than its picture",
            expected=f"{photo.size[0]}×{photo.size[1]} px",
            got=f"{alpha.shape[1]}×{alpha.shape[0]} px",
        )
    box = product_box(alpha)
    if box is None:
        raise SourceError("source.no_product", "the mask of this run holds no product", got=pin.mask)
    _check_placement(pin.placement, box, size)
    return place(photo.pixels, alpha, pin.placement, size, pin.erosion_px), mask


def first_ground(pin: LockPin, product: PlacedProduct) -> Pixels | None:
    """What a scene begins with (H, W, 3): the product on one colour; None on white, which needs no beginning."""
    return None if pin.ground is None else on_colour(product, _rgb(pin.ground))


def _ground(lock: Lock, photo: SourcePicture) -> str | None:
    """The colour that was asked for, else the median of the photo's border, as `#rrggbb`."""
    if lock.background is Background.WHITE:
        if lock.ground is not None:
            raise SpecError(
                "spec.lock", "the ground is white: no other has an effect", expected="no ground", got=lock.ground
            )
        return None
    colour = border_colour(photo.pixels) if lock.ground is None else _rgb(lock.ground)
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _rgb(text: str) -> tuple[int, int, int]:
    try:
        red, green, blue = ImageColor.getrgb(text)[:3]
    except ValueError as error:
        raise SpecError(
            "spec.lock", "not a colour", expected="#rrggbb, or a name such as saddlebrown", got=text
        ) from error
    return red, green, blue


def open_mask(path: Path) -> SourcePicture:
    """A mask file as the store keeps masks: grey, whatever channels it has. Raises SourceError."""
    return as_mask(open_source(path))


def as_mask(given: SourcePicture) -> SourcePicture:
    """A picture as the store keeps masks: grey, by its alpha channel where it has one. Raises SourceError."""
    plane = given.alpha if given.alpha is not None else given.pixels
    pixels = _as_picture(given_alpha(plane, given.pixels.shape[:2]))
    return SourcePicture(given.name, pixels, picture_digest(pixels), ())


def own_mask(photo: SourcePicture) -> SourcePicture | None:
    """A photo's own transparency as a mask, None where it lifts nothing off."""
    alpha = telling_alpha(photo.alpha)
    if alpha is None:
        return None
    pixels = _as_picture(alpha)
    return SourcePicture(photo.name, pixels, picture_digest(pixels), ())


def default_placement(box: Box, photo: tuple[int, int], size: tuple[int, int]) -> Placement:
    """Where the product stands in its photo, when all of that is fitted into `size` (width, height)."""
    scale = min(size[0] / photo[0], size[1] / photo[1])
    width, height = max(1, round((box[2] - box[0]) * scale)), max(1, round((box[3] - box[1]) * scale))
    left = round((size[0] - photo[0] * scale) / 2 + box[0] * scale)
    top = round((size[1] - photo[1] * scale) / 2 + box[1] * scale)
    return Placement(
        width=width, height=height, left=max(0, min(left, size[0] - width)), top=max(0, min(top, size[1] - height))
    )


def _check_placement(placement: Placement, box: Box, size: tuple[int, int]) -> None:
    """Inside the result, in the product's own proportions to the pixel, and not enlarged beyond reason."""
    wide, high = box[2] - box[0], box[3] - box[1]
    if placement.left + placement.width > size[0] or placement.top + placement.height > size[1]:
        raise SpecError(
            "spec.placement",
            "the product would leave the picture",
            expected=f"left and width up to {size[0]} px together, top and height up to {size[1]} px",
            got=str(placement),
        )
    across, along = placement.width / wide, placement.height / high
    if abs(placement.height - high * across) > 1 and abs(placement.width - wide * along) > 1:
        scale = min(across, along)
        nearest = f"{max(1, round(wide * scale))}x{max(1, round(high * scale))}+{placement.left}+{placement.top}"
        raise SpecError(
            "spec.placement",
            "the product would be distorted",
            expected=f"a box with the proportions of {wide}×{high}, such as {nearest}",
            got=str(placement),
        )
    if max(across, along) > ENLARGE_MAX:
        raise SpecError(
            "spec.placement",
            f"the product would be enlarged {max(across, along):.1f} times",
            expected=f"at most {ENLARGE_MAX:g} times its {wide}×{high} px",
            got=str(placement),
            hint="take a larger photo, or make a smaller picture (--size)",
        )


@lru_cache(maxsize=4)
def _found(photo: SourcePicture, given: SourcePicture | None, rectangle: Rectangle | None) -> Cutout:
    """Remembered: pictures of one photo with other seeds share its mask."""
    mask = None if given is None else given.alpha if given.alpha is not None else given.pixels
    edges = rectangle.edges if rectangle is not None else None
    return find_cutout(photo.pixels, alpha=photo.alpha, given=mask, rectangle=edges)


def _as_picture(alpha: Alpha) -> Pixels:
    """The mask as the store keeps it: grey, (H, W, 3)."""
    return np.repeat(alpha[..., None], 3, axis=2)


def _notes(cutout: Cutout, box: Box, placement: Placement, photo: SourcePicture) -> list[str]:
    notes = [f"source {photo.name}: {note}" for note in photo.notes]
    if cutout.is_doubtful:
        notes.append(f"the mask is doubtful and was accepted: {', '.join(cutout.doubts) or 'no clear product'}")
    height, width = cutout.alpha.shape
    edges = {"left": box[0] == 0, "top": box[1] == 0, "right": box[2] == width, "bottom": box[3] == height}
    cut = [side for side, touches in edges.items() if touches]
    if cut:
        notes.append(f"the photo's frame cuts the product: {', '.join(cut)}")
    scale = placement.width / (box[2] - box[0])
    if (placement.width, placement.height) != (box[2] - box[0], box[3] - box[1]):
        notes.append(f"the product is scaled to {100 * scale:.1f} % of its size in the photo")
    return notes

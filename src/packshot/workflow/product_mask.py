"""The product of a photo before anything is made of it: which pixels it is thought to be, and where it would stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from packshot.errors import SourceError
from packshot.product import given_alpha, lifted, over_photo, product_box
from packshot.resolve import (
    SourcePicture,
    as_mask,
    border_colour,
    decode_source,
    default_placement,
    find_product,
    find_source,
    own_mask,
    white_size,
)
from packshot.result import Box, Pixels
from packshot.spec import Background, Lock, Placement
from packshot.workflow.asking import own_settings
from packshot.workflow.sources import KnownSources
from packshot.workflow.workbench import Workbench

OVER_PX: Final = 720
LIFTED_PX: Final = 360


@dataclass(frozen=True, slots=True, eq=False)
class ProductFound:
    """What a lock would take for the product of a photo of `size` (width, height).

    `box` is that of what is covered by half or more, None where nothing is. `over` (h, w, 3) shows the mask over the
    photo and `alone` (h, w, 4) the product by itself, both small. `ground` is the photo's own, as `#rrggbb`.
    """

    size: tuple[int, int]
    box: Box | None
    method: str
    confidence: float
    doubts: tuple[str, ...]
    is_doubtful: bool
    over: Pixels
    alone: NDArray[np.uint8] | None
    ground: str


def product_found(bench: Workbench, photo: str, lock: Lock) -> ProductFound:
    """The product of a photo by its digest, as a lock would find it. Raises SourceError and SpecError."""
    library = KnownSources(bench)
    source = find_source(photo, library)
    cutout = find_product(lock, source, library)
    return ProductFound(
        size=source.size,
        box=product_box(cutout.alpha),
        method=cutout.method,
        confidence=cutout.confidence,
        doubts=cutout.doubts,
        is_doubtful=cutout.is_doubtful,
        over=over_photo(source.pixels, cutout.alpha, OVER_PX),
        alone=lifted(source.pixels, cutout.alpha, LIFTED_PX),
        ground="#{:02x}{:02x}{:02x}".format(*border_colour(source.pixels)),
    )


def keep_mask(bench: Workbench, data: bytes, name: str, photo: str) -> str:
    """A mask that somebody sent for the photo of that digest, kept in the workspace as a grey picture. Its digest.

    Raises SourceError where it is no picture, has another size than the photo, or separates nothing.
    """
    given = decode_source(data, name)
    source = find_source(photo, KnownSources(bench))
    given_alpha(given.pixels if given.alpha is None else given.alpha, source.pixels.shape[:2])
    return bench.store.keep_source(as_mask(given).pixels)


def keep_transparency(bench: Workbench, photo: SourcePicture) -> str | None:
    """A photo's own transparency, kept as its mask: the store keeps photos without it. None where it has none to tell.

    Raises StoreError.
    """
    mask = own_mask(photo)
    return None if mask is None else bench.store.keep_source(mask.pixels)


def locked_size(
    bench: Workbench,
    background: Background,
    photo: tuple[int, int],
    asked: tuple[int, int] | None,
    model: str | None,
) -> tuple[int, int] | None:
    """Width and height of a lock's result; None where only the model knows, and it is not here. Raises ModelError."""
    if asked is not None:
        return asked
    if background is Background.WHITE:
        return white_size(photo)
    own = own_settings(bench, model)
    return (own.side_px, own.side_px) if own is not None else None


def own_place(found: ProductFound, size: tuple[int, int]) -> Placement:
    """Where the product stands in a result of `size` when nothing is said. Raises SourceError where there is none."""
    return default_placement(_box(found), found.size, size)


def place_of_width(found: ProductFound, width: int, left: int, top: int) -> Placement:
    """The product so wide, in its own proportions. Raises SourceError where there is none."""
    box = _box(found)
    height = max(1, round(width * (box[3] - box[1]) / (box[2] - box[0])))
    return Placement(width=width, height=height, left=left, top=top)


def _box(found: ProductFound) -> Box:
    if found.box is None:
        raise SourceError(
            "source.no_product",
            "no product was found in the photo",
            expected="a photo in which one thing stands out",
            got="; ".join(found.doubts) or "an empty mask",
        )
    return found.box

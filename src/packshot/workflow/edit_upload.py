"""A photo and a mask that somebody sent, as OpenAI means them: where the mask is transparent, the photo is edited."""

from __future__ import annotations

import numpy as np

from packshot.errors import SourceError
from packshot.resolve import SourcePicture, decode_source
from packshot.workflow.workbench import Workbench


def keep_edit_mask(bench: Workbench, photo: SourcePicture, data: bytes, name: str) -> SourcePicture:
    """The mask of the product, kept as grey (H, W, 3): white where the sent one is opaque, which is what stays.

    Raises SourceError where it is no picture, has another size than the photo, or no transparency to tell by.
    """
    mask = decode_source(data, name)
    if mask.size != photo.size:
        raise SourceError(
            "source.mask",
            "the mask has another size than its picture",
            expected=f"{photo.size[0]}×{photo.size[1]} px",
            got=f"{mask.size[0]}×{mask.size[1]} px",
        )
    if mask.alpha is None:
        raise SourceError(
            "source.mask",
            "the mask has no transparency",
            expected="a PNG or WebP that is transparent where the picture is to be edited",
            got="an opaque picture",
        )
    pixels = np.repeat(mask.alpha[..., None], 3, axis=2)
    digest = bench.store.keep_source(pixels)
    return SourcePicture(name, pixels, digest, ())

"""Does a file that shall go out show the pixels that were approved? Exactly, or as near as a lossy format comes."""

from __future__ import annotations

from typing import Final

import numpy as np

from packshot.errors import ReleaseError
from packshot.resolve import SourcePicture
from packshot.result import CLOSE_DB, Pixels, picture_digest, psnr_db

BLOCK_PX: Final = 16
BLOCK_LEAST_DB: Final = 20.0
"""Of the worst block: what a good JPEG loses anywhere is far less, and a mark in a corner far more."""


def require_same_pixels(shown: SourcePicture, master: Pixels, *, lossy: bool) -> None:
    """`master` (H, W, 3) was approved. Raises ReleaseError (release.refused) where the file shows something else."""
    digest = picture_digest(master)
    if shown.digest == digest:
        return
    if not lossy:
        raise _other(shown, digest, shown.digest)
    if shown.pixels.shape != master.shape:
        size, meant = (f"{pixels.shape[1]}×{pixels.shape[0]} px" for pixels in (shown.pixels, master))
        raise _other(shown, meant, size)
    whole, worst = psnr_db(shown.pixels, master), worst_block_db(shown.pixels, master)
    if whole < CLOSE_DB or worst < BLOCK_LEAST_DB:
        expected = f"{CLOSE_DB:g} dB or more, and {BLOCK_LEAST_DB:g} dB in every {BLOCK_PX}×{BLOCK_PX} px"
        raise _other(shown, expected, f"{whole:.1f} dB, {worst:.1f} dB in the worst place")


def worst_block_db(one: Pixels, other: Pixels) -> float:
    """The lowest PSNR in decibels of any `BLOCK_PX` square of two pictures (H, W, 3); infinity for equal ones."""
    error = ((one.astype(np.float32) - other.astype(np.float32)) ** 2).mean(axis=-1)
    rows, columns = (np.arange(0, side, BLOCK_PX) for side in error.shape)
    sums = np.add.reduceat(np.add.reduceat(error, rows, axis=0), columns, axis=1)
    sizes = np.outer(*(np.diff([*starts, side]) for starts, side in zip((rows, columns), error.shape, strict=True)))
    worst = float((sums / sizes).max())
    return float("inf") if worst == 0 else float(10 * np.log10(255.0**2 / worst))


def _other(shown: SourcePicture, expected: str, got: str) -> ReleaseError:
    what = f"{shown.name} shows other pixels than were approved"
    hint = "approval is for exact pixels: review the changed picture, or release the file as it was made"
    return ReleaseError("release.refused", what, expected=expected, got=got, hint=hint)

"""sRGB bytes to linear light in 16 bits and back, by tables: light adds up there, and whole numbers have no last bits.

IEC 61966-2-1. A byte that goes there and back is itself.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Light = NDArray[np.int32]
"""0 to 65535."""

FULL: Final = 65535
"""The light of white."""


def _light() -> Light:
    share = np.arange(256) / 255.0
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.asarray(np.rint(linear * FULL), dtype=np.int32)


def _byte() -> NDArray[np.uint8]:
    linear = np.arange(FULL + 1) / FULL
    share = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(np.rint(share * 255.0), dtype=np.uint8)


LIGHT: Final = _light()
"""(256,): byte → light."""
BYTE: Final = _byte()
"""(65536,): light → byte."""


def mixed(colour: NDArray[np.uint8], ground: Light, share: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """`(light(colour) · share + ground · (255 − share) + 127) div 255` as a byte: `colour` (N, 3), `ground` light."""
    part = share.astype(np.int32)[:, None]
    return np.asarray(BYTE[(LIGHT[colour] * part + ground * (255 - part) + 127) // 255])


def shaded(ground: NDArray[np.uint8], shade: NDArray[np.uint8]) -> Light:
    """The light of a ground (N, 3), of which a shadow takes `shade` (N,): `(light · (255 − shade) + 127) div 255`."""
    return np.asarray((LIGHT[ground] * (255 - shade.astype(np.int32))[:, None] + 127) // 255)

"""From sRGB to CIELAB, where a distance of 1 is about the smallest difference that an eye sees side by side.

sRGB: IEC 61966-2-1:1999 (transfer curve and matrix, white point D65). CIELAB: CIE 15:2018, section 8.2.1, and its
colour difference of 1976 (ΔE*ab). Knows nothing about pictures beyond their shape.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from packshot.result import Pixels

Colours = NDArray[np.float64]
"""(…, 3) colours, channel last."""
Number = TypeVar("Number", np.float32, np.float64)

TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
TO_RATIO = (TO_XYZ / TO_XYZ.sum(axis=1, keepdims=True)).T
"""From linear light to X, Y and Z as shares of white's."""
KNEE = (6 / 29) ** 3


def linear_from_srgb(pixels: Pixels) -> Colours:
    """Linear light 0..1 (…, 3) of sRGB pixels 0..255."""
    encoded = np.arange(256) / 255.0
    table = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    return np.take(table, pixels)


def lab_from_linear(linear: Colours) -> Colours:
    """L* (0..100), a*, b* (…, 3) of linear light."""
    ratio = linear @ TO_RATIO
    f = np.where(ratio > KNEE, np.cbrt(ratio), ratio * ((29 / 6) ** 2 / 3) + 4 / 29)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    lab = np.empty(f.shape)
    lab[..., 0], lab[..., 1], lab[..., 2] = 116 * y - 16, 500 * (x - y), 200 * (y - z)
    return lab


def lab_from_srgb(pixels: Pixels) -> Colours:
    """L* (0..100), a*, b* (…, 3) of sRGB pixels 0..255."""
    return lab_from_linear(linear_from_srgb(pixels))


def difference(one: Colours, other: Colours) -> NDArray[np.float64]:
    """ΔE*ab (…) of two colours in CIELAB."""
    return np.asarray(np.sqrt(over_channels(np.square(one - other))))


def over_channels(colours: NDArray[Number]) -> NDArray[Number]:
    """The sum (…) of three channels (…, 3). NumPy's own over so short an axis takes ten times as long."""
    return np.asarray(colours[..., 0] + colours[..., 1] + colours[..., 2])

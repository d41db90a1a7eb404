"""The colour names that shops and prompts use, by examples of each: the nearest example in CIELAB gives the name.

White is the exception: it has limits. Beside the white of a page an eye sees light grey at lightness 94 and a tint at
a chroma of 4, and a shop that asks for white means that.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from packshot.product import Colours, difference, lab_from_srgb

WHITE_LIGHTNESS = 95.0
"""L* of sRGB 240, 240, 240 is 94.8."""
WHITE_CHROMA = 4.0

EXAMPLES: dict[str, tuple[str, ...]] = {
    "white": ("ffffff", "f8f8f6"),
    "grey": ("eeeeee", "d6d6d8", "b0b0b0", "808080", "505052"),
    "black": ("000000", "0d0d0e", "242424"),
    "red": ("ff0000", "c72121", "8b0000", "e04848", "681b28"),
    "orange": ("ff8000", "f79433", "e86a10", "ffb266"),
    "yellow": ("ffff00", "fad43f", "ffe680", "d6b800", "fff6c8"),
    "green": ("008000", "5ca666", "00c040", "98d498", "1e5030", "808020", "e2f4e2"),
    "blue": ("0000ff", "548fdb", "1b4dd1", "9cc8f2", "102060", "00a0c0", "dfeaf8"),
    "purple": ("800080", "8f66bf", "7833b3", "c0a0e0", "401060", "ece2f6"),
    "pink": ("ffc0cb", "f7b3c7", "ff69b4", "f77fad", "fce6ea"),
    "brown": ("734224", "8b4513", "4a2a14", "a0703c", "cf9f68"),
    "beige": ("e6d4b8", "f5f0dc", "d9c4a0", "eadfcf", "faf4ea"),
}
"""sRGB in hex. Chosen by eye around the names' usual ranges."""

COLOUR_NAMES: tuple[str, ...] = tuple(EXAMPLES)

NEAR_ENOUGH = 4.0
"""ΔE*ab by which another name may be nearer and a person still accept this one."""

SHADED = ("grey", "blue", "green", "purple", "brown", "red")
LIGHT_FROM, VERY_LIGHT_FROM, DARK_BELOW = 70.0, 88.0, 35.0
"""L* from which such a colour is called light, or below which dark."""


def _lab(hexes: tuple[str, ...]) -> Colours:
    return lab_from_srgb(np.array([[int(code[i : i + 2], 16) for i in (0, 2, 4)] for code in hexes], dtype=np.uint8))


_LAB = {name: _lab(hexes) for name, hexes in EXAMPLES.items()}


def is_white(lab: Colours) -> NDArray[np.bool_]:
    """(…) whether colours (…, 3) in CIELAB are white to an eye, pure or not."""
    return np.asarray((lab[..., 0] >= WHITE_LIGHTNESS) & (np.hypot(lab[..., 1], lab[..., 2]) <= WHITE_CHROMA))


def colour_names(lab: Colours) -> NDArray[np.str_]:
    """(N,) the names of colours (N, 3) in CIELAB."""
    return np.asarray(np.array(COLOUR_NAMES)[_distances(lab).argmin(axis=-1)])


def colour_name(lab: Colours) -> str:
    """The name of one colour (3,) in CIELAB."""
    return str(colour_names(lab[None])[0])


def are_called(lab: Colours, name: str) -> NDArray[np.bool_]:
    """(N,) whether colours (N, 3) may be called so: their own name, or one as good as that."""
    found = _distances(lab)
    own = found[:, COLOUR_NAMES.index(name)]
    return np.asarray(own <= found.min(axis=-1) + NEAR_ENOUGH)


def is_called(lab: Colours, name: str) -> bool:
    """Whether one colour (3,) may be called so: its own name, or one as good as that."""
    return bool(are_called(lab[None], name)[0])


def colour_words(lab: Colours) -> str:
    """The name of one colour (3,) with its shade, such as "very light grey" or "dark blue"."""
    name, lightness = colour_name(lab), float(lab[0])
    if name not in SHADED or (LIGHT_FROM > lightness >= DARK_BELOW):
        return name
    return f"{'dark' if lightness < DARK_BELOW else 'very light' if lightness >= VERY_LIGHT_FROM else 'light'} {name}"


def _distances(lab: Colours) -> NDArray[np.float64]:
    """(N, names) ΔE*ab of colours (N, 3) to each name; infinite where the limits of white decide."""
    found = np.stack([difference(_LAB[name], lab[:, None]).min(axis=-1) for name in COLOUR_NAMES], axis=-1)
    place, white = COLOUR_NAMES.index("white"), is_white(lab)
    found[white] = np.inf
    found[:, place] = np.where(white, 0.0, np.inf)
    return found

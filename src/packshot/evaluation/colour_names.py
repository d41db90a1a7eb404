"""The colour names that shops and prompts use, by examples of each: the nearest example in CIELAB gives the name."""

from __future__ import annotations

import numpy as np

from packshot.product import Colours, difference, lab_from_srgb

EXAMPLES: dict[str, tuple[str, ...]] = {
    "white": ("ffffff", "f8f8f6"),
    "grey": ("d6d6d8", "b0b0b0", "808080", "505052"),
    "black": ("000000", "0d0d0e", "242424"),
    "red": ("ff0000", "c72121", "8b0000", "e04848"),
    "orange": ("ff8000", "f79433", "e86a10", "ffb266"),
    "yellow": ("ffff00", "fad43f", "ffe680", "d6b800"),
    "green": ("008000", "5ca666", "00c040", "98d498", "1e5030", "808020"),
    "blue": ("0000ff", "548fdb", "1b4dd1", "9cc8f2", "102060", "00a0c0"),
    "purple": ("800080", "8f66bf", "7833b3", "c0a0e0", "401060"),
    "pink": ("ffc0cb", "f7b3c7", "ff69b4", "f77fad"),
    "brown": ("734224", "8b4513", "4a2a14", "a0703c"),
    "beige": ("e6d4b8", "f5f0dc", "d9c4a0", "eadfcf"),
}
"""sRGB in hex. Chosen by eye around the names' usual ranges."""

COLOUR_NAMES: tuple[str, ...] = tuple(EXAMPLES)

NEAR_ENOUGH = 4.0
"""ΔE*ab by which another name may be nearer and a person still accept this one."""


def _lab(hexes: tuple[str, ...]) -> Colours:
    return lab_from_srgb(np.array([[int(code[i : i + 2], 16) for i in (0, 2, 4)] for code in hexes], dtype=np.uint8))


_LAB = {name: _lab(hexes) for name, hexes in EXAMPLES.items()}


def distances(lab: Colours) -> dict[str, float]:
    """ΔE*ab of one colour (3,) to each name."""
    return {name: float(difference(examples, lab).min()) for name, examples in _LAB.items()}


def colour_name(lab: Colours) -> str:
    """The name of one colour (3,) in CIELAB."""
    found = distances(lab)
    return min(found, key=found.__getitem__)


def is_called(lab: Colours, name: str) -> bool:
    """Whether one colour (3,) may be called so: its own name, or one as good as that."""
    found = distances(lab)
    return found[name] <= min(found.values()) + NEAR_ENOUGH

"""The colours and surfaces by name. Knows nothing about shapes or light.

Colours are sRGB in 0..1; a background's value is what its pixels show, a product's what its lit side shows.
"""

from dataclasses import dataclass

from training.render.kind import BRASS, DIAL, GLASS, INK, LAMP, LIGHT, PRODUCT, RUBBER, STEEL, WOOD

Colour = tuple[float, float, float]

PRODUCT_COLOURS: dict[str, Colour] = {
    "black": (0.10, 0.10, 0.11),
    "white": (0.93, 0.93, 0.92),
    "grey": (0.52, 0.53, 0.55),
    "red": (0.84, 0.09, 0.10),
    "orange": (0.97, 0.47, 0.07),
    "yellow": (0.98, 0.81, 0.10),
    "green": (0.12, 0.56, 0.25),
    "blue": (0.10, 0.30, 0.82),
    "purple": (0.47, 0.20, 0.70),
    "pink": (0.97, 0.50, 0.68),
    "brown": (0.45, 0.26, 0.14),
    "beige": (0.88, 0.77, 0.60),
}

BACKGROUND_COLOURS: dict[str, Colour] = {
    "white": (1.0, 1.0, 1.0),
    "light grey": (0.84, 0.84, 0.85),
    "grey": (0.56, 0.57, 0.58),
    "black": (0.05, 0.05, 0.055),
    "beige": (0.90, 0.83, 0.72),
    "red": (0.78, 0.13, 0.13),
    "orange": (0.97, 0.58, 0.20),
    "yellow": (0.98, 0.83, 0.25),
    "green": (0.36, 0.65, 0.40),
    "blue": (0.33, 0.56, 0.86),
    "purple": (0.56, 0.40, 0.75),
    "pink": (0.97, 0.70, 0.78),
}


@dataclass(frozen=True)
class Finish:
    """How a surface takes light."""

    specular: float
    """Reflectance straight on, 0..1."""
    sharpness: float
    """0: the studio is reflected as a blur, 1: as in a mirror."""
    metal: float
    """1: the reflection carries the colour and there is no diffuse light."""


MATERIALS: dict[str, Finish] = {
    "matte": Finish(0.025, 0.0, 0.0),
    "glossy": Finish(0.06, 1.0, 0.0),
    "metallic": Finish(0.8, 0.7, 0.85),
}

FIXED_PARTS: dict[int, tuple[Colour, Finish]] = {
    RUBBER: ((0.13, 0.13, 0.14), Finish(0.03, 0.2, 0.0)),
    LIGHT: ((0.92, 0.92, 0.91), Finish(0.03, 0.1, 0.0)),
    STEEL: ((0.80, 0.81, 0.83), Finish(0.8, 0.8, 0.9)),
    GLASS: ((0.05, 0.05, 0.09), Finish(0.12, 1.0, 0.0)),
    WOOD: ((0.72, 0.50, 0.30), Finish(0.03, 0.3, 0.0)),
    LAMP: ((1.0, 0.95, 0.75), Finish(0.0, 0.0, 0.0)),
    BRASS: ((0.90, 0.72, 0.36), Finish(0.8, 0.8, 0.9)),
    INK: ((0.10, 0.10, 0.12), Finish(0.02, 0.0, 0.0)),
    DIAL: ((0.95, 0.95, 0.93), Finish(0.05, 0.3, 0.0)),
}
"""Parts that keep their colour whatever the product's is."""


def palette(product: str, accent: str, material: str) -> list[tuple[Colour, Finish]]:
    """Colour and finish by part number, in the order of `kind.py`."""
    own = MATERIALS[material]
    table = {PRODUCT: (PRODUCT_COLOURS[product], own), **FIXED_PARTS}
    table[PRODUCT + 1] = (PRODUCT_COLOURS[accent], own)
    return [table[number] for number in sorted(table)]
